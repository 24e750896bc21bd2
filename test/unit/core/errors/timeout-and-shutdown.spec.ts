import { BulkheadFullError } from '../../../../lib/core/errors/bulkhead-full-error.js';
import { RateLimitedError } from '../../../../lib/core/errors/rate-limited-error.js';
import { ShutdownError } from '../../../../lib/core/errors/shutdown-error.js';
import { TimeoutExceededError } from '../../../../lib/core/errors/timeout-exceeded-error.js';

const call = { policy: 'p', operation: 'A.b' };

describe('TimeoutExceededError', () => {
  it.each([
    ['total', 60_000, 'A.b exceeded its total timeout of 1 m (policy=p)'],
    ['attempt', 250, 'A.b exceeded its attempt timeout of 250 ms (policy=p)'],
    ['stream', 5000, 'A.b exceeded its stream timeout of 5000 ms (policy=p)'],
    ['deadline', 300, 'A.b exceeded the time left until its deadline, 300 ms (policy=p)'],
  ] as const)('names the %s limit', (scope, timeout, message) => {
    expect(new TimeoutExceededError({ ...call, scope, timeout }).message).toBe(message);
  });
});

describe('ShutdownError', () => {
  it('needs no call', () => {
    expect(new ShutdownError().message).toBe('Calls are ended: the application is shutting down');
    expect(new ShutdownError()).not.toHaveProperty('policy');
  });
});

describe('BulkheadFullError', () => {
  it('says when the call waited too long', () => {
    const error = new BulkheadFullError({ ...call, reason: 'queueTimeout', maxConcurrent: 1, maxQueue: 2 });

    expect(error.message).toBe(
      'A.b was not invoked: it waited too long in the queue of its bulkhead, at most 1 run and 2 wait (policy=p)',
    );
  });
});

describe('RateLimitedError', () => {
  it('sends no retry-after where none is known', () => {
    const error = new RateLimitedError(call);

    expect(error.headers).toEqual({});
    expect(error.message).toBe('A.b was not invoked: rate limit reached (policy=p)');
  });
});
