import { heldOperation, settled } from '../../../../support/held-operation.js';
import {
  EPOCH,
  eventsOf,
  noBackoff,
  rejection,
  virtualPolicy,
  watched,
} from '../../../../support/virtual-policy.js';

const down = () => Promise.reject(new Error('down'));

describe('a circuit breaker with per: call', () => {
  it('stands outside retry: it sees how the call ended, not its attempts', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 3, backoff: noBackoff },
      circuitBreaker: { per: 'call', failureRatio: 1 },
    });
    let attempts = 0;
    await policy.execute(() => (++attempts < 3 ? down() : 'fine'));
    expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 0, successes: 1 });
    await rejection(policy.execute(down));
    expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 1, successes: 1 });
  });

  it('opens after failureThreshold failed calls and does not stop one that is under way', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 3, backoff: noBackoff },
      circuitBreaker: { per: 'call', failureThreshold: 2 },
    });
    const operation = jest.fn(down);
    for (let i = 0; i < 2; i++) expect(await rejection(policy.execute(operation))).toEqual(new Error('down'));
    expect(operation).toHaveBeenCalledTimes(6);
    expect(await rejection(policy.execute(operation))).toMatchObject({ code: 'CIRCUIT_OPEN', state: 'open' });
    expect(operation).toHaveBeenCalledTimes(6);
  });

  it('rejects a call without an attempt', async () => {
    const { policy } = virtualPolicy({ retry: {}, circuitBreaker: { per: 'call' } });
    policy.breaker()?.open();
    const events = eventsOf(policy);
    const { report } = await policy.tryExecute(() => 'fine');
    expect(report).toMatchObject({ attempts: 0, errors: [], reason: 'rejected' });
    expect(events.map(({ type }) => type)).toEqual(['callRejected', 'failure']);
    expect(events[0]).toMatchObject({ attempt: 1, breaker: 'payments' });
  });

  it('is not retried where retryOn names rejections, for retry stands inside', async () => {
    const { policy, clock } = virtualPolicy({
      retry: { maxAttempts: 3, backoff: noBackoff, retryOn: ['rejected'] },
      circuitBreaker: { per: 'call' },
    });
    policy.breaker()?.open();
    expect(await rejection(policy.execute(() => 'fine'))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect(clock.pending).toBe(0);
  });

  it.each([
    [{ total: '5s' }, 'total'],
    [{ attempt: '5s' }, 'attempt'],
  ] as const)('records the timeout %j as one failure', async (timeout, scope) => {
    const { policy, clock } = virtualPolicy({ timeout, circuitBreaker: { per: 'call' } });
    const call = watched(policy.execute(heldOperation().operation));
    await clock.advance('5s');
    expect(call.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope });
    expect(policy.breaker()?.snapshot()).toMatchObject({
      failures: 1,
      lastError: 'timeout',
      lastFailureAt: EPOCH + 5000,
    });
  });

  it('records a total timeout that ends a backoff as a failure of the call', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '1500ms',
      retry: { backoff: { jitter: false, initialDelay: '1s' } },
      circuitBreaker: { per: 'call' },
    });
    const { runs, operation } = heldOperation();
    const call = watched(policy.execute(operation));
    runs[0]?.reject(new Error('down'));
    await clock.advance('1500ms');
    expect(call.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
    expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 1, lastError: 'timeout' });
  });

  it.each<[string, (abort: AbortController) => { signal?: AbortSignal; deadline?: number }]>([
    ['the caller’s abort', ({ signal }) => ({ signal })],
    ['a deadline from outside', () => ({ deadline: EPOCH + 61_000 })],
  ])('records nothing of %s and gives the permit back', async (_, options) => {
    const { policy, clock } = virtualPolicy({ timeout: '5s', circuitBreaker: { per: 'call' } });
    policy.breaker()?.open();
    await clock.advance('60s');
    const abort = new AbortController();
    const call = watched(policy.execute(heldOperation().operation, options(abort)));
    expect(policy.breaker()?.snapshot().probes).toBe(1);
    await clock.advance('1s');
    abort.abort();
    await settled();
    expect(call.settled).toBe(true);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 0, failures: 0 });
  });

  it('judges the operation’s error, not the wrapper that wrapExhausted asks for', async () => {
    class Refused extends Error {}
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 2, backoff: noBackoff, wrapExhausted: true },
      circuitBreaker: { per: 'call', failureThreshold: 1, recordOn: [Refused] },
    });
    const error = await rejection(policy.execute(() => Promise.reject(new Refused('no'))));
    expect(error).toMatchObject({ code: 'MAX_RETRIES_EXCEEDED' });
    expect(policy.breaker()?.snapshot().state).toBe('open');
    expect(await rejection(policy.execute(() => 'fine'))).toMatchObject({
      cause: expect.any(Refused) as Refused,
    });
  });

  it('judges what the call failed with, also where a fallback answers it', async () => {
    const { policy } = virtualPolicy({ fallback: { value: 'cached' }, circuitBreaker: { per: 'call' } });
    for (let i = 0; i < 5; i++) expect(await policy.execute(down)).toBe('cached');
    expect(policy.breaker()?.snapshot().state).toBe('open');
    expect(await policy.execute(() => 'fine')).toBe('cached');
  });

  it('judges the last result that retryResult refused', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 2, backoff: noBackoff, retryResult: (value) => value === 'pending' },
      circuitBreaker: { per: 'call', failureRatio: 1, recordResult: (value) => value === 'pending' },
    });
    expect(await policy.execute(() => 'pending')).toBe('pending');
    expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 1, successes: 0 });
  });

  it('measures the whole call for slowCallDuration, waits included', async () => {
    const { policy, clock } = virtualPolicy({
      retry: { maxAttempts: 2, backoff: { jitter: false, initialDelay: '1s' } },
      circuitBreaker: { per: 'call', slowCallDuration: '1s', slowCallRatio: 0.5, minimumCalls: 1 },
    });
    let attempts = 0;
    const atLimit = watched(policy.execute(() => (++attempts === 1 ? down() : 'fine')));
    await clock.advance('1s');
    expect([atLimit.value, policy.breaker()?.snapshot().state]).toEqual(['fine', 'closed']);
    attempts = 0;
    const { runs, operation } = heldOperation();
    const slow = watched(policy.execute(() => (++attempts === 1 ? down() : operation())));
    await clock.advance('1001ms');
    runs[0]?.resolve('fine');
    await settled();
    expect([slow.value, policy.breaker()?.snapshot().state]).toEqual(['fine', 'open']);
  });
});
