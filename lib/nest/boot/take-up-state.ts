import type { Clock } from '../../core/time/clock.js';
import type { ResilienceLogger } from '../logging/resilience.logger.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';

/** A store that has not answered by then is not waited for: better closed circuits than no application. */
const LOAD_WITHIN_MS = 2000;

/** Begins to use the store of the options, if there is one: circuits go on where the last process left them. */
export async function takeUpState(
  { engine: { keeper, clock }, policies }: ResilienceRuntime,
  logger: ResilienceLogger,
): Promise<void> {
  if (keeper === undefined || !policies.enabled) return;
  const { description } = keeper.store;
  if (!(await isOverWithin(LOAD_WITHIN_MS, keeper.start(), clock)))
    logger.warn(
      `${description} has not answered within ${LOAD_WITHIN_MS / 1000} s: circuits start closed, and those to which ` +
        'nothing has happened by then take over what it holds once it answers',
    );
  else if (keeper.found !== undefined && keeper.found > 0)
    logger.log(`${keeper.found} circuits go on where ${description} has them`);
}

async function isOverWithin(ms: number, work: Promise<void>, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimer({ expire: () => resolve(false) }, ms);
    void work.finally(() => {
      clock.clearTimer(timer);
      resolve(true);
    });
  });
}
