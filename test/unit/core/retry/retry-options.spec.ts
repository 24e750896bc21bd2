import { type RetryOptions, resolveRetry } from '../../../../lib/core/retry/retry-options.js';
import { resolveBudget } from '../../../../lib/core/retry/budget-options.js';
import { issuesOf } from '../../../support/issues-of.js';

const problems = (options: object) => issuesOf(() => resolveRetry(options as RetryOptions, 'retry'));

describe('retry options', () => {
  it('keep functions, classes and lists as they are', () => {
    const options = {
      retryOn: ['default', 429, TypeError],
      abortOn: ['validation'],
      retryResult: () => true,
      retryAfter: () => 5,
      onRetry: () => {},
      backoff: () => 10,
    } satisfies RetryOptions;
    expect(resolveRetry(options)).toMatchObject(options);
  });

  it.each([
    [{ maxAttempts: 1 }],
    [{ maxAttempts: Infinity }],
    [{ retryOn: [] }],
    [
      {
        retryOn: false,
        budget: false,
        onRetry: false,
        retryResult: false,
        retryAfter: false,
        abortOn: false,
      },
    ],
    [{ budget: { ratio: 1, minPerSecond: 0, window: '1s', name: 'payments' } }],
    [{ budget: { scope: 'service', key: () => 'tenant', maxKeys: 5 } }],
  ])('accept %p', (options) => {
    expect(problems(options)).toEqual([]);
  });

  it.each([
    [{ maxAttempts: -1 }, 'retry.maxAttempts: expected an integer >= 1 (got -1)'],
    [{ maxAttempts: '5' }, "retry.maxAttempts: expected an integer >= 1 (got '5'), convert it to a number"],
    [{ maxAttempts: false }, 'retry.maxAttempts: expected an integer >= 1 (got false)'],
    [{ attempts: 3 }, "retry.attempts: unknown key, did you mean 'maxAttempts'?"],
    [{ nested: 'go' }, "retry.nested: expected 'stop' or 'allow' (got 'go'), known here: 'stop', 'allow'"],
    [
      { wrapExhausted: 'yes' },
      "retry.wrapExhausted: expected true or false (got 'yes'), convert it to a boolean",
    ],
    [{ backoff: false }, 'retry.backoff: expected a function or an object (got false)'],
    [{ budget: 5 }, 'retry.budget: expected true or an object (got 5)'],
    [{ budget: { ratio: 0 } }, 'retry.budget.ratio: expected a ratio greater than 0 and at most 1 (got 0)'],
    [
      { budget: { window: 0 } },
      "retry.budget.window: expected a duration such as 250 or '2s', greater than 0 (got 0)",
    ],
    [
      { budget: { name: 'a', scope: 'policy' } },
      "retry.budget.name: expected either a name or a scope, not both (got 'a' and 'policy')",
    ],
    [{ onRetry: 'log' }, "retry.onRetry: expected a function (got 'log')"],
  ])('refuse %p', (options, issue) => {
    expect(problems(options)).toEqual([issue]);
  });

  it('list all problems at once', () => {
    expect(problems({ maxAttempts: 0, backoff: { factor: 0 }, retryOn: [true] })).toHaveLength(3);
  });
});

describe('retry budget options', () => {
  it('say in their signature what defines the budget, if anything does', () => {
    const signatures = [resolveBudget(), resolveBudget({ name: 'a' }), resolveBudget({ ratio: 0.2 })];
    expect(signatures.map(({ signature }) => signature !== undefined)).toEqual([false, false, true]);
  });
});
