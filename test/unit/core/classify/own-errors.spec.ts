import { classify, createClassify, isPermanent } from '../../../../lib/core/classify/classify.js';
import type { ErrorCategory } from '../../../../lib/core/classify/error-category.js';
import type { ResilienceErrorCode } from '../../../../lib/core/errors/error-code.js';
import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';
import { samples } from '../errors/support.js';

const categories: Record<ResilienceErrorCode, ErrorCategory> = {
  CIRCUIT_OPEN: 'rejected',
  BULKHEAD_FULL: 'rejected',
  ADAPTIVE_THROTTLE: 'rejected',
  RATE_LIMITED: 'rejected',
  TIMEOUT_EXCEEDED: 'timeout',
  MAX_RETRIES_EXCEEDED: 'unknown',
  ALL_FALLBACKS_FAILED: 'unknown',
  BULK_FAILURE: 'unknown',
  SHUTDOWN: 'rejected',
  CONFIG_INVALID: 'programming',
  RETRYABLE: 'unknown',
  PERMANENT: 'unknown',
};

const status = (statusCode: number, cause?: unknown) =>
  Object.assign(new Error('answer', { cause }), { statusCode });
const refused = { code: 'ECONNREFUSED' };

function brandedAs(code: string, extra: object = {}): object {
  return { [Symbol.for('nestjs-holdfast.error')]: code, statusCode: 503, ...extra };
}

describe("classify, with the library's own errors", () => {
  it.each(Object.entries(categories))('says of %s, whatever its status: %s', (code, category) => {
    expect(classify(samples[code as ResilienceErrorCode])).toBe(category);
  });

  it.each(['MAX_RETRIES_EXCEEDED', 'ALL_FALLBACKS_FAILED', 'RETRYABLE', 'PERMANENT', 'SOMETHING_NEWER'])(
    'says of %s what its cause is',
    (code) => {
      expect(classify(brandedAs(code, { cause: refused }))).toBe('network');
      expect(classify(brandedAs(code))).toBe('unknown');
    },
  );

  it('stays with the rejection, whose cause is a failure of another call', () => {
    const error = new CircuitOpenError({
      policy: 'p',
      operation: 'o',
      breaker: 'b',
      state: 'open',
      cause: refused,
    });

    expect(classify(error)).toBe('rejected');
  });
});

describe('isPermanent', () => {
  it.each([
    ['a PermanentError', new PermanentError(), true],
    ['a PermanentError caused by the network', new PermanentError('x', { cause: refused }), true],
    ['a RetryableError', new RetryableError(), false],
    ['a RetryableError caused by a 404', new RetryableError('x', { cause: status(404) }), false],
    ['an unknown error around a PermanentError', new Error('x', { cause: new PermanentError() }), true],
    ['a bare 500 around a PermanentError', status(500, new PermanentError('x', { cause: refused })), true],
    ['a mistake around a RetryableError', new TypeError('x', { cause: new RetryableError() }), false],
    ['a 503 around a PermanentError', status(503, new PermanentError()), false],
    [
      'a wrapper of the library around a PermanentError',
      brandedAs('MAX_RETRIES_EXCEEDED', { cause: new PermanentError() }),
      true,
    ],
    ['an aggregate of PermanentErrors', new AggregateError([new PermanentError(), status(404)]), true],
    [
      'an aggregate with one RetryableError',
      new AggregateError([new PermanentError(), new RetryableError()]),
      false,
    ],
    ['a 404', status(404), true],
    ['a 503', status(503), false],
    ['an unknown error', new Error('x'), false],
    ['undefined', undefined, false],
  ])('of %s: says %p', (_, error, expected) => {
    expect(isPermanent(error, classify)).toBe(expected);
  });

  it('lets a classifier of the user decide before the mark', () => {
    const byUser = createClassify([(error) => (error instanceof RetryableError ? 'validation' : undefined)]);

    expect(isPermanent(new RetryableError(), byUser)).toBe(true);
  });

  it('takes a plain function too', () => {
    expect(isPermanent(new Error('x'), () => 'notFound')).toBe(true);
    expect(isPermanent(new Error('x'), () => 'network')).toBe(false);
    expect(isPermanent(new PermanentError(), () => 'network')).toBe(true);
    expect(isPermanent(new RetryableError(), () => 'notFound')).toBe(false);
  });
});
