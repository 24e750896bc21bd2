import fc from 'fast-check';
import { heldOperation, settled, type HeldRun } from '../support/held-operation.js';
import { noBackoff, virtualPolicy } from '../support/virtual-policy.js';

/** What may happen to the calls of one breaker. */
type Step =
  | { readonly kind: 'call'; readonly abortable: boolean; readonly deadlineMs: number | undefined }
  | { readonly kind: 'throwing call' }
  | { readonly kind: 'resolve' | 'reject' | 'ignored' | 'abort'; readonly which: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'open' | 'close' | 'forceOpen' | 'observeOnly' | 'disable' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('call' as const),
        abortable: fc.boolean(),
        deadlineMs: fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'throwing call' as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('resolve', 'reject', 'reject', 'ignored', 'abort'),
        which: fc.nat(20),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 1500 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('open', 'close', 'forceOpen', 'observeOnly', 'disable') }),
    },
  ) as fc.Arbitrary<Step>,
  { maxLength: 25 },
);

interface Settings {
  readonly per: 'attempt' | 'call';
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly attemptTimeout: number;
  readonly totalTimeout: number;
  readonly retries: number;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  per: fc.constantFrom('attempt' as const, 'call' as const),
  halfOpenMaxCalls: fc.integer({ min: 1, max: 3 }),
  successThreshold: fc.integer({ min: 1, max: 2 }),
  attemptTimeout: fc.constantFrom(300, 2000),
  totalTimeout: fc.constantFrom(500, 5000),
  retries: fc.integer({ min: 1, max: 3 }),
});

const throws = (): never => {
  throw new Error('fault of user code');
};

/** A policy, the operations that run under it, and hands for both. */
function stage(options: Settings) {
  const { per, halfOpenMaxCalls, successThreshold } = options;
  const { policy, clock } = virtualPolicy({
    timeout: { attempt: options.attemptTimeout, total: options.totalTimeout },
    retry: { maxAttempts: options.retries, backoff: noBackoff },
    circuitBreaker: { per, failureThreshold: 2, halfOpenMaxCalls, successThreshold, resetTimeout: '1s' },
    on: { circuitHalfOpened: throws, attemptFailed: throws },
  });
  const { runs, operation } = heldOperation();
  const aborts: AbortController[] = [];
  const calls: Promise<unknown>[] = [];
  const call = (fn: () => unknown, more: { signal?: AbortSignal; deadline?: number } = {}): void =>
    void calls.push(policy.tryExecute(fn, more));
  const pick = <T>(from: readonly T[], which: number): T | undefined =>
    from[which % Math.max(1, from.length)];
  const end = (which: number, how: (run: HeldRun) => void): void => {
    const run = pick(runs, which);
    if (run !== undefined) how(run);
  };

  const play = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case 'call': {
        const abort = new AbortController();
        if (step.abortable) aborts.push(abort);
        call(operation, {
          ...(step.abortable ? { signal: abort.signal } : {}),
          ...(step.deadlineMs === undefined ? {} : { deadline: clock.epoch() + step.deadlineMs }),
        });
        break;
      }
      case 'throwing call':
        call(throws);
        break;
      case 'resolve':
        end(step.which, (run) => run.resolve('fine'));
        break;
      case 'reject':
        end(step.which, (run) => run.reject(new Error('down')));
        break;
      case 'ignored':
        end(step.which, (run) => run.reject(Object.assign(new Error('slow down'), { status: 429 })));
        break;
      case 'abort':
        pick(aborts, step.which)?.abort();
        break;
      case 'advance':
        await clock.advance(step.ms);
        break;
      default:
        policy.breaker()?.[step.kind]();
    }
    await settled();
  };
  return { policy, clock, calls, play };
}

describe('a circuit breaker under calls that end in every way', () => {
  it('has no more probes than permits, gets every permit back, and is never wedged', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (options, story) => {
        const { policy, clock, calls, play } = stage(options);
        const snapshot = () => policy.breaker()?.snapshot() ?? { state: undefined, probes: NaN };
        for (const step of story) {
          await play(step);
          expect(snapshot().probes).toBeLessThanOrEqual(options.halfOpenMaxCalls);
        }
        // Timeouts end whatever still hangs; then nothing is left behind.
        await clock.advance('6s');
        await Promise.all(calls);
        expect(snapshot().probes).toBe(0);
        expect(clock.pending).toBe(0);
        // And a healthy dependency closes the circuit again, unless a hand holds it.
        const { state } = snapshot();
        if (state !== 'open' && state !== 'halfOpen') return;
        await clock.advance('5m');
        for (let i = 0; i < options.successThreshold; i++) await policy.execute(() => 'fine');
        expect(snapshot().state).toBe('closed');
      }),
      { numRuns: 300 },
    );
  }, 30_000);
});
