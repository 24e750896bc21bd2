import fc from 'fast-check';
import { Engine } from '../../lib/core/engine.js';
import { resolvePolicy } from '../../lib/core/policy-options.js';
import { Policy } from '../../lib/core/policy.js';
import { Dice } from '../support/dice.js';
import { StepClock } from '../support/step-clock.js';

const stories = fc.record({
  ratio: fc.constantFrom(0.05, 0.1, 0.3, 1),
  maxHedges: fc.integer({ min: 1, max: 3 }),
  delay: fc.constantFrom(0, 5, 20),
  attempts: fc.integer({ min: 1, max: 3 }),
  limit: fc.constantFrom(0, 4),
  failures: fc.constantFrom(0, 0.3, 1),
  seed: fc.nat(),
});

describe('hedges under random latencies, failures, aborts and slots', () => {
  it('are at no time more than the share of the attempts that the budget gives, and leave nothing', async () => {
    let allHedges = 0;
    await fc.assert(
      fc.asyncProperty(stories, async ({ ratio, maxHedges, delay, attempts, limit, failures, seed }) => {
        const clock = new StepClock();
        const dice = new Dice(seed);
        const engine = new Engine({ clock, random: () => dice.roll() });
        const policy = new Policy(
          engine,
          resolvePolicy('p', {
            idempotent: true,
            hedge: { delay, maxHedges, budget: { ratio } },
            retry: { maxAttempts: attempts, backoff: { type: 'fixed', initialDelay: 5 } },
            ...(limit > 0 && { bulkhead: { maxConcurrent: limit, maxQueue: 10, queueTimeout: 15 } }),
          }),
        );
        let [invocations, settled, tooMany] = [0, 0, 0];
        const operation = async (): Promise<string> => {
          invocations++;
          const hedges = invocations - policy.stats().attempts;
          if (hedges > ratio * (policy.stats().attempts - 1) + 1 + 1e-6) tooMany++;
          await clock.wait(dice.below(60));
          if (dice.chance(failures)) throw new Error('down');
          return 'fine';
        };
        const call = (): void => {
          const controller = new AbortController();
          if (dice.chance(0.2)) clock.setTimer({ expire: () => controller.abort() }, dice.below(40));
          void policy.tryExecute(operation, { signal: controller.signal }).then(() => settled++);
        };
        for (let i = 0; i < 40; i++) clock.setTimer({ expire: call }, dice.below(300));
        await clock.runUntil(10_000);
        allHedges += invocations - policy.stats().attempts;

        expect(tooMany).toBe(0);
        expect(settled).toBe(40);
        expect(clock.pending).toBe(0);
        // All slots are back: as many calls as there are run at once.
        let together = 0;
        for (let i = 0; i < limit; i++)
          void policy.tryExecute(() => (together++, clock.wait(1)), { idempotent: false });
        expect(together).toBe(limit);
        await clock.runUntil(20_000);
      }),
      { numRuns: 150 },
    );

    expect(allHedges).toBeGreaterThan(100);
  });
});
