import fc from 'fast-check';
import type { BackoffFunction, BackoffOptions } from '../../lib/core/retry/backoff/backoff-options.js';
import { createPolicy } from '../../lib/core/create-policy.js';
import type { Clock, TimerTask } from '../../lib/core/time/clock.js';

/** Every timer falls due at once, in a microtask: ten thousand calls take no time. */
class HastyClock implements Clock {
  private time = 0;

  now(): number {
    return this.time;
  }

  epoch(): number {
    return this.time;
  }

  setTimer(task: TimerTask, delayMs: number): object {
    const timer = { cleared: false };
    queueMicrotask(() => {
      if (timer.cleared) return;
      this.time += delayMs;
      task.expire();
    });
    return timer;
  }

  clearTimer(timer: unknown): void {
    (timer as { cleared: boolean }).cleared = true;
  }
}

const jitter = fc.constantFrom<BackoffOptions['jitter'][]>('none', 'full', 'equal', { factor: 0.5 });
const simple: fc.Arbitrary<BackoffOptions> = fc.record({
  type: fc.constantFrom('fixed', 'linear', 'exponential', 'fibonacci', 'adaptive'),
  initialDelay: fc.nat(2000),
  maxDelay: fc.integer({ min: 2000, max: 60_000 }),
  jitter,
}) as fc.Arbitrary<BackoffOptions>;
const decorrelated: fc.Arbitrary<BackoffOptions> = fc
  .nat(2000)
  .map((initialDelay) => ({ type: 'exponential', initialDelay, jitter: 'decorrelated' }));
const byFunction: fc.Arbitrary<BackoffFunction> = fc.nat(5000).map((ms) => (attempt: number) => ms * attempt);
const backoff = fc.oneof(simple, decorrelated, byFunction);

type Step = 'fails' | 'hints' | 'is refused' | 'succeeds';
const steps = fc.array(
  fc.constantFrom<Step[]>('fails', 'fails', 'fails', 'hints', 'is refused', 'succeeds'),
  {
    minLength: 1,
    maxLength: 40,
  },
);

const hinted = Object.assign(new Error('busy'), { headers: { 'retry-after': '1' } });

describe('any policy with a retry', () => {
  it('makes at most maxAttempts calls, and exactly as many as it reports', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        backoff,
        steps,
        fc.noShrink(fc.infiniteStream(fc.double({ min: 0, max: 0.999999, noNaN: true }))),
        async (maxAttempts, backoffOption, script, draws) => {
          const policy = createPolicy(
            {
              retry: {
                maxAttempts,
                backoff: backoffOption,
                retryResult: (value) => value === 'refused',
              },
            },
            { clock: new HastyClock(), random: () => draws.next().value ?? 0 },
          );
          let calls = 0;
          const { report } = await policy.tryExecute(() => {
            const step = script[calls++ % script.length];
            if (step === 'succeeds') return 'fine';
            if (step === 'is refused') return 'refused';
            throw step === 'hints' ? hinted : new Error('down');
          });
          expect(calls).toBeLessThanOrEqual(maxAttempts);
          expect(report.attempts).toBe(calls);
          const firstSuccess = script.indexOf('succeeds');
          const expected = firstSuccess === -1 ? maxAttempts : Math.min(maxAttempts, firstSuccess + 1);
          expect(calls).toBe(expected);
          expect(policy.stats()).toMatchObject({ calls: 1, attempts: calls, retries: calls - 1 });
        },
      ),
      { numRuns: 500 },
    );
  });
});
