import fc from 'fast-check';
import { Engine } from '../../lib/core/engine.js';
import { resolvePolicy } from '../../lib/core/policy-options.js';
import { Policy } from '../../lib/core/policy.js';
import { Dice } from '../support/dice.js';
import { StepClock } from '../support/step-clock.js';

const CALLS = 120;

const stories = fc.record({
  limit: fc.integer({ min: 1, max: 7 }),
  interval: fc.constantFrom(10, 30, 100),
  burst: fc.integer({ min: 1, max: 9 }),
  maxWait: fc.constantFrom(0, 20, 500),
  attempts: fc.integer({ min: 1, max: 3 }),
  slots: fc.constantFrom(0, 1, 3),
  hedged: fc.boolean(),
  breaker: fc.boolean(),
  seed: fc.nat(),
});

type Story = typeof stories extends fc.Arbitrary<infer T> ? T : never;

function policyOf(engine: Engine, { limit, interval, burst, maxWait, ...story }: Story): Policy {
  return new Policy(
    engine,
    resolvePolicy('p', {
      idempotent: true,
      rateLimiter: { limit, interval, burst, maxWait },
      timeout: 300,
      retry: { maxAttempts: story.attempts, backoff: { initialDelay: 4, maxDelay: 10 } },
      ...(story.slots > 0 && { bulkhead: story.slots }),
      ...(story.hedged && { hedge: { delay: 5, budget: { ratio: 1 } } }),
      ...(story.breaker && { circuitBreaker: { failureThreshold: 4, resetTimeout: 15 } }),
    }),
  );
}

/** The most that fell into any half-open interval of this length. */
function mostWithin(intervalMs: number, times: readonly number[]): number {
  let [most, from] = [0, 0];
  times.forEach((at, index) => {
    // A hair: 10 / 3 ms are no exact number.
    while (at - (times[from] ?? at) >= intervalMs - 1e-6) from++;
    most = Math.max(most, index - from + 1);
  });
  return most;
}

describe('a policy with a rate limit under waits, aborts, retries, hedges and tokens given back', () => {
  it('invokes never more than limit + burst − 1 times in any interval, and leaves nothing', async () => {
    let reached = 0;
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const clock = new StepClock();
        const dice = new Dice(story.seed);
        const policy = policyOf(new Engine({ clock, random: () => dice.roll() }), story);
        const times: number[] = [];
        let settled = 0;
        const operation = async (): Promise<void> => {
          times.push(clock.now());
          await clock.wait(dice.below(20));
          if (dice.chance(0.3)) throw new Error('down');
        };
        const call = (): void => {
          const controller = new AbortController();
          if (dice.chance(0.3)) clock.setTimer({ expire: () => controller.abort() }, dice.below(40));
          void policy.tryExecute(operation, { signal: controller.signal }).then(() => settled++);
        };
        for (let i = 0; i < CALLS; i++) clock.setTimer({ expire: call }, dice.below(600));
        await clock.runUntil(60_000);
        const most = mostWithin(story.interval, times);
        const allowed = story.limit + story.burst - 1;
        if (most === allowed) reached++;

        expect(most).toBeLessThanOrEqual(allowed);
        expect(settled).toBe(CALLS);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 150 },
    );

    expect(reached).toBeGreaterThan(10);
  });
});
