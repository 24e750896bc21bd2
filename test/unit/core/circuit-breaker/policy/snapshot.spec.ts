import { heldOperation, settled } from '../../../../support/held-operation.js';
import { EPOCH, rejection, virtualPolicy } from '../../../../support/virtual-policy.js';

const fails = (error: unknown) => () => Promise.reject(error);

describe('a snapshot of a circuit', () => {
  it('of a new one tells its name, its state and nothing that it does not know', () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    expect(policy.breaker()?.snapshot()).toEqual({
      name: 'payments',
      state: 'closed',
      failures: 0,
      successes: 0,
      resetTimeout: 60_000,
      probes: 0,
      generation: 0,
    });
  });

  it('of a breaker without keys exists as soon as its policy is used', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    policy.breaker();
    expect(policy.breakers()).toHaveLength(1);
  });

  it('tells the counts of a window', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { failureRatio: 0.9 } });
    for (const error of [null, 'down', null, 'down', null]) {
      await clock.advance('1s');
      await policy.tryExecute(error === null ? () => 1 : fails(new Error(error)));
    }
    expect(policy.breaker()?.snapshot()).toMatchObject({
      failures: 2,
      successes: 3,
      failureRatio: 0.4,
      lastFailureAt: EPOCH + 4000,
      lastError: 'unknown',
    });
  });

  it('goes on to tell, while open, what opened the circuit', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { failureRatio: 0.5, minimumCalls: 4 } });
    for (const operation of [() => 1, fails('down'), () => 1, fails('down')])
      await policy.tryExecute(operation);
    await clock.advance('10s');
    expect(policy.breaker()?.snapshot()).toEqual({
      name: 'payments',
      state: 'open',
      failures: 2,
      successes: 2,
      failureRatio: 0.5,
      lastFailureAt: EPOCH,
      lastError: 'unknown',
      openUntil: EPOCH + 60_000,
      resetTimeout: 60_000,
      probes: 0,
      generation: 1,
    });
  });

  it('tells probes and their successes while half-open, and the growth after that', async () => {
    const { policy, clock } = virtualPolicy({
      circuitBreaker: { failureThreshold: 1, successThreshold: 3, halfOpenMaxCalls: 3 },
    });
    await rejection(policy.execute(fails('down')));
    await clock.advance('60s');
    const { runs, operation } = heldOperation();
    for (let i = 0; i < 3; i++) void policy.tryExecute(operation);
    runs[0]?.resolve();
    await settled();
    const halfOpen = policy.breaker()?.snapshot();
    expect(halfOpen).toMatchObject({
      state: 'halfOpen',
      probes: 2,
      failures: 0,
      successes: 1,
      generation: 2,
    });
    expect(halfOpen).not.toHaveProperty('openUntil');
    runs[1]?.reject('still down');
    await settled();
    expect(policy.breaker()?.snapshot()).toMatchObject({
      state: 'open',
      probes: 0,
      failures: 1,
      resetTimeout: 90_000,
      openUntil: EPOCH + 150_000,
      lastFailureAt: EPOCH + 60_000,
      generation: 3,
    });
  });

  it('counts no probe whose lease has run out', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { halfOpenTimeout: '1s' } });
    policy.breaker()?.open();
    await clock.advance('60s');
    void policy.execute(heldOperation().operation);
    await clock.advance('999ms');
    expect(policy.breaker()?.snapshot().probes).toBe(1);
    await clock.advance(1);
    expect(policy.breaker()?.snapshot().probes).toBe(0);
  });

  it('is of its instant: it does not change afterwards', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    const before = policy.breaker()?.snapshot();
    const copy = { ...before };
    policy.breaker()?.open();
    expect(before).toEqual(copy);
  });

  it('tells whole milliseconds', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
    await clock.advance(0.4);
    await rejection(policy.execute(fails('down')));
    policy.breaker()?.open();
    expect(policy.breaker()?.snapshot()).toMatchObject({ lastFailureAt: EPOCH, openUntil: EPOCH + 60_000 });
  });

  it('holds no error and no secret of one', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    await rejection(policy.execute(fails(new Error('password=hunter2'))));
    expect(JSON.stringify(policy.breakers())).not.toContain('hunter2');
  });
});
