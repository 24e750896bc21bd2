import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { nextTurn } from '../../lib/core/time/system-clock.js';

/** Collects what nobody holds any more; what a WeakRef gave in this turn of the event loop is held until the next. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round++) {
    await nextTurn();
    collect();
  }
}
