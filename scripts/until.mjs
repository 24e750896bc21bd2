import { setTimeout as delay } from 'node:timers/promises';

/** Waits until something is so, and says what did not come about in time. */
export async function until(condition, what, seconds) {
  for (let turn = 0; turn < seconds * 10; turn++) {
    if (await condition()) return;
    await delay(100);
  }
  throw new Error(`sample/03-operations: it takes more than ${seconds} s until ${what}`);
}
