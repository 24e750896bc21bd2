import fc from 'fast-check';
import { Engine } from '../../lib/core/engine.js';
import { resolvePolicy } from '../../lib/core/policy-options.js';
import { Policy } from '../../lib/core/policy.js';
import { scripted } from '../../lib/testing/scripted.js';
import { VirtualClock } from '../../lib/testing/virtual-clock.js';

/**
 * An outage: everything fails, calls come at a steady rate, retries are immediate. Gives the load on the dependency
 * (attempts by calls) over the whole simulation.
 */
async function loadUnderOutage(
  callsPerSecond: number,
  seconds: number,
  budget: { ratio: number; minPerSecond: number },
): Promise<number> {
  const clock = new VirtualClock({ epoch: 0 });
  let now = 0;
  clock.now = () => now;
  const engine = new Engine({ clock });
  const policy = new Policy(
    engine,
    resolvePolicy('p', {
      retry: { maxAttempts: 10, backoff: { type: 'fixed', initialDelay: 0 }, budget },
    }),
  );
  const down = scripted([new Error('down')]);
  const calls = callsPerSecond * seconds;
  for (let i = 0; i < calls; i++) {
    now = (i * 1000) / callsPerSecond;
    await policy.tryExecute(down);
  }
  return down.calls / calls;
}

describe('with everything down, the load on a dependency', () => {
  it('stays under 1 + ratio + minPerSecond / call rate over whole windows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 10 }).map((tenths) => tenths / 10),
        fc.integer({ min: 0, max: 5 }),
        async (rate, ratio, minPerSecond) => {
          const seconds = 60;
          const load = await loadUnderOutage(rate, seconds, { ratio, minPerSecond });
          // Retries are whole: the last one in each window of 10 s may be more than the fraction that was left.
          const lastOnes = seconds / 10 / (rate * seconds);
          expect(load).toBeLessThanOrEqual(1 + ratio + minPerSecond / rate + lastOnes + 1e-9);
        },
      ),
      { numRuns: 15 },
    );
  });

  it.each([
    // rate, ratio, minPerSecond
    [10, 0.2, 0],
    [10, 0.2, 3],
    [50, 0.1, 1],
    [1, 0.2, 3],
  ])('at %d calls a second with ratio %d and %d a second is close to that bound', async (...row) => {
    const [rate, ratio, minPerSecond] = row;
    const load = await loadUnderOutage(rate, 600, { ratio, minPerSecond });
    const bound = 1 + ratio + minPerSecond / rate;

    expect(load).toBeLessThanOrEqual(bound);
    expect(load).toBeGreaterThan(1 + 0.9 * (bound - 1));
  });
});
