import { CircuitOpenError } from '../../../../../lib/core/errors/circuit-open-error.js';
import { heldOperation } from '../../../../support/held-operation.js';
import { eventsOf, noBackoff, rejection, virtualPolicy } from '../../../../support/virtual-policy.js';

const fails = (error: unknown) => () => Promise.reject(error);

describe('CircuitOpenError', () => {
  it('names policy, operation and breaker, and tells the exact rest of the reset timeout', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { failureThreshold: 1, name: 'cards' } });
    await rejection(policy.execute(fails(new Error('down')), { operation: 'Payments.charge' }));
    await clock.advance('12345ms');
    const error = await rejection(policy.execute(() => 'fine', { operation: 'Payments.refund' }));
    expect(error).toBeInstanceOf(CircuitOpenError);
    expect(error).toMatchObject({
      policy: 'payments',
      operation: 'Payments.refund',
      breaker: 'cards',
      state: 'open',
      retryAfter: 47_655,
    });
  });

  it('is caused by the last counted failure, and each is a new one', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 2 } });
    const [first, last] = [new Error('first'), new Error('last')];
    await rejection(policy.execute(fails(first)));
    await rejection(policy.execute(fails(Object.assign(new Error('answered'), { status: 404 }))));
    await rejection(policy.execute(fails(first)));
    await rejection(policy.execute(fails(last)));
    const [one, two] = [await rejection(policy.execute(() => 1)), await rejection(policy.execute(() => 1))];
    expect((one as Error).cause).toBe(last);
    expect((two as Error).cause).toBe(last);
    expect(one).not.toBe(two);
  });

  it('has no cause where nothing has failed', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    policy.breaker()?.forceOpen();
    expect(await rejection(policy.execute(() => 1))).not.toHaveProperty('cause');
  });

  it('is caused by the attempt before it, where it refuses a later attempt', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 3, backoff: noBackoff },
      circuitBreaker: { failureThreshold: 1 },
    });
    const error = new Error('down');
    const result = await policy.tryExecute(fails(error));
    expect(result).toMatchObject({ ok: false, error: { code: 'CIRCUIT_OPEN', cause: error } });
    expect(result.report).toMatchObject({ attempts: 2, reason: 'rejected' });
    expect(result.report.errors).toEqual([error, expect.any(CircuitOpenError)]);
  });

  it('tells no retryAfter where only a hand closes the circuit', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { resetTimeout: Infinity } });
    policy.breaker()?.open();
    expect(await rejection(policy.execute(() => 1))).not.toHaveProperty('retryAfter');
    policy.breaker()?.forceOpen();
    const forced = await rejection(policy.execute(() => 1));
    expect(forced).toMatchObject({ state: 'forcedOpen' });
    expect(forced).not.toHaveProperty('retryAfter');
  });

  it('tells the rest of the time to live while forced open', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
    policy.breaker()?.forceOpen({ ttl: '1h' });
    await clock.advance('59m');
    expect(await rejection(policy.execute(() => 1))).toMatchObject({
      state: 'forcedOpen',
      retryAfter: 60_000,
    });
  });

  it('tells the rest of the lease while half-open, one second at most', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { halfOpenTimeout: '10s' } });
    policy.breaker()?.open();
    await clock.advance('60s');
    void policy.execute(heldOperation().operation);
    expect(await rejection(policy.execute(() => 1))).toMatchObject({ state: 'halfOpen', retryAfter: 1000 });
    await clock.advance('9600ms');
    expect(await rejection(policy.execute(() => 1))).toMatchObject({ state: 'halfOpen', retryAfter: 400 });
  });

  it('has no stack frames, unless captureStacks asks for them', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    policy.breaker()?.open();
    expect(((await rejection(policy.execute(() => 1))) as Error).stack).not.toContain('\n    at ');
    const { policy: telling } = virtualPolicy({ circuitBreaker: {} }, { captureStacks: true });
    telling.breaker()?.open();
    expect(((await rejection(telling.execute(() => 1))) as Error).stack).toContain('\n    at ');
  });

  it('is told to listeners as callRejected, once for each refused attempt', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    policy.breaker()?.open();
    const events = eventsOf(policy);
    const error = await rejection(policy.execute(() => 1));
    expect(events.filter(({ type }) => type === 'callRejected')).toEqual([
      expect.objectContaining({ attempt: 1, reason: 'circuitBreaker', breaker: 'payments', error }),
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'failure', outcome: 'rejected', category: 'rejected' });
    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 0, rejections: 1 });
  });
});
