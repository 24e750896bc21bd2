import { inspect } from 'node:util';
import { ResilienceError } from '../../../../lib/core/errors/resilience-error.js';
import { SECRET, sampleList, samples } from './support.js';

describe('ResilienceError', () => {
  it.each([
    ['CIRCUIT_OPEN', 'CircuitOpenError', 503, { 'retry-after': '12' }],
    ['BULKHEAD_FULL', 'BulkheadFullError', 503, { 'retry-after': '1' }],
    ['ADAPTIVE_THROTTLE', 'AdaptiveThrottleError', 503, { 'retry-after': '1' }],
    ['RATE_LIMITED', 'RateLimitedError', 429, { 'retry-after': '1' }],
    ['TIMEOUT_EXCEEDED', 'TimeoutExceededError', 504, {}],
    ['MAX_RETRIES_EXCEEDED', 'MaxRetriesExceededError', 502, {}],
    ['ALL_FALLBACKS_FAILED', 'AllFallbacksFailedError', 502, {}],
    ['BULK_FAILURE', 'BulkFailureError', 502, {}],
    ['SHUTDOWN', 'ShutdownError', 503, {}],
    ['RETRYABLE', 'RetryableError', 503, { 'retry-after': '2' }],
    ['PERMANENT', 'PermanentError', 500, {}],
  ] as const)('%s is a %s, answered with %i and its headers', (code, name, status, headers) => {
    const error = samples[code];

    expect(error).toBeInstanceOf(ResilienceError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, name, statusCode: status, status, expose: true });
    expect(error.constructor.name).toBe(name);
    expect(error.headers).toEqual(headers);
  });

  it('gives CONFIG_INVALID no status, so that a client learns no more than of any internal error', () => {
    const { name, statusCode, status, expose, headers } = samples.CONFIG_INVALID;

    expect({ name, statusCode, status, expose, headers }).toEqual({
      name: 'ResilienceConfigError',
      statusCode: undefined,
      status: undefined,
      expose: false,
      headers: {},
    });
  });

  it.each([
    [
      'CIRCUIT_OPEN',
      'Circuit PaymentsService is open: PaymentsService.charge was not invoked, try again in 11.3 s (policy=network)',
    ],
    [
      'BULKHEAD_FULL',
      'PaymentsService.charge was not invoked: its bulkhead is full, at most 10 run and 5 wait (policy=network)',
    ],
    [
      'ADAPTIVE_THROTTLE',
      'PaymentsService.charge was not invoked: throttled, 42 % of the calls are held back (policy=network)',
    ],
    [
      'RATE_LIMITED',
      'PaymentsService.charge was not invoked: rate limit reached, try again in 250 ms (policy=network)',
    ],
    ['TIMEOUT_EXCEEDED', 'PaymentsService.charge exceeded its attempt timeout of 5000 ms (policy=network)'],
    ['MAX_RETRIES_EXCEEDED', 'PaymentsService.charge gave up after 3 of 5 attempts (policy=network)'],
    ['ALL_FALLBACKS_FAILED', 'PaymentsService.charge failed, and so did its fallback (policy=network)'],
    ['BULK_FAILURE', 'Too few operations succeeded: 1 failed, 50 % succeeded (policy=network)'],
    ['SHUTDOWN', 'PaymentsService.charge was ended: the application is shutting down (policy=network)'],
    [
      'CONFIG_INVALID',
      'Invalid resilience configuration, 1 problem:\n- policies.network.retry.maxAttempts: expected an integer >= 1 (got -1)',
    ],
  ] as const)('%s says what happened, to which operation, under which policy', (code, message) => {
    expect(samples[code].message).toBe(message);
  });

  it.each(sampleList)('%s keeps its cause as the standard property, not enumerable', (code, error) => {
    expect(Object.keys(error)).not.toContain('cause');
    expect(Object.hasOwn(error, 'cause')).toBe(
      !['BULKHEAD_FULL', 'ADAPTIVE_THROTTLE', 'RATE_LIMITED', 'BULK_FAILURE', 'SHUTDOWN'].includes(code),
    );
  });

  it.each(sampleList)(
    '%s lets no text of other errors into its message, its JSON or a copy of it',
    (_, error) => {
      expect(error.message).not.toContain(SECRET);
      expect(JSON.stringify(error)).not.toContain(SECRET);
      expect(inspect({ ...error })).not.toContain(SECRET);
    },
  );

  it.each(sampleList)('%s writes name, code and message as JSON and leaves the stack out', (code, error) => {
    const json = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;

    expect(json).toMatchObject({ name: error.name, code, message: error.message });
    expect(json).not.toHaveProperty('stack');
  });

  it.each([
    ['CIRCUIT_OPEN', { breaker: 'PaymentsService', state: 'open', retryAfter: 11_300 }],
    ['BULKHEAD_FULL', { reason: 'full', maxConcurrent: 10, maxQueue: 5 }],
    ['ADAPTIVE_THROTTLE', { probability: 0.42 }],
    ['RATE_LIMITED', { retryAfter: 250 }],
    ['TIMEOUT_EXCEEDED', { timeout: 5000, scope: 'attempt' }],
    ['MAX_RETRIES_EXCEEDED', { attempts: 3, maxAttempts: 5 }],
    ['BULK_FAILURE', { successRate: 0.5, failed: 1 }],
    ['SHUTDOWN', { policy: 'network', operation: 'PaymentsService.charge', statusCode: 503 }],
    ['CONFIG_INVALID', { issues: ['policies.network.retry.maxAttempts: expected an integer >= 1 (got -1)'] }],
    ['RETRYABLE', { retryAfter: 2000 }],
  ] as const)('%s writes its data as JSON', (code, data) => {
    expect(samples[code].toJSON()).toMatchObject(data);
  });

  it.each(sampleList)('%s begins its stack with its own name', (_, error) => {
    expect(error.stack).toMatch(new RegExp(`^${error.name}: `));
  });
});

describe('what GraphQL servers send beside the message', () => {
  it.each([
    ['CIRCUIT_OPEN', { code: 'CIRCUIT_OPEN', retryAfter: 11_300 }],
    ['TIMEOUT_EXCEEDED', { code: 'TIMEOUT_EXCEEDED' }],
    ['PERMANENT', { code: 'PERMANENT' }],
  ] as const)('of %s is %p', (code, extensions) => {
    expect(samples[code].extensions).toEqual(extensions);
  });
});
