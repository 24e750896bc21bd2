import {
  type RateLimiterOptions,
  resolveRateLimiter,
} from '../../../../lib/core/rate-limiter/rate-limiter-options.js';
import { issuesOf } from '../../../support/issues-of.js';

const problems = (options: unknown) =>
  issuesOf(() => resolveRateLimiter(options as RateLimiterOptions, 'rateLimiter'));

const tenant = (): string => 'tenant';

describe('rate limiter options', () => {
  it('have the defaults of the contract', () => {
    const settings = resolveRateLimiter({ limit: 5 });
    expect(settings).toEqual({
      rate: { limit: 5, intervalMs: 1_000, burst: 5 },
      maxWaitMs: 0,
      shared: false,
      scope: 'policy',
      maxKeys: 10_000,
      signature: expect.any(String) as string,
    });
    expect(Object.isFrozen(settings) && Object.isFrozen(settings.rate)).toBe(true);
  });

  it.each([
    [{ limit: 1, interval: 1, burst: 1_000, maxWait: '2s' }],
    [{ limit: 10, interval: false, burst: false, scope: 'service', key: tenant }],
    [{ name: 'mails' }],
    [{ name: 'mails', maxWait: '1s', key: tenant }],
  ])('accept %p', (options) => {
    expect(problems(options)).toEqual([]);
  });

  const noLimit = 'limit: expected an integer >= 1 (not given)';
  const duration = "expected a duration such as 250 or '2s'";
  it.each([
    [{}, noLimit],
    [{ key: tenant }, noLimit],
    [{ name: 'mails', interval: '1s' }, noLimit],
    [{ name: 'mails', burst: 3 }, noLimit],
    [{ limit: 0 }, 'limit: expected an integer >= 1 (got 0)'],
    [{ limit: 0.5 }, 'limit: expected an integer >= 1 (got 0.5)'],
    [{ limit: 1, burst: 0 }, 'burst: expected an integer >= 1 (got 0)'],
    [{ limit: 1, interval: 0 }, `interval: ${duration}, greater than 0 (got 0)`],
    [
      { limit: 1, interval: '5' },
      `interval: ${duration}, greater than 0 (got '5'), convert it to a number or add a unit`,
    ],
    [{ limit: 1, maxWait: -1 }, `maxWait: ${duration}, 0 or more (got -1)`],
    [{ limit: 1, maxWait: Infinity }, `maxWait: ${duration}, 0 or more (got Infinity)`],
    [{ limit: 1, bursts: 2 }, "bursts: unknown key, did you mean 'burst'?"],
    [
      { limit: 1, name: 'a', scope: 'policy' },
      "name: expected either a name or a scope, not both (got 'a' and 'policy')",
    ],
  ])('refuse %p', (options, problem) => {
    expect(problems(options)).toEqual([`rateLimiter.${problem}`]);
  });

  it('define the state unless they only say whose it is, or how long this policy waits', () => {
    const signature = (options: RateLimiterOptions) => resolveRateLimiter(options).signature;
    expect(signature({ name: 'mails', maxWait: '1s' })).toBeUndefined();
    expect(signature({ limit: 5, maxWait: '1s' })).toBe(signature({ limit: 5, burst: 5, interval: 1_000 }));
    expect(signature({ limit: 5 })).not.toBe(signature({ limit: 5, burst: 6 }));
  });
});
