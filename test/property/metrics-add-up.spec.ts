import fc from 'fast-check';
import { register } from 'prom-client';
import type { ModuleOptions } from '../../lib/config/module-options.js';
import { summarize } from '../../lib/core/call-stats.js';
import { countedRuntime, sum } from '../support/metrics.js';
import { parsePrometheus, seriesOf, type Series } from '../support/prometheus-text.js';

/** One call: under which policy, how each attempt ends, and whether its caller aborts after so many milliseconds. */
interface Trip {
  readonly policy: string;
  readonly operation: string;
  readonly ends: readonly ('value' | 'zero' | 'error' | 'permanent' | 'timeout' | 'hang' | 'throw')[];
  readonly abortAfterMs: number | undefined;
}

const policies: NonNullable<ModuleOptions['policies']> = {
  plain: {},
  retrying: {
    retry: {
      maxAttempts: 3,
      backoff: { initialDelay: '1s' },
      retryResult: (value) => value === 0,
      budget: true,
    },
    timeout: { attempt: '2s', total: '5s' },
  },
  guarded: { retry: {}, circuitBreaker: { failureThreshold: 2, resetTimeout: '3s' }, timeout: '4s' },
  outside: { circuitBreaker: { per: 'call', failureThreshold: 2, resetTimeout: '3s' }, timeout: '4s' },
  covered: {
    timeout: { attempt: '1s' },
    fallback: { handlers: [() => Promise.reject(new Error('no')), { value: 1 }], on: ['timeout', 'unknown'] },
  },
  narrow: {
    retry: { backoff: { initialDelay: '1s' }, retryOn: ['default', 'rejected'] },
    bulkhead: { name: 'narrow', maxConcurrent: 1, maxQueue: 1, queueTimeout: '1s' },
    timeout: '4s',
  },
  limited: {
    rateLimiter: { limit: 1, maxWait: '1s' },
    bulkhead: { name: 'limited', maxConcurrent: 2 },
    timeout: '3s',
  },
  throttled: { adaptiveThrottle: { k: 1 }, circuitBreaker: { name: 'throttled' }, timeout: '4s' },
  hedged: {
    idempotent: true,
    retry: { maxAttempts: 2, backoff: { initialDelay: 0 } },
    hedge: { delay: 500, budget: { ratio: 1 } },
    bulkhead: { name: 'hedged', maxConcurrent: 3 },
    timeout: { attempt: '2s' },
  },
  uncovered: { timeout: '1s', fallback: () => Promise.reject(new Error('no')) },
};

const trip: fc.Arbitrary<Trip> = fc.record({
  policy: fc.constantFrom(...Object.keys(policies)),
  operation: fc.constantFrom('A.a', 'B.b', 'C.c', 'D.d'),
  ends: fc.array(
    fc.constantFrom<Trip['ends'][number][]>(
      'value',
      'zero',
      'error',
      'permanent',
      'timeout',
      'hang',
      'throw',
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined }),
});

afterEach(() => register.clear());

describe('the outcomes of calls', () => {
  it('add up to the calls, for any mix of calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(trip, { minLength: 1, maxLength: 20 }), async (trips) => {
        register.clear();
        const world = countedRuntime({ policies }, { maxLabelValues: 3 });
        const calls = trips.map((each) => start(each, world));
        await world.clock.advance('1m');
        await Promise.all(calls);

        const stats = summarize(world.runtime.engine.stats.sum());
        const scraped = parsePrometheus(await register.metrics());
        expect(stats.calls).toBe(trips.length);
        expect(sum(seriesOf(scraped, 'resilience_calls_total'))).toBe(trips.length);
        expect(byOutcome(scraped, 'resilience_calls_total')).toEqual(nonZero(stats));
        expect(byOutcome(scraped, 'resilience_call_duration_seconds_count')).toEqual(nonZero(stats));
        const { rejected = 0, ...made } = byOutcome(scraped, 'resilience_retry_attempts_total');
        expect(sum(made)).toBe(stats.attempts);
        for (const gauge of ['in_flight', 'queued', 'abandoned'])
          expect(Object.values(seriesOf(scraped, `resilience_bulkhead_${gauge}`)).every(isCount)).toBe(true);
        expect(sum(seriesOf(scraped, 'resilience_bulkhead_queued'))).toBe(0);
        expect(rejected).toBeGreaterThanOrEqual(stats.rejections);
        world.detach();
      }),
      { numRuns: 40 },
    );
  });
});

function start(
  { policy, operation, ends, abortAfterMs }: Trip,
  world: ReturnType<typeof countedRuntime>,
): Promise<unknown> {
  const abort = new AbortController();
  // Nothing but its caller ends an operation that hangs under a policy without a limit.
  world.clock.setTimer({ expire: () => abort.abort() }, abortAfterMs ?? 30_000);
  const call = world.policy(policy).execute(({ attempt }) => finish(ends[(attempt - 1) % ends.length]), {
    operation,
    signal: abort.signal,
  });
  return call.catch(() => undefined);
}

function finish(end: Trip['ends'][number] | undefined): unknown {
  if (end === 'throw') throw new Error('down');
  if (end === 'timeout')
    return Promise.reject(Object.assign(new Error('of its own'), { name: 'TimeoutError' }));
  if (end === 'error') return Promise.reject(new Error('down'));
  if (end === 'permanent') return Promise.reject(Object.assign(new Error('no'), { status: 404 }));
  if (end === 'hang') return new Promise(() => undefined);
  return end === 'zero' ? 0 : Promise.resolve(1);
}

function isCount(figure: number): boolean {
  return Number.isInteger(figure) && figure >= 0;
}

function byOutcome(scraped: readonly Series[], name: string): Record<string, number> {
  const outcomes = ['success', 'failure', 'rejected', 'timeout', 'aborted', 'fallback'];
  const sums = outcomes.map((outcome) => [outcome, sum(seriesOf(scraped, name, { outcome }))] as const);
  return Object.fromEntries(sums.filter(([, count]) => count > 0));
}

function nonZero(stats: ReturnType<typeof summarize>): Record<string, number> {
  const { successes, failures, rejections, timeouts, aborted, fallbacks } = stats;
  const counts = {
    success: successes,
    failure: failures,
    rejected: rejections,
    timeout: timeouts,
    aborted,
    fallback: fallbacks,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
