import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';
import { TimeoutExceededError } from '../../../../lib/core/errors/timeout-exceeded-error.js';
import { retryAfterHint } from '../../../../lib/core/retry/retry-after.js';
import { EPOCH } from '../../../support/virtual-policy.js';

const hintOf = (error: unknown): number | undefined => retryAfterHint(error, () => EPOCH);

/** As grpc-js' Metadata: `get` gives all values of a key. */
const metadata = (value: string) => ({
  get: (name: string) => (name === 'grpc-retry-pushback-ms' ? [value] : []),
});

describe('retryAfterHint', () => {
  it.each<[string, unknown, number]>([
    ['seconds in a plain record', { headers: { 'retry-after': '2' } }, 2000],
    ['seconds as a number', { headers: { 'retry-after': 3 } }, 3000],
    ['fractions of a second', { headers: { 'retry-after': '0.5' } }, 500],
    ['another spelling', { headers: { 'Retry-After': '2' } }, 2000],
    ['spaces around', { headers: { 'retry-after': ' 2 ' } }, 2000],
    ['0', { headers: { 'retry-after': '0' } }, 0],
    ['a Headers object', { headers: new Headers({ 'retry-after': '7' }) }, 7000],
    ["the response's headers", { response: { headers: { 'retry-after': '4' } } }, 4000],
    ['an array of values', { headers: { 'retry-after': ['5', '6'] } }, 5000],
    ['milliseconds', { headers: { 'retry-after-ms': '1500' } }, 1500],
    ['an HTTP date', { headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' } }, 30_000],
    ['an HTTP date of 1970', { headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' } }, 0],
    ['an HTTP date of RFC 850', { headers: { 'retry-after': 'Thursday, 01-Jan-26 00:00:30 GMT' } }, 30_000],
    // Without a zone, and UTC nevertheless, on a machine of any zone.
    ["an HTTP date in C's asctime form", { headers: { 'retry-after': 'Thu Jan  1 00:00:30 2026' } }, 30_000],
    ['an ISO date', { headers: { 'retry-after': '2026-01-01T00:00:10Z' } }, 10_000],
    ['gRPC pushback', { metadata: metadata('250') }, 250],
    [
      'what the filter sends to messages',
      { status: 'error', message: 'm', code: 'RATE_LIMITED', statusCode: 429, retryAfter: 1234 },
      1234,
    ],
    ['RetryableError', new RetryableError('busy', { retryAfter: '3s' }), 3000],
    [
      'CircuitOpenError',
      new CircuitOpenError({
        policy: 'p',
        operation: 'o',
        breaker: 'b',
        state: 'open',
        retryAfter: 1234,
      }),
      1234,
    ],
  ])('reads %s', (_, error, expected) => {
    expect(hintOf(error)).toBe(expected);
  });

  it('finds the hint behind an error that translates the one of the client', () => {
    const busy = Object.assign(new Error('busy'), {
      response: { status: 429, headers: { 'retry-after': '7' } },
    });

    expect(hintOf(new Error('payment failed', { cause: busy }))).toBe(7000);
    expect(hintOf(new RetryableError('busy', { cause: busy }))).toBe(7000);
    expect(hintOf(new RetryableError('busy', { cause: busy, retryAfter: '1s' }))).toBe(1000);
  });

  it('reads the headers that a RetryableError of the user has', () => {
    class Throttled extends RetryableError {
      readonly response = { headers: { 'retry-after': '3' } };
    }

    expect(hintOf(new Throttled('slow down'))).toBe(3000);
  });

  it('reads no hint of another attempt behind a rejection or a timeout', () => {
    const busy = Object.assign(new Error('busy'), { headers: { 'retry-after': '7' } });
    const names = { policy: 'p', operation: 'o', cause: busy };

    expect(hintOf(new CircuitOpenError({ ...names, breaker: 'b', state: 'forcedOpen' }))).toBeUndefined();
    expect(hintOf(new TimeoutExceededError({ ...names, timeout: 5, scope: 'attempt' }))).toBeUndefined();
  });

  it('ends where causes go in a circle', () => {
    const error = new Error('x');
    error.cause = error;

    expect(hintOf(error)).toBeUndefined();
  });

  it('takes a negative gRPC pushback for a wish for no retry at all', () => {
    expect(hintOf({ metadata: metadata('-1') })).toBe(Infinity);
  });

  it('prefers milliseconds over seconds, and the response over the error', () => {
    const headers = { 'retry-after': '2', 'retry-after-ms': '100' };

    expect(hintOf({ headers })).toBe(100);
    expect(hintOf({ headers, response: { headers: { 'retry-after': '9' } } })).toBe(9000);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a string', 'retry-after: 5'],
    ['an error without headers', new Error('down')],
    ['an answer in another form', { status: 'error', statusCode: 429, retryAfter: 5 }],
    ['a negative number', { headers: { 'retry-after': -5 } }],
    ['a negative text', { headers: { 'retry-after': '-5' } }],
    ['words', { headers: { 'retry-after': '5 apples' } }],
    ['an empty header', { headers: { 'retry-after': '' } }],
    ['a header of 100 characters', { headers: { 'retry-after': '1'.repeat(100) } }],
    ['NaN', { headers: { 'retry-after': NaN } }],
    ['an object', { headers: { 'retry-after': {} } }],
    ['a garbled pushback', { metadata: metadata('soon') }],
    ["the retryAfter of somebody else's error", { retryAfter: 5 }],
    [
      'a proxy that throws on access',
      new Proxy(
        {},
        {
          get() {
            throw new Error('hands off');
          },
        },
      ),
    ],
  ])('reads nothing from %s', (_, error) => {
    expect(hintOf(error)).toBeUndefined();
  });
});
