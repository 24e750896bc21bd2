import { register } from 'prom-client';
import type { CircuitBreakerOptions } from '../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import { BreakerHandle } from '../../../../lib/core/circuit-breaker/breaker-handle.js';
import type { ResilienceRuntime } from '../../../../lib/nest/runtime/resilience.runtime.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { countedRuntime, scrape } from '../../../support/metrics.js';

afterEach(() => register.clear());

async function fails(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toBeDefined();
}

function handleOf(runtime: ResilienceRuntime, name: string): BreakerHandle {
  return new BreakerHandle(runtime.engine.breakers.get(name)!, undefined);
}

function breaker(options: CircuitBreakerOptions = {}) {
  return countedRuntime({
    policies: { payments: { circuitBreaker: { failureThreshold: 1, resetTimeout: '10s', ...options } } },
  });
}

const states = { closed: 0, open: 0, half_open: 0, forced_open: 0, disabled: 0, observing: 0 };

function inState(only: Partial<typeof states>): Record<string, number> {
  return Object.fromEntries(
    Object.entries({ ...states, ...only }).map(([state, count]) => [`state=${state}`, count]),
  );
}

describe('circuit_breaker_state', () => {
  const read = () => scrape('circuit_breaker_state', { breaker: 'payments' });

  it('is 1 in the state that the circuit is in and 0 in the others', async () => {
    const { policy } = breaker();
    await policy('payments').execute(() => 'fine');
    expect(await read()).toEqual(inState({ closed: 1 }));
    await fails(policy('payments').execute(scripted([new Error('down')])));
    expect(await read()).toEqual(inState({ open: 1 }));
  });

  it('is half_open when the reset timeout is over, though no probe has come', async () => {
    const { policy, clock } = breaker();
    await fails(policy('payments').execute(scripted([new Error('down')])));
    await clock.advance(9_999);
    expect(await read()).toEqual(inState({ open: 1 }));
    await clock.advance(1);
    expect(await read()).toEqual(inState({ half_open: 1 }));
  });

  it('tells states set by hand, and their end', async () => {
    const { runtime, policy, clock } = breaker();
    await policy('payments').execute(() => 'fine');
    const handle = handleOf(runtime, 'payments');
    handle.forceOpen({ ttl: '1m' });
    expect(await read()).toEqual(inState({ forced_open: 1 }));
    await clock.advance('1m');
    expect(await read()).toEqual(inState({ closed: 1 }));
    handle.disable();
    expect(await read()).toEqual(inState({ disabled: 1 }));
    handle.observeOnly();
    expect(await read()).toEqual(inState({ observing: 1 }));
  });

  it('is the number of keys in each state where the breaker has keys, which are no labels', async () => {
    const { policy } = breaker({ key: (tenant: string) => tenant });
    for (const tenant of ['acme', 'globex', 'initech']) {
      const call = policy('payments').call(
        async (name: string) => (name === 'acme' ? Promise.reject(new Error('down')) : 'fine'),
        undefined,
        [tenant],
      );
      await call.catch(() => undefined);
    }
    expect(await read()).toEqual(inState({ closed: 2, open: 1 }));
    expect(await register.metrics()).not.toMatch(/acme|globex/);
  });
});

describe('the circuit of calls without a key, in a breaker that has keys', () => {
  const read = () => scrape('circuit_breaker_state', { breaker: 'payments' });

  it('is counted only while it is not closed', async () => {
    const { policy } = breaker();
    await policy('payments').execute(() => 'fine');
    expect(await read()).toEqual(inState({ closed: 1 }));
    await policy('payments').execute(() => 'fine', { key: 'acme' });
    await policy('payments').execute(() => 'fine', { key: 'globex' });
    expect(await read()).toEqual(inState({ closed: 2 }));
    await fails(policy('payments').execute(scripted([new Error('down')])));
    expect(await read()).toEqual(inState({ closed: 2, open: 1 }));
  });
});

describe('circuit_breaker_failure_ratio', () => {
  it('is that of the window, of all keys together', async () => {
    const { policy } = breaker({
      failureRatio: 0.9,
      minimumCalls: 100,
      failureThreshold: 100,
      key: (tenant: string) => tenant,
    });
    for (const [tenant, failing] of [
      ['acme', true],
      ['acme', false],
      ['globex', false],
      ['globex', false],
    ] as const) {
      const call = policy('payments').call(
        async (_tenant: string) => (failing ? Promise.reject(new Error('down')) : 'fine'),
        undefined,
        [tenant],
      );
      await call.catch(() => undefined);
    }
    expect(await scrape('circuit_breaker_failure_ratio')).toEqual({ 'breaker=payments': 0.25 });
  });

  it('has no series where no window is kept', async () => {
    const { policy } = breaker();
    await policy('payments').execute(() => 'fine');
    expect(await scrape('circuit_breaker_failure_ratio')).toEqual({});
  });
});

describe('circuit_breaker_transitions_total', () => {
  it('counts each change of state', async () => {
    const { runtime, policy, clock } = breaker();
    await fails(policy('payments').execute(scripted([new Error('down')])));
    await clock.advance('10s');
    await policy('payments').execute(() => 'fine');
    handleOf(runtime, 'payments').forceOpen();
    expect(await scrape('circuit_breaker_transitions_total', { breaker: 'payments' })).toEqual({
      'from=closed,to=open': 1,
      'from=open,to=half_open': 1,
      'from=half_open,to=closed': 1,
      'from=closed,to=forced_open': 1,
    });
  });

  it('leaves out what an observing circuit would have done, and so do rejections', async () => {
    const { runtime, policy } = breaker();
    await policy('payments').execute(() => 'fine');
    handleOf(runtime, 'payments').observeOnly();
    await fails(policy('payments').execute(scripted([new Error('down')])));
    await policy('payments').execute(() => 'fine');
    expect(await scrape('circuit_breaker_transitions_total', { breaker: 'payments' })).toEqual({
      'from=closed,to=observing': 1,
    });
    expect(await scrape('circuit_breaker_rejected_total')).toEqual({});
    expect(await scrape('retry_attempts_total', { outcome: 'rejected' })).toEqual({});
  });
});
