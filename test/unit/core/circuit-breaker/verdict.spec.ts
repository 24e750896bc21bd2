import {
  resolveCircuitBreaker,
  type CircuitBreakerOptions,
} from '../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import type { Verdict } from '../../../../lib/core/circuit-breaker/permit.js';
import { compileVerdict, defaultVerdict } from '../../../../lib/core/circuit-breaker/verdict.js';
import { classify } from '../../../../lib/core/classify/classify.js';
import { errorCategories, type ErrorCategory } from '../../../../lib/core/classify/error-category.js';
import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { TimeoutExceededError } from '../../../../lib/core/errors/timeout-exceeded-error.js';

const byCategory: Readonly<Record<ErrorCategory, Verdict>> = {
  network: 'failure',
  timeout: 'failure',
  server: 'failure',
  database: 'failure',
  unknown: 'failure',
  authentication: 'success',
  authorization: 'success',
  notFound: 'success',
  validation: 'success',
  client: 'success',
  conflict: 'success',
  rateLimit: 'ignored',
  aborted: 'ignored',
  rejected: 'ignored',
  programming: 'ignored',
};

/** An error that says its category itself, for a classifier that believes it. */
class Categorised extends Error {
  constructor(readonly category: ErrorCategory) {
    super(category);
  }
}

const ownTimeout = new Categorised('timeout');

function judge(options: CircuitBreakerOptions) {
  const { recordOn, ignore } = resolveCircuitBreaker(options);
  const rules = recordOn === undefined ? { ignore } : { recordOn, ignore };
  const categoryOf = (error: unknown) => (error instanceof Categorised ? error.category : classify(error));
  return compileVerdict(rules, categoryOf, (error) => error === ownTimeout);
}

function verdicts(options: CircuitBreakerOptions): Record<string, Verdict> {
  const verdictOf = judge(options);
  return Object.fromEntries(
    errorCategories.map((category) => [category, verdictOf(new Categorised(category))]),
  );
}

describe('defaultVerdict', () => {
  it.each(Object.entries(byCategory))('takes %s for a %s', (category, verdict) => {
    expect(defaultVerdict(category as ErrorCategory)).toBe(verdict);
  });
});

describe('compileVerdict', () => {
  it('goes by the category, without lists', () => {
    expect(verdicts({})).toEqual(byCategory);
  });

  it('takes the default, said aloud, for the default', () => {
    expect(verdicts({ recordOn: ['default'], ignore: ['default'] })).toEqual(byCategory);
  });

  describe('with recordOn', () => {
    it('takes what it names for failures, and the rest for successes unless the category is ignored', () => {
      expect(verdicts({ recordOn: ['notFound', 'server'] })).toEqual({
        ...byCategory,
        notFound: 'failure',
        network: 'success',
        timeout: 'success',
        database: 'success',
        unknown: 'success',
      });
    });

    it('adds to the default where that is in the list', () => {
      expect(verdicts({ recordOn: ['default', 'notFound'] })).toEqual({ ...byCategory, notFound: 'failure' });
    });

    it('takes what it names for failures although the default ignores it, rejections and aborts left out', () => {
      const counted = { ...byCategory, rateLimit: 'failure', programming: 'failure' };
      const recordOn = ['default', 'rateLimit', 'programming', 'rejected', 'aborted'];

      expect(verdicts({ recordOn })).toEqual(counted);
      expect(verdicts({ recordOn, ignore: ['default'] })).toEqual(counted);
      expect(judge({ recordOn: ['default', 429] })({ status: 429 })).toBe('failure');
    });
  });

  describe('with ignore', () => {
    it('adds to the default where that is in the list', () => {
      expect(verdicts({ ignore: ['default', 'notFound', 'server'] })).toEqual({
        ...byCategory,
        notFound: 'ignored',
        server: 'ignored',
      });
    });

    it('replaces the default: what it does not name is a success, unless the dependency was not asked to the end', () => {
      expect(verdicts({ ignore: ['server'] })).toEqual({
        ...byCategory,
        server: 'ignored',
        rateLimit: 'success',
        programming: 'success',
      });
    });

    it('wins over recordOn', () => {
      expect(verdicts({ recordOn: ['server', 'network'], ignore: ['default', 'server'] })).toMatchObject({
        server: 'ignored',
        network: 'failure',
      });
    });

    it('leaves it to recordOn to name rejections and rate limits', () => {
      expect(verdicts({ recordOn: ['default', 'rateLimit', 'rejected'], ignore: ['programming'] })).toEqual({
        ...byCategory,
        rateLimit: 'failure',
        rejected: 'failure',
      });
    });
  });

  it('takes a timeout of the policy itself for a failure, unless ignore names it', () => {
    const [other, none] = [new Categorised('timeout'), { recordOn: [RangeError] }];
    expect([judge(none)(ownTimeout), judge(none)(other)]).toEqual(['failure', 'success']);
    expect(judge({ ignore: ['default', 'timeout'] })(ownTimeout)).toBe('ignored');
  });

  it('takes classes, statuses, codes, names and predicates', () => {
    const verdictOf = judge({
      recordOn: [RangeError, 404, 'E_ODD', 'OddError', (error: { odd?: boolean }) => error.odd === true],
      ignore: [],
    });
    const named = (name: string) => Object.assign(new Error(name), { name });
    expect(verdictOf(new RangeError('far'))).toBe('failure');
    expect(verdictOf({ status: 404 })).toBe('failure');
    expect(verdictOf({ code: 'E_ODD' })).toBe('failure');
    expect(verdictOf(named('OddError'))).toBe('failure');
    expect(verdictOf({ odd: true })).toBe('failure');
    expect(verdictOf(named('EvenError'))).toBe('success');
  });

  it('takes a timeout of a policy for a failure, and the rejection of another breaker for nothing', () => {
    const names = { policy: 'payments', operation: 'Payments.charge' };
    const verdictOf = judge({});
    expect(verdictOf(new TimeoutExceededError({ ...names, timeout: 1000, scope: 'attempt' }))).toBe(
      'failure',
    );
    expect(verdictOf(new CircuitOpenError({ ...names, breaker: 'cards', state: 'open' }))).toBe('ignored');
  });
});
