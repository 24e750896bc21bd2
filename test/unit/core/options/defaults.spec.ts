import { resolveChaos } from '../../../../lib/core/chaos/chaos-options.js';
import { resolveCircuitBreaker } from '../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import { resolveFallback } from '../../../../lib/core/fallback/fallback-options.js';
import { defaultLogging } from '../../../../lib/core/logging-options.js';
import { resolvePolicy } from '../../../../lib/core/policy-options.js';
import { resolveBackoff } from '../../../../lib/core/retry/backoff/backoff-options.js';
import { resolveBudget } from '../../../../lib/core/retry/budget-options.js';
import { resolveRetry } from '../../../../lib/core/retry/retry-options.js';
import { resolveTimeout } from '../../../../lib/core/timeout/timeout-options.js';

const backoff = {
  type: 'exponential',
  initialDelayMs: 1_000,
  factor: 2,
  incrementMs: 1_000,
  minDelayMs: 0,
  maxDelayMs: 60_000,
  jitter: 'full',
};
const breaker = {
  per: 'attempt',
  scope: 'operation',
  maxKeys: 10_000,
  failureThreshold: 5,
  minimumCalls: 20,
  slowCallRatio: 1,
  resetTimeoutMs: 60_000,
  resetTimeoutFactor: 1.5,
  maxResetTimeoutMs: 300_000,
  halfOpenMaxCalls: 1,
  successThreshold: 1,
  halfOpenTimeoutMs: 30_000,
  ignore: ['default'],
};
const answer = () => 'answer';

describe('defaults', () => {
  it.each([
    ['backoff', resolveBackoff(), backoff],
    [
      'adaptive backoff',
      resolveBackoff({ type: 'adaptive' }),
      {
        ...backoff,
        type: 'adaptive',
        adaptive: { scope: 'operation', maxKeys: 10_000, successThreshold: 0.8, window: 100, minSamples: 10 },
      },
    ],
    ['retry', resolveRetry(), { maxAttempts: 3, backoff, abortOn: [], nested: 'stop', wrapExhausted: false }],
    [
      'retry budget',
      resolveBudget(),
      { ratio: 0.2, minPerSecond: 3, windowMs: 10_000, shared: false, maxKeys: 10_000 },
    ],
    ['circuit breaker', resolveCircuitBreaker(), breaker],
    [
      'circuit breaker by ratio',
      resolveCircuitBreaker({ failureRatio: 0.5 }),
      {
        ...breaker,
        failureThreshold: undefined,
        failureRatio: 0.5,
        window: { type: 'count', size: 100 },
        signature: expect.any(String) as string,
      },
    ],
    [
      'time window',
      resolveCircuitBreaker({ failureRatio: 0.5, window: { type: 'time' } }).window,
      { type: 'time', durationMs: 60_000, buckets: 10 },
    ],
    ['timeout', resolveTimeout({}), {}],
    ['fallback', resolveFallback(answer), { handlers: [answer] }],
    ['chaos', resolveChaos(), { errorRatio: 0, latencyMs: 0, enabled: false, allowInProduction: false }],
    ['policy', resolvePolicy('empty', {}), { name: 'empty', enabled: true }],
    [
      'logging',
      defaultLogging,
      {
        retry: 'warn',
        exhausted: 'error',
        opened: 'error',
        halfOpened: false,
        closed: 'log',
        rejected: false,
        timeout: false,
        budgetExhausted: false,
        fallbackUsed: false,
        fallbackFailed: false,
        storeUnavailable: 'error',
        storeRecovered: 'log',
        diagnostic: 'warn',
        advice: true,
        maxPerSecond: 10,
      },
    ],
  ])('of %s are those of the contract', (_strategy, settings, expected) => {
    expect(settings).toEqual(expected);
    expect(Object.isFrozen(settings)).toBe(true);
  });
});
