import {
  type CircuitBreakerOptions,
  resolveCircuitBreaker,
} from '../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import { issuesOf } from '../../../support/issues-of.js';

const problems = (options: object) =>
  issuesOf(() => resolveCircuitBreaker(options as CircuitBreakerOptions, 'circuitBreaker'));

describe('circuit breaker options', () => {
  it.each([
    [{ failureThreshold: 3 }],
    [{ failureRatio: 0.5, window: { type: 'count', size: 10 } }],
    [{ slowCallDuration: '2s', window: { type: 'time', duration: '10s', buckets: 1 } }],
    [{ failureRatio: false, slowCallDuration: false, window: false, failureThreshold: false }],
    [{ resetTimeout: Infinity }],
    [{ resetTimeout: '10m' }],
    [{ resetTimeout: '5m', maxResetTimeout: '5m' }],
    [{ resetTimeoutFactor: 1 }],
    [{ name: 'payments', key: () => 'tenant' }],
    [{ name: 'payments', scope: false }],
    [{ recordOn: ['default', 429], ignore: [], recordResult: () => false }],
  ])('accept %p', (options) => {
    expect(problems(options)).toEqual([]);
  });

  const atLeast1 = 'expected an integer >= 1 (got 0)';
  const duration = "expected a duration such as 250 or '2s', greater than 0";
  it.each([
    [{ failureThreshold: 0 }, `failureThreshold: ${atLeast1}`],
    [{ minimumCalls: 0 }, `minimumCalls: ${atLeast1}`],
    [{ halfOpenMaxCalls: 0 }, `halfOpenMaxCalls: ${atLeast1}`],
    [{ successThreshold: 0 }, `successThreshold: ${atLeast1}`],
    [{ maxKeys: 0 }, `maxKeys: ${atLeast1}`],
    [{ failureRatio: 50 }, 'failureRatio: expected a ratio greater than 0 and at most 1 (got 50)'],
    [{ slowCallRatio: 0 }, 'slowCallRatio: expected a ratio greater than 0 and at most 1 (got 0)'],
    [{ slowCallDuration: 0 }, `slowCallDuration: ${duration} (got 0)`],
    [{ resetTimeout: 0 }, `resetTimeout: ${duration}, or Infinity (got 0)`],
    [{ halfOpenTimeout: 0 }, `halfOpenTimeout: ${duration} (got 0)`],
    [{ halfOpenTimeout: Infinity }, `halfOpenTimeout: ${duration} (got Infinity)`],
    [{ maxResetTimeout: Infinity }, `maxResetTimeout: ${duration} (got Infinity)`],
    [{ resetTimeoutFactor: 0.5 }, 'resetTimeoutFactor: expected a number >= 1 (got 0.5)'],
    [
      { resetTimeout: '2m', maxResetTimeout: '1m' },
      'resetTimeout: expected at most maxResetTimeout, 1 m (got 2 m)',
    ],
    [
      { resetTimeout: Infinity, maxResetTimeout: '1m' },
      'resetTimeout: expected at most maxResetTimeout, 1 m (got Infinity)',
    ],
    [
      { window: { type: 'count' } },
      'window: expected only with failureRatio or slowCallDuration (got neither)',
    ],
    [{ failureRatio: 0.5, window: { size: 5 } }, "window.type: expected 'count' or 'time' (not given)"],
    [
      { failureRatio: 0.5, window: { type: 'time', size: 5 } },
      "window.size: expected only with type 'count' (got type 'time')",
    ],
    [
      { failureRatio: 0.5, window: { type: 'count', duration: '5s' } },
      "window.duration: expected only with type 'time' (got type 'count')",
    ],
    [
      { failureRatio: 0.5, window: { type: 'count', buckets: 5 } },
      "window.buckets: expected only with type 'time' (got type 'count')",
    ],
    [{ failureRatio: 0.5, window: { type: 'time', duration: 0 } }, `window.duration: ${duration} (got 0)`],
    [{ per: 'request' }, "per: expected 'attempt' or 'call' (got 'request'), known here: 'attempt', 'call'"],
    [
      { name: 'a', scope: 'service' },
      "name: expected either a name or a scope, not both (got 'a' and 'service')",
    ],
    [{ threshold: 5 }, "threshold: unknown key, did you mean 'failureThreshold'?"],
  ])('refuse %p', (options, issue) => {
    expect(problems(options)).toEqual([`circuitBreaker.${issue}`]);
  });

  it.each([
    [{ resetTimeout: '10m' }, 600_000],
    [{ resetTimeout: '1m' }, 300_000],
    [{ resetTimeout: Infinity }, Infinity],
  ])('let %p raise the default maxResetTimeout to %p ms', (options, maxResetTimeoutMs) => {
    expect(resolveCircuitBreaker(options)).toMatchObject({ maxResetTimeoutMs });
  });

  it.each([
    [{}, 5],
    [{ failureRatio: 0.5 }, undefined],
    [{ slowCallDuration: 100 }, undefined],
    [{ failureRatio: 0.5, failureThreshold: 4 }, 4],
    [{ failureRatio: false }, 5],
  ] as const)('with %p count %p failures in a row', (options, failureThreshold) => {
    expect(resolveCircuitBreaker(options).failureThreshold).toBe(failureThreshold);
  });

  it('keep no window without a ratio rule', () => {
    expect(resolveCircuitBreaker({}).window).toBeUndefined();
  });

  describe('by their signature', () => {
    const signature = (options: CircuitBreakerOptions) => resolveCircuitBreaker(options).signature;

    it.each([
      [{}],
      [{ name: 'a', key: () => 'k' }],
      [{ scope: 'service' as const }],
      [{ name: 'a', per: 'call' as const, recordOn: ['server'], ignore: [404], recordResult: () => true }],
      [{ failureRatio: false as const }],
    ])('only join with %p', (options) => {
      expect(signature(options)).toBeUndefined();
    });

    it('define a state, the same however it is written', () => {
      expect(signature({ failureThreshold: 5 })).toBe(
        signature({ name: 'a', resetTimeout: '1m', per: 'call' }),
      );
      expect(signature({ failureThreshold: 5 })).not.toBe(signature({ failureThreshold: 6 }));
      expect(signature({ resetTimeout: Infinity })).not.toBe(signature({ resetTimeout: '10m' }));
    });
  });
});
