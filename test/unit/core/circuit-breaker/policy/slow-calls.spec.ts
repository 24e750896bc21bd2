import type { NamedPolicyOptions } from '../../../../../lib/core/create-policy.js';
import { heldOperation, settled } from '../../../../support/held-operation.js';
import { virtualPolicy } from '../../../../support/virtual-policy.js';

function slowPolicy(options: NamedPolicyOptions['circuitBreaker'] = {}) {
  const { policy, clock } = virtualPolicy({
    circuitBreaker: { slowCallDuration: '1s', slowCallRatio: 0.5, minimumCalls: 2, ...(options as object) },
  });
  const run = async (ms: number, error?: unknown): Promise<void> => {
    const { runs, operation } = heldOperation();
    const call = policy.tryExecute(operation);
    await clock.advance(ms);
    if (error === undefined) runs[0]?.resolve();
    else runs[0]?.reject(error);
    await call;
  };
  return { policy, clock, run, state: () => policy.breaker()?.snapshot().state };
}

describe('a circuit breaker with slowCallDuration', () => {
  it('opens when slow calls reach the ratio, though they succeed', async () => {
    const { run, state } = slowPolicy();
    await run(1001);
    expect(state()).toBe('closed');
    await run(10);
    expect(state()).toBe('open');
  });

  it('takes a call for slow that takes longer, not one that takes as long', async () => {
    const { run, state } = slowPolicy({ slowCallRatio: 1 });
    for (let i = 0; i < 10; i++) await run(1000);
    expect(state()).toBe('closed');
  });

  it('counts failures that were slow, and none that were fast', async () => {
    const { run, state } = slowPolicy({ slowCallRatio: 1 });
    for (let i = 0; i < 10; i++) await run(10, new Error('down'));
    expect(state()).toBe('closed');
    const other = slowPolicy({ slowCallRatio: 1 });
    for (let i = 0; i < 2; i++) await other.run(1001, new Error('down'));
    expect(other.state()).toBe('open');
  });

  it('does not count what is not recorded, however slow', async () => {
    const { run, state } = slowPolicy();
    for (let i = 0; i < 10; i++) await run(5000, Object.assign(new Error('slow down'), { status: 429 }));
    expect(state()).toBe('closed');
  });

  it('reopens on a slow probe, and closes by a healthy one', async () => {
    const { policy, clock, run, state } = slowPolicy();
    policy.breaker()?.open();
    await clock.advance('60s');
    await run(1001);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'open', resetTimeout: 90_000 });
    expect(policy.breaker()?.snapshot()).not.toHaveProperty('lastError');
    await clock.advance('90s');
    await run(1000);
    expect(state()).toBe('closed');
  });

  it('measures each attempt from its invocation, not the waits between them', async () => {
    const { policy, clock } = virtualPolicy({
      retry: { maxAttempts: 3, backoff: { jitter: false, initialDelay: '10s' } },
      circuitBreaker: { slowCallDuration: '1s', minimumCalls: 1 },
    });
    const call = policy.tryExecute(() => Promise.reject(new Error('down')));
    await clock.advance('60s');
    await call;
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 3 });
    await settled();
  });
});
