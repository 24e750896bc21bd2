import { setTimeout as delay } from 'node:timers/promises';

/** Waits in real time until something outside of this process is as it should be; jest ends it where it never is. */
export async function until(isSo: () => unknown): Promise<void> {
  while (!(await isSo())) await delay(2);
}
