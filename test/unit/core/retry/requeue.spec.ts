import { classify } from '../../../../lib/core/classify/classify.js';
import { AllFallbacksFailedError } from '../../../../lib/core/errors/all-fallbacks-failed-error.js';
import { BulkheadFullError } from '../../../../lib/core/errors/bulkhead-full-error.js';
import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { MaxRetriesExceededError } from '../../../../lib/core/errors/max-retries-exceeded-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';
import { ShutdownError } from '../../../../lib/core/errors/shutdown-error.js';
import { resolveRetry, type RetryOptions } from '../../../../lib/core/retry/retry-options.js';
import { compileAborts, compileRetries } from '../../../../lib/core/retry/retry-rules.js';
import { requeueDelayMs, type FailedJob } from '../../../../lib/core/retry/requeue.js';

const names = { policy: 'mails', operation: 'send' };
const down = Object.assign(new Error('down'), { code: 'ECONNRESET' });

interface Given extends RetryOptions {
  readonly idempotent?: boolean;
  readonly random?: () => number;
}

function delayAfter(error: unknown, given: Given = {}, job: Partial<FailedJob> = {}): number | undefined {
  const { idempotent, random = () => 0.5, ...options } = given;
  const retry = resolveRetry(options);
  const rules = {
    backoff: retry.backoff,
    aborts: compileAborts(classify, retry),
    retries: compileRetries(classify, retry),
    givenHint: (failure: unknown) => retry.retryAfter?.(failure),
    idempotent,
    random,
    epoch: () => 0,
  };
  return requeueDelayMs(rules, { attempt: 1, error, previousDelayMs: undefined, ...job });
}

describe('the delay of a job in its queue', () => {
  it('follows the backoff, jitter included, in whole milliseconds', () => {
    const backoff = { initialDelay: '1s', maxDelay: '1.5s' } as const;
    const delays = [1, 2, 3].map((attempt) => delayAfter(down, { backoff }, { attempt }));
    expect(delays).toEqual([500, 1_000, 1_500]);
    expect(delayAfter(down, { backoff: { initialDelay: 3 }, random: () => 0.9 })).toBe(3);
  });

  it('goes on from the delay before with decorrelated jitter', () => {
    const backoff = { initialDelay: '1s', jitter: 'decorrelated' } as const;
    expect(delayAfter(down, { backoff }, { attempt: 3, previousDelayMs: 5_000 })).toBe(8_000);
  });

  it('asks a backoff function, and tells it what the job failed with', () => {
    const backoff = jest.fn((attempt: number) => attempt * 7);
    expect(delayAfter(down, { backoff }, { attempt: 6 })).toBe(42);
    expect(backoff.mock.calls[0]).toEqual([6, expect.objectContaining({ lastError: down })]);
  });

  it.each([
    ['a status that says so', Object.assign(new Error('no'), { status: 404 })],
    ['a mistake in the code', new TypeError('x is not a function')],
    ['a PermanentError', new PermanentError('no')],
    ['an abort on purpose', Object.assign(new Error('gone'), { status: 401 })],
    ['what every attempt of a call failed with', exhausted(Object.assign(new Error('no'), { status: 422 }))],
  ])('is none after %s', (_, error) => {
    expect(delayAfter(error)).toBeUndefined();
  });

  it.each([
    ['a lost connection', down],
    ['what nobody knows', undefined],
    ['a RetryableError', new RetryableError('again')],
    ['attempts that ran out', exhausted(down)],
    [
      'fallbacks that all failed',
      new AllFallbacksFailedError({ ...names, errors: [down, down], cause: down }),
    ],
  ])('is the backoff after %s', (_, error) => {
    expect(delayAfter(error, { backoff: { jitter: false } })).toBe(1_000);
  });

  it('goes by retryOn and abortOn, the latter first', () => {
    const teapot = Object.assign(new Error('short and stout'), { status: 418 });
    const backoff = { jitter: false };
    expect(delayAfter(teapot, { backoff, retryOn: [418] })).toBe(1_000);
    expect(delayAfter(down, { backoff, retryOn: [418] })).toBeUndefined();
    expect(delayAfter(teapot, { backoff, retryOn: [418], abortOn: [418] })).toBeUndefined();
  });

  it('is there after a rejection, for a queue may wait where a caller would not', () => {
    const given = { backoff: { jitter: false }, random: () => 0 };
    const full = new BulkheadFullError({ ...names, reason: 'full', maxConcurrent: 1, maxQueue: 0 });
    const over = new ShutdownError(names);
    expect([full, over].map((error) => delayAfter(error, given))).toEqual([1_000, 1_000]);
    expect(delayAfter(full, { ...given, abortOn: [BulkheadFullError] })).toBeUndefined();
  });

  it('is at least what an open circuit says, and a tenth of it more at most', () => {
    const open = circuitOpen(8_000);
    expect(delayAfter(open, { random: () => 0 })).toBe(8_000);
    expect(delayAfter(open, { random: () => 0.999 })).toBe(8_800);
  });

  it('is at least what the server says, however much longer than maxDelay that is', () => {
    const busy = Object.assign(new Error('busy'), { status: 503, headers: { 'retry-after': '3600' } });
    expect(delayAfter(busy, { random: () => 0 })).toBe(3_600_000);
    expect(delayAfter(down, { retryAfter: () => 5_000, random: () => 0 })).toBe(5_000);
  });

  it('is none where the server wants no retry at all', () => {
    expect(delayAfter(down, { retryAfter: () => Infinity })).toBeUndefined();
  });

  it('is none where nothing may be done twice, unless nothing was sent', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const given = { idempotent: false, backoff: { jitter: false } };
    expect(delayAfter(down, given)).toBeUndefined();
    expect([refused, circuitOpen()].map((error) => delayAfter(error, given))).toEqual([1_000, 1_000]);
  });
});

function exhausted(cause: unknown) {
  return new MaxRetriesExceededError({ ...names, attempts: 3, maxAttempts: 3, errors: [cause], cause });
}

function circuitOpen(retryAfter?: number) {
  return new CircuitOpenError({ ...names, breaker: 'mails', state: 'open', cause: down, retryAfter });
}
