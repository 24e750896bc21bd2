import { AllFallbacksFailedError } from '../../../../lib/core/errors/all-fallbacks-failed-error.js';
import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { MaxRetriesExceededError } from '../../../../lib/core/errors/max-retries-exceeded-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';

const call = { policy: 'p', operation: 'A.b' };

const wrappers = [
  ['MaxRetriesExceededError', 502, (cause: unknown) => maxRetries([cause])],
  ['AllFallbacksFailedError', 502, (cause: unknown) => fallbacksFailed([cause, 0])],
  ['RetryableError', 503, (cause: unknown) => new RetryableError('m', { cause })],
  ['PermanentError', 500, (cause: unknown) => new PermanentError('m', { cause })],
] as const;

function maxRetries(errors: unknown[]): MaxRetriesExceededError {
  return new MaxRetriesExceededError({ ...call, attempts: 1, maxAttempts: 1, errors, cause: errors.at(-1) });
}

function fallbacksFailed(errors: unknown[]): AllFallbacksFailedError {
  return new AllFallbacksFailedError({ ...call, errors, cause: errors[0] });
}

describe.each(wrappers)('%s', (_, otherwise, wrap) => {
  it.each([
    ['getStatus()', { getStatus: (): number => 404 }, 404],
    ['statusCode', { statusCode: 429 }, 429],
    ['status', { status: 599 }, 599],
    ['response.status', { response: { status: 400 } }, 400],
    ['response.statusCode', { response: { statusCode: 503 } }, 503],
    ['getStatus() before status', { getStatus: (): number => 404, status: 500 }, 404],
  ])('takes the status of its cause from %s', (__, cause, status) => {
    expect(wrap(cause).statusCode).toBe(status);
    expect(wrap(cause).status).toBe(status);
  });

  it.each([
    ['none', new Error('x')],
    ['one below 400', { status: 200 }],
    ['one above 599', { statusCode: 600 }],
    ['a broken one', { statusCode: 404.5 }],
    ['a text', { status: '404' }],
    ['a getStatus that throws', { getStatus: () => JSON.parse('<') as number }],
    ['a primitive cause', 'ECONNRESET'],
    ['no cause', undefined],
  ])(`answers ${otherwise} where there is %s`, (__, cause) => {
    expect(wrap(cause).statusCode).toBe(otherwise);
  });

  it("passes on the retry-after of this library's errors", () => {
    const cause = new CircuitOpenError({ ...call, breaker: 'A', state: 'open', retryAfter: 1500 });

    expect(wrap(cause)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
  });

  it('passes on no header of foreign errors', () => {
    expect(wrap({ status: 503, headers: { 'retry-after': '7', 'set-cookie': 'secret' } }).headers).toEqual(
      {},
    );
  });
});

describe('MaxRetriesExceededError', () => {
  it('holds the errors it was given, hidden from whatever copies enumerable properties', () => {
    const errors = [new Error('first'), new Error('second')];
    const error = maxRetries(errors);

    expect(error.errors).toBe(errors);
    expect(Object.keys(error)).toEqual(['code', 'policy', 'operation', 'attempts', 'maxAttempts']);
    expect(error.cause).toBe(errors[1]);
  });
});

describe('AllFallbacksFailedError', () => {
  it('counts the fallbacks in its message', () => {
    expect(fallbacksFailed([1, 2, 3]).message).toBe('A.b failed, and so did its 2 fallbacks (policy=p)');
  });
});
