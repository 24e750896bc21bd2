import { CircuitOpenError } from '../../../../../lib/core/errors/circuit-open-error.js';
import { heldOperation, settled } from '../../../../support/held-operation.js';
import { EPOCH, eventsOf, rejection, virtualPolicy } from '../../../../support/virtual-policy.js';

const down = (): never => {
  throw new Error('down');
};

async function fail(policy: { execute(fn: () => unknown): Promise<unknown> }, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await rejection(policy.execute(down));
}

describe('a circuit breaker of a policy', () => {
  it('lets fifty simultaneous failures open it once: one event, and half-open exactly at the reset timeout', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
    const events = eventsOf(policy);
    const { runs, operation } = heldOperation();
    const calls = Array.from({ length: 50 }, () => rejection(policy.execute(operation)));
    await clock.advance('1s');
    for (const run of runs) run.reject(new Error('down'));
    await Promise.all(calls);
    expect(events.filter(({ type }) => type.startsWith('circuit'))).toHaveLength(1);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'open', openUntil: EPOCH + 61_000 });
    await clock.advance(59_999);
    expect(policy.breaker()?.snapshot().state).toBe('open');
    await clock.advance(1);
    expect(policy.breaker()?.snapshot().state).toBe('halfOpen');
  });

  it('starts no timer: an open circuit costs nothing while nobody calls', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
    await fail(policy, 5);
    expect(policy.breaker()?.snapshot().state).toBe('open');
    expect(clock.pending).toBe(0);
    await rejection(policy.execute(down));
    await clock.advance('60s');
    const { operation } = heldOperation();
    void policy.execute(operation);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 1 });
    expect(clock.pending).toBe(0);
  });

  it.each([3_600_000, -3_600_000])(
    'stays open exactly as long when the wall clock jumps by %i ms',
    async (jump) => {
      const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
      await fail(policy, 5);
      await clock.advance('30s');
      clock.jumpEpoch(jump);
      const before = policy.breaker()?.snapshot();
      expect(before).toMatchObject({ state: 'open', openUntil: EPOCH + 60_000 + jump });
      expect(await rejection(policy.execute(down))).toMatchObject({ retryAfter: 30_000 });
      await clock.advance(29_999);
      expect(policy.breaker()?.snapshot().state).toBe('open');
      await clock.advance(1);
      expect(policy.breaker()?.snapshot().state).toBe('halfOpen');
    },
  );

  it.each([3_600_000, -3_600_000])(
    'keeps its time window when the wall clock jumps by %i ms',
    async (jump) => {
      const { policy, clock } = virtualPolicy({
        circuitBreaker: { failureRatio: 1, window: { type: 'time', duration: '10s' } },
      });
      await fail(policy, 3);
      clock.jumpEpoch(jump);
      await clock.advance(9999);
      expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 3, lastFailureAt: EPOCH + jump });
      await clock.advance(1);
      expect(policy.breaker()?.snapshot().failures).toBe(0);
    },
  );

  it('lets one of a thousand callers in one tick probe a half-open circuit and rejects 999', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { halfOpenTimeout: '700ms' } });
    policy.breaker()?.open();
    await clock.advance('60s');
    const { runs, operation } = heldOperation();
    const outcomes = Array.from({ length: 1000 }, () => policy.tryExecute(operation));
    await settled();
    expect(runs).toHaveLength(1);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 1 });
    runs[0]?.resolve('fine');
    const results = await Promise.all(outcomes);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const errors = results.flatMap((result) => (result.ok ? [] : [result.error]));
    expect(errors).toHaveLength(999);
    for (const error of errors) {
      if (!(error instanceof CircuitOpenError)) throw error;
      if (error.state !== 'halfOpen' || error.retryAfter !== 700) throw error;
    }
    expect(new Set(errors).size).toBe(999);
    expect(policy.breaker()?.snapshot().state).toBe('closed');
  });

  it('says half-open to every reader once it is due, and tells listeners with the first probe', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
    const events = eventsOf(policy);
    policy.breaker()?.open();
    await clock.advance('60s');
    expect(policy.breaker()?.snapshot().state).toBe('halfOpen');
    expect(policy.breakers().map(({ state }) => state)).toEqual(['halfOpen']);
    expect(events.map(({ type }) => type)).toEqual(['circuitOpened']);
    await policy.execute(() => 'fine');
    const circuitEvents = events.filter(({ type }) => type.startsWith('circuit'));
    expect(circuitEvents.map(({ type }) => type)).toEqual([
      'circuitOpened',
      'circuitHalfOpened',
      'circuitClosed',
    ]);
  });

  it('counts a call once, however many of its attempts fail', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 4, backoff: { initialDelay: 0, type: 'fixed' } },
      circuitBreaker: { failureThreshold: 3 },
    });
    await fail(policy, 2);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 2 });
    await fail(policy, 1);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'open', failures: 3 });
  });

  it('counts a call no more whose later attempt succeeds', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 2, backoff: { initialDelay: 0, type: 'fixed' } },
      circuitBreaker: { failureThreshold: 2 },
    });
    for (let i = 0; i < 10; i++) {
      let attempts = 0;
      await policy.execute(() => (++attempts === 1 ? down() : 'fine'));
    }
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('takes every attempt into its window', async () => {
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 4, backoff: { initialDelay: 0, type: 'fixed' } },
      circuitBreaker: { failureRatio: 1 },
    });
    await fail(policy, 2);
    expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 8, successes: 0, failureRatio: 1 });
  });
});
