import type {
  AdminActionEvent,
  CircuitEvent,
  ResilienceEventBase,
  RetryEvent,
} from '../../../../lib/core/events/event-types.js';
import { TimeoutExceededError } from '../../../../lib/core/errors/timeout-exceeded-error.js';
import { adminLine, lineOf, type LoggedEvent } from '../../../../lib/nest/logging/event-line.js';

const call: ResilienceEventBase = {
  policy: 'network',
  operation: 'PaymentsService.charge',
  at: 0,
  callId: 'call-1',
};
const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:80'), { code: 'ECONNREFUSED' });

const retry: RetryEvent = {
  ...call,
  type: 'retry',
  attempt: 2,
  maxAttempts: 5,
  delay: 511.7,
  error: refused,
  category: 'network',
};

const opened: CircuitEvent = {
  ...call,
  type: 'circuitOpened',
  breaker: 'PaymentsService',
  from: 'closed',
  to: 'open',
  reason: 'failureThreshold',
  error: refused,
};

describe('the line of an event', () => {
  it.each<[string, LoggedEvent]>([
    ['retry 2/5 PaymentsService.charge in 512 ms: ECONNREFUSED (policy=network)', retry],
    [
      'retry 2/∞ PaymentsService.charge in 0 ms: no error (policy=network)',
      { ...retry, maxAttempts: Infinity, delay: 0, error: undefined },
    ],
    [
      'exhausted 5/5 PaymentsService.charge: ECONNREFUSED: connect ECONNREFUSED 10.0.0.1:80 (policy=network)',
      { ...retry, type: 'retriesExhausted', attempt: 5, reason: 'exhausted' },
    ],
    [
      'exhausted 2/5 PaymentsService.charge (budget): boom (policy=network)',
      { ...retry, type: 'retriesExhausted', reason: 'budget', error: new Error('boom') },
    ],
    [
      'opened PaymentsService (failureThreshold): ECONNREFUSED: connect ECONNREFUSED 10.0.0.1:80 (policy=network)',
      opened,
    ],
    [
      'exhausted 5/5 PaymentsService.charge: TIMEOUT_EXCEEDED: PaymentsService.charge exceeded its attempt timeout of 1000 ms (policy=network)',
      {
        ...retry,
        type: 'retriesExhausted',
        attempt: 5,
        reason: 'exhausted',
        error: new TimeoutExceededError({ ...call, timeout: 1000, scope: 'attempt' }),
      },
    ],
    [
      'opened one key of PaymentsService (probeFailed): boom (policy=network)',
      { ...opened, key: 'tenant-secret', reason: 'probeFailed', error: new Error('boom') },
    ],
    ['would have opened PaymentsService (policy=network)', withoutError({ ...opened, reason: 'observing' })],
    [
      'forced open PaymentsService (manual) (policy=network)',
      withoutError({ ...opened, to: 'forcedOpen', reason: 'manual' }),
    ],
    [
      'half-opened PaymentsService (resetTimeout) (policy=network)',
      withoutError({ ...opened, type: 'circuitHalfOpened', to: 'halfOpen', reason: 'resetTimeout' }),
    ],
    [
      'closed PaymentsService (probes) (policy=network)',
      withoutError({ ...opened, type: 'circuitClosed', to: 'closed', reason: 'probes' }),
    ],
    [
      'disabled PaymentsService (manual) (policy=network)',
      withoutError({ ...opened, type: 'circuitClosed', to: 'disabled', reason: 'manual' }),
    ],
    [
      'rejected attempt 1 of PaymentsService.charge by circuit breaker PaymentsService (policy=network)',
      { ...call, type: 'callRejected', attempt: 1, reason: 'circuitBreaker', breaker: 'PaymentsService' },
    ],
    [
      'would reject attempt 1 of PaymentsService.charge by circuit breaker X (policy=network)',
      { ...call, type: 'callRejected', attempt: 1, reason: 'circuitBreaker', breaker: 'X', observed: true },
    ],
    [
      'rejected attempt 2 of PaymentsService.charge by bulkhead (policy=network)',
      { ...call, type: 'callRejected', attempt: 2, reason: 'bulkhead' },
    ],
    [
      'rejected attempt 1 of PaymentsService.charge by shutdown (policy=network)',
      { ...call, type: 'callRejected', attempt: 1, reason: 'shutdown' },
    ],
    [
      'timed out PaymentsService.charge in attempt 2 after 2000 ms (attempt) (policy=network)',
      { ...call, type: 'timeout', attempt: 2, scope: 'attempt', timeout: 2000 },
    ],
    [
      'no retry budget in PaymentsService for PaymentsService.charge after attempt 1: ECONNREFUSED (policy=network)',
      { ...call, type: 'budgetExhausted', attempt: 1, budget: 'PaymentsService', error: refused },
    ],
    [
      'fallback 0 answered for PaymentsService.charge: ECONNREFUSED (policy=network)',
      { ...call, type: 'fallbackUsed', attempt: 3, index: 0, error: refused, category: 'network' },
    ],
    [
      'fallback 1 failed for PaymentsService.charge: TypeError: boom (policy=network)',
      { ...call, type: 'fallbackFailed', index: 1, error: new TypeError('boom') },
    ],
    [
      'PaymentsService.charge: retryOn failed and was passed over: boom (policy=network)',
      {
        ...call,
        type: 'diagnostic',
        source: 'retryOn',
        message: 'retryOn failed and was passed over',
        error: new Error('boom'),
      },
    ],
    [
      'a classifier failed',
      {
        ...call,
        policy: '',
        operation: '',
        type: 'diagnostic',
        source: 'classifier',
        message: 'a classifier failed',
      },
    ],
  ])('is %j', (line, event) => {
    expect(lineOf(event)).toBe(line);
  });

  it('is one line, whatever names and messages hold', () => {
    const line = lineOf({
      ...retry,
      policy: 'a\nb',
      operation: 'c\u001b[31m\u2028d',
      error: new Error('e\r\nWARN forged\u0000'),
    });
    expect(line).toBe(
      String.raw`retry 2/5 c\u001b[31m\u2028d in 512 ms: e\r\nWARN forged\u0000 (policy=a\nb)`,
    );
  });

  it.each([
    ['a long message', 'x'.repeat(1e6)],
    ['a message that escaping makes longer', '\u0000'.repeat(1e6)],
    ['a message of pairs', '😀'.repeat(1e4)],
  ])('ends at 1024 characters and keeps its policy, with %s', (_what, message) => {
    const line = lineOf({
      ...retry,
      policy: 'p'.repeat(1e6),
      operation: '\n'.repeat(1e6),
      error: new Error(message),
    });
    expect(line.length).toBeLessThanOrEqual(1024);
    expect(line.length).toBeGreaterThan(1015);
    expect(line).toMatch(/… \(policy=p{127}…\)$/);
    expect(() => encodeURIComponent(line)).not.toThrow();
  });

  it.each(['retry', 'retriesExhausted', 'circuitOpened', 'budgetExhausted', 'fallbackFailed', 'diagnostic'])(
    'of %s is at most 1 KiB, though escaping makes names six times as long',
    (type) => {
      const name = '\0'.repeat(500);
      const names = { policy: name, operation: name, breaker: name, budget: name, message: name };
      const error = new Error('\0'.repeat(3000));
      const event = { ...retry, ...names, type, to: 'open', reason: 'manual', index: 0, error };
      const line = lineOf(event as unknown as LoggedEvent);
      expect(line.length).toBeLessThanOrEqual(1024);
      expect(line).toMatch(/^[\x20-\x7e…]+$/);
    },
  );

  it('tells no password of a URL that serves as a name', () => {
    expect(lineOf({ ...retry, operation: 'GET http://joe:secret@host/x?token=1' })).toBe(
      'retry 2/5 GET http://***@host/x?… in 512 ms: ECONNREFUSED (policy=network)',
    );
  });
});

describe('the line of an action by hand', () => {
  const action: AdminActionEvent = {
    ...call,
    type: 'adminAction',
    breaker: 'PaymentsService',
    action: 'forceOpen',
    actor: 'joe',
    from: 'closed',
    to: 'forcedOpen',
  };

  it.each<[string, AdminActionEvent]>([
    ['joe did forceOpen on PaymentsService: closed → forcedOpen', action],
    ['joe did forceOpen on PaymentsService for 90 s: closed → forcedOpen', { ...action, ttl: 90_000 }],
    ['joe did forceOpen on one key of PaymentsService: closed → forcedOpen', { ...action, key: 'tenant-7' }],
  ])('is %s', (line, event) => {
    expect(adminLine(event)).toBe(line);
  });
});

function withoutError({ error: _error, ...event }: CircuitEvent): CircuitEvent {
  return event;
}
