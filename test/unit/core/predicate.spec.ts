import { runInNewContext } from 'node:vm';
import { classify, createClassify } from '../../../lib/core/classify/classify.js';
import { CircuitOpenError } from '../../../lib/core/errors/circuit-open-error.js';
import { PermanentError } from '../../../lib/core/errors/permanent-error.js';
import { ResilienceError } from '../../../lib/core/errors/resilience-error.js';
import { RetryableError } from '../../../lib/core/errors/retryable-error.js';
import { TimeoutExceededError } from '../../../lib/core/errors/timeout-exceeded-error.js';
import { compileMatcher, isMatcher, type Matcher } from '../../../lib/core/predicate.js';

class PaymentDeclined extends Error {}
class CardExpired extends PaymentDeclined {}

const failing = (properties: object, cause?: unknown) =>
  Object.assign(new Error('it failed', { cause }), properties);
const matches = (matcher: Matcher, error: unknown) => compileMatcher([matcher], classify)(error);

describe('a class as matcher', () => {
  it('names its instances and those of its subclasses', () => {
    expect(matches(PaymentDeclined, new CardExpired())).toBe(true);
    expect(matches(CardExpired, new PaymentDeclined())).toBe(false);
    expect(matches(TypeError, new TypeError())).toBe(true);
  });

  it('names no error by its cause', () => {
    expect(matches(CardExpired, new Error('x', { cause: new CardExpired() }))).toBe(false);
  });

  it('of the library names the errors of another copy, by code', () => {
    const foreign = { [Symbol.for('nestjs-holdfast.error')]: 'CIRCUIT_OPEN' };

    expect(matches(CircuitOpenError, foreign)).toBe(true);
    expect(matches(TimeoutExceededError, foreign)).toBe(false);
    expect(matches(CircuitOpenError, new Error('x'))).toBe(false);
  });

  it('ResilienceError names every error of the library, of any copy', () => {
    expect(matches(ResilienceError, new RetryableError())).toBe(true);
    expect(matches(ResilienceError, { [Symbol.for('nestjs-holdfast.error')]: 'NEWER' })).toBe(true);
    expect(matches(ResilienceError, new Error('x'))).toBe(false);
  });

  it('made by users from one of the library names only its own instances', () => {
    class Declined extends PermanentError {}

    expect(matches(Declined, new Declined())).toBe(true);
    expect(matches(Declined, new PermanentError())).toBe(false);
    expect(matches(PermanentError, new Declined())).toBe(true);
  });

  it('of another realm names its instances', () => {
    const [Foreign, error] = runInNewContext('class Foreign extends Error {}; [Foreign, new Foreign()]') as [
      ErrorConstructor,
      Error,
    ];

    expect(matches(Foreign, error)).toBe(true);
    expect(matches(Foreign, new Error('x'))).toBe(false);
  });
});

describe('a status as matcher', () => {
  it.each([
    ['getStatus()', { getStatus: () => 503 }],
    ['statusCode', { statusCode: 503 }],
    ['status', { status: 503 }],
    ['the response', { response: { status: 503 } }],
  ])('is compared with that of %s', (_, properties) => {
    expect(matches(503, failing(properties))).toBe(true);
    expect(matches(502, failing(properties))).toBe(false);
  });

  it('is that of the outermost error in the chain that has one', () => {
    expect(matches(503, failing({}, failing({ status: 503 })))).toBe(true);
    expect(matches(503, failing({ status: 500 }, failing({ status: 503 })))).toBe(false);
  });

  it('may be one that tells of no failure', () => {
    expect(matches(304, { status: 304 })).toBe(true);
  });
});

