import { createPolicy } from '../../../../lib/core/create-policy.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { CountingStore } from '../../../support/counting-store.js';
import { noBackoff } from '../../../support/virtual-policy.js';

describe('a retry budget that all instances keep together', () => {
  let clock: VirtualClock;
  let store: CountingStore;

  beforeEach(() => {
    clock = new VirtualClock();
    store = new CountingStore();
  });

  const down = Object.assign(new Error('down'), { code: 'ECONNRESET' });

  function budgeted(shared = true) {
    const budget = { ratio: 0.5, minPerSecond: 0, shared };
    const retry = { maxAttempts: 2, backoff: noBackoff, budget };
    const policy = createPolicy({ name: 'payments', retry }, { clock, store });
    return async (): Promise<string> => {
      const result = await policy.tryExecute(() => {
        throw down;
      });
      return result.report.reason;
    };
  }

  it('counts the calls of the others', async () => {
    store.others = { calls: 100, retries: 0 };
    const call = budgeted();
    await call();

    expect(await call()).toBe('exhausted');
  });

  it('counts the retries of the others', async () => {
    store.others = { calls: 10, retries: 8 };
    const call = budgeted();
    for (let i = 0; i < 5; i++) await call();

    expect(await call()).toBe('budget');
  });

  it('tells what was counted here four times a second at most', async () => {
    store.others = { calls: 1000, retries: 0 };
    const call = budgeted();
    for (let i = 0; i < 100; i++) {
      await call();
      await clock.advance(10);
    }

    expect(store.shared.length).toBeLessThanOrEqual(5);
    const { calls, retries } = store.shared.reduce((sum, one) => ({
      ...one,
      calls: sum.calls + one.calls,
      retries: sum.retries + one.retries,
    }));
    expect(calls).toBeGreaterThan(70);
    expect(retries).toBeGreaterThan(70);
  });

  it('tells later what could not be told', async () => {
    store.others = 'fails';
    const call = budgeted();
    await call();
    await clock.advance(250);
    store.others = { calls: 0, retries: 0 };
    await call();

    expect(store.shared.at(-1)).toMatchObject({ name: '["payments"]', windowMs: 10_000, calls: 2 });
  });

  it('forgets the others when it has not heard of them for the window', async () => {
    store.others = { calls: 100, retries: 0 };
    const call = budgeted();
    await call();
    store.others = 'fails';
    await clock.advance('10s');

    expect(await call()).toBe('exhausted');
    expect(await call()).toBe('budget');
  });

  it('is told by the name of the policy, and by the key', async () => {
    const retry = {
      maxAttempts: 2,
      backoff: noBackoff,
      budget: { ratio: 0.5, minPerSecond: 0, shared: true },
    };
    const policy = createPolicy(
      { name: 'payments', key: (tenant: string) => tenant, retry },
      { clock, store },
    );
    for (const args of [['acme'], ['zeta']]) await policy.tryExecute(() => Promise.reject(down), { args });
    await clock.advance('1s');

    expect(store.shared.map(({ name }) => name)).toEqual(['["payments","acme"]', '["payments","zeta"]']);
  });

  it('is not shared unless that is said', async () => {
    await budgeted(false)();

    expect(store.shared).toEqual([]);
  });
});
