import { isResilienceError } from '../../../lib/core/errors/is-resilience-error.js';
import { type PolicyOptions, resolvePolicy } from '../../../lib/core/policy-options.js';
import { issuesOf } from '../../support/issues-of.js';

const problems = (options: unknown, path = 'policies.network', allowNames?: readonly string[]) =>
  issuesOf(() => resolvePolicy('network', options as PolicyOptions, path, allowNames && { allowNames }));

describe('policy options', () => {
  it('become settings of every strategy that is given', () => {
    const discard = () => {};
    const key = () => 'tenant';
    const opened = () => {};
    const settings = resolvePolicy('network', {
      idempotent: false,
      retry: {},
      circuitBreaker: {},
      timeout: '5s',
      fallback: { value: [] },
      chaos: { enabled: true },
      discard,
      key,
      on: { circuitOpened: opened },
    });
    expect(settings).toMatchObject({
      name: 'network',
      enabled: true,
      idempotent: false,
      retry: { maxAttempts: 3 },
      circuitBreaker: { failureThreshold: 5 },
      timeout: { totalMs: 5_000 },
      fallback: { handlers: [{ value: [] }] },
      chaos: { enabled: true },
      discard,
      key,
      on: { circuitOpened: opened },
    });
    expect(settings.on).toEqual({ circuitOpened: opened });
  });

  it('leave out the strategies that are false', () => {
    const none = {
      retry: false,
      circuitBreaker: false,
      timeout: false,
      fallback: false,
      chaos: false,
    } as const;
    expect(
      resolvePolicy('network', { ...none, key: false, discard: false, on: false, extends: false }),
    ).toEqual({
      name: 'network',
      enabled: true,
    });
  });

  it('are frozen through and through, and the given ones left alone', () => {
    const options = { retry: { backoff: { jitter: { factor: 0.5 } }, retryOn: ['network'] } };
    const copy = structuredClone(options);
    const settings = resolvePolicy('network', options);
    expect(options).toEqual(copy);
    const seen: unknown[] = [settings];
    for (const value of seen) {
      expect(Object.isFrozen(value)).toBe(true);
      seen.push(...Object.values(value as object).filter((inner) => typeof inner === 'object'));
    }
    expect(seen.length).toBeGreaterThan(4);
  });

  it('share nothing between two policies made from one object', () => {
    const options: PolicyOptions = { retry: { retryOn: ['network'] } };
    const [a, b] = [resolvePolicy('a', options), resolvePolicy('b', options)];
    expect(a.retry).toEqual(b.retry);
    expect(a.retry).not.toBe(b.retry);
    expect(a.retry?.retryOn).not.toBe(b.retry?.retryOn);
  });

  it.each([
    [{ retry: { maxAttempts: Infinity }, timeout: '1m' }],
    [{ enabled: false, idempotent: true }],
    [{ logging: false }],
    [{ logging: true }],
    [{ logging: { retry: false, opened: 'warn', closed: true, maxPerSecond: 1 } }],
  ])('accept %p', (options) => {
    expect(problems(options)).toEqual([]);
  });

  it.each([
    [{ retry: { maxAttempts: -1 } }, 'retry.maxAttempts: expected an integer >= 1 (got -1)'],
    [
      { retry: { maxAttempts: Infinity } },
      'retry.maxAttempts: expected a finite number, or a total timeout beside it (got Infinity)',
    ],
    [
      { retry: { maxAttempts: Infinity }, timeout: { attempt: '1s' } },
      'retry.maxAttempts: expected a finite number, or a total timeout beside it (got Infinity)',
    ],
    [{ retyr: {} }, "retyr: unknown key, did you mean 'retry'?"],
    [{ retry: true }, 'retry: expected an object (got true)'],
    [{ on: { circuitOpend: () => {} } }, "on.circuitOpend: unknown key, did you mean 'circuitOpened'?"],
    [
      { logging: { retry: 'loud' } },
      "logging.retry: expected 'fatal', 'error', 'warn', 'log', 'debug' or 'verbose' (got 'loud'), known here: 'log', 'warn', 'debug', 'fatal', 'error', 'verbose'",
    ],
    [
      { extends: 'default' },
      "extends: expected only where policies know one another, in ResilienceModule (got 'default')",
    ],
    [{ enabled: 'false' }, "enabled: expected true or false (got 'false'), convert it to a boolean"],
    [
      { key: 'tenant' },
      "key: expected a function, or the name of a resolver in `keys` of ResilienceModule.forRoot (got 'tenant')",
    ],
  ])('refuse %p', (options, issue: unknown) => {
    const found = problems(options, '');
    expect(found).toEqual([issue]);
  });

  it.each([
    ['bulkhead', {}, { maxConcurrent: 10, maxQueue: 0, releaseOn: 'settled' }],
    ['bulkhead', 4, { maxConcurrent: 4 }],
    ['rateLimiter', { limit: 5 }, { rate: { limit: 5, intervalMs: 1000, burst: 5 }, maxWaitMs: 0 }],
    ['hedge', { delay: '1s' }, { delayMs: 1000, maxHedges: 1, budget: { ratio: 0.1 } }],
    ['adaptiveThrottle', true, { k: 2, windowMs: 120_000 }],
  ])('know %s: %j', (strategy, options, expected) => {
    expect(resolvePolicy('network', { [strategy]: options })).toMatchObject({ [strategy]: expected });
  });

  it('are refused with every problem in one error, each with its path', () => {
    const options = {
      retry: { maxAttempts: -1, backof: {} },
      timeout: 0,
      circuitBreaker: { failureRatio: 2 },
    } as unknown as PolicyOptions;
    let caught: unknown;
    try {
      resolvePolicy('network', options, 'policies.network');
    } catch (error) {
      caught = error;
    }
    expect(isResilienceError(caught, 'CONFIG_INVALID')).toBe(true);
    expect((caught as Error).message.split('\n').slice(1)).toEqual([
      '- policies.network.retry.maxAttempts: expected an integer >= 1 (got -1)',
      "- policies.network.retry.backof: unknown key, did you mean 'backoff'?",
      "- policies.network.timeout: expected a duration such as 250 or '2s', greater than 0 (got 0)",
      '- policies.network.circuitBreaker.failureRatio: expected a ratio greater than 0 and at most 1 (got 2)',
    ]);
  });

  describe('when the names of key resolvers are known', () => {
    it('accept them wherever a key may stand', () => {
      const options = {
        key: 'tenant',
        retry: { budget: { key: 'tenant' }, backoff: { type: 'adaptive', adaptive: { key: 'tenant' } } },
        circuitBreaker: { key: 'tenant' },
      };
      expect(problems(options, '', ['tenant'])).toEqual([]);
    });

    it('name the nearest of them for another', () => {
      expect(problems({ circuitBreaker: { key: 'tennant' } }, '', ['tenant', 'user'])).toEqual([
        "circuitBreaker.key: expected a function, or the name of a resolver in `keys` of ResilienceModule.forRoot (got 'tennant'), did you mean 'tenant'?",
      ]);
    });
  });

  it.each([
    [false, false],
    [true, {}],
    [
      { retry: true, opened: 'warn', closed: false },
      { retry: 'warn', opened: 'warn', closed: false },
    ],
    [
      { rejected: true, maxPerSecond: 5 },
      { rejected: 'warn', maxPerSecond: 5 },
    ],
    [{ maxPerSecond: false }, {}],
  ])('read logging %p as %p', (logging, settings) => {
    expect(resolvePolicy('network', { logging } as PolicyOptions).logging).toEqual(settings);
  });
});