describe('a string as matcher', () => {
  it.each([
    ['a category', 'network', failing({ code: 'EPIPE' }), true],
    ['another category', 'timeout', failing({ code: 'EPIPE' }), false],
    ['a category, never a code of the same spelling', 'conflict', failing({ code: 'conflict' }), false],
    ['a code', 'EPIPE', failing({ code: 'EPIPE' }), true],
    [
      'a code of the cause where the error has none',
      'ECONNREFUSED',
      new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }),
      true,
    ],
    [
      'the outermost code alone',
      'ECONNREFUSED',
      failing({ code: 'E_OUTER' }, { code: 'ECONNREFUSED' }),
      false,
    ],
    ['a code behind a number', 'ECONNREFUSED', failing({ code: 20 }, { code: 'ECONNREFUSED' }), true],
    [
      'a code of the library',
      'CIRCUIT_OPEN',
      new CircuitOpenError({
        policy: 'p',
        operation: 'o',
        breaker: 'b',
        state: 'open',
        cause: { code: 'EPIPE' },
      }),
      true,
    ],
    ['a name', 'MongoError', failing({ name: 'MongoError' }), true],
    ['the name of a class', 'PaymentDeclined', new PaymentDeclined(), true],
    ['no name of a parent class', 'PaymentDeclined', new CardExpired(), false],
    ['no message', 'it failed', failing({}), false],
    ["'default' as any other string without a fallback", 'default', failing({ code: 'default' }), true],
  ] as const)('is %s', (_, matcher, error, expected) => {
    expect(matches(matcher, error)).toBe(expected);
  });

  it("goes by the user's classifiers", () => {
    const byUser = createClassify([() => 'database']);

    expect(compileMatcher(['database'], byUser)(new Error('x'))).toBe(true);
  });
});

describe('a predicate as matcher', () => {
  it('decides by what it returns', () => {
    const isMine = (error: { mine?: unknown }) => error.mine as boolean;

    expect(matches(isMine, { mine: 'yes' })).toBe(true);
    expect(matches(isMine, {})).toBe(false);
  });

  it('is asked only about errors that nothing else in the list names', () => {
    const predicate = jest.fn(() => true);
    const test = compileMatcher([predicate, 'network', 404, CardExpired], classify);

    expect([{ code: 'EPIPE' }, { status: 404 }, new CardExpired()].map(test)).toEqual([true, true, true]);
    expect(predicate).not.toHaveBeenCalled();
    expect(test(new Error('x'))).toBe(true);
  });

  it('that throws makes the test throw', () => {
    const fault = new Error('my bug');
    const broken = () => {
      throw fault;
    };

    expect(() => matches(broken, new Error('x'))).toThrow(fault);
  });

  it('that returns a promise is refused, never taken as truthy', () => {
    const isMine = async () => Promise.resolve(false);

    expect(() => matches(isMine as never, new Error('x'))).toThrow(
      new TypeError('the predicate isMine returned a promise; it must be synchronous and return its answer'),
    );
    expect(() => compileMatcher([(() => Promise.resolve()) as never], classify)(1)).toThrow(
      new TypeError('the predicate returned a promise; it must be synchronous and return its answer'),
    );
  });
});

describe("'default' as matcher", () => {
  it('stands for the fallback', () => {
    const test = compileMatcher(['default', 404], classify, (error) => error === 'mine');

    expect([test('mine'), test('other'), test({ status: 404 })]).toEqual([true, false, true]);
  });
});

describe('a list of matchers', () => {
  it('names nothing when it is empty', () => {
    expect(compileMatcher([], classify)(new Error('x'))).toBe(false);
  });

  it('may be frozen, and may change afterwards without effect', () => {
    const list: Matcher[] = [404];
    const test = compileMatcher(list, classify);
    list.push(500);

    expect(test({ status: 500 })).toBe(false);
    expect(compileMatcher(Object.freeze([500]), classify)({ status: 500 })).toBe(true);
  });

  it('classifies an error once, whatever the number of categories', () => {
    const classifyOnce = jest.fn(classify);

    compileMatcher(['network', 'timeout', 'server'], classifyOnce)(new Error('x'));
    expect(classifyOnce).toHaveBeenCalledTimes(1);
  });
});

describe('isMatcher', () => {
  it.each([[Error], [() => true], [100], [404], [599], ['network'], ['ECONNRESET']])('takes %p', (value) => {
    expect(isMatcher(value)).toBe(true);
  });

  it.each([99, 600, 404.5, NaN, -1, '', '  ', true, null, undefined, {}, /x/, Symbol('x')])(
    'refuses %p',
    (value) => {
      expect(isMatcher(value)).toBe(false);
    },
  );
});
