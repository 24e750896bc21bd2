import { createPolicy } from '../../../../lib/core/create-policy.js';
import type { StateStore } from '../../../../lib/core/ports/state-store.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { MemoryStateStore } from '../../../../lib/stores/memory/memory-state-store.js';
import { circuitRecord, ScriptedStore } from '../../../support/stores.js';
import {
  EPOCH,
  eventsOf,
  virtualClock,
  virtualEngine,
  virtualPolicy,
} from '../../../support/virtual-policy.js';

const down = new Error('down');
const breaker = { failureThreshold: 2, resetTimeout: '60s' } as const;
const openRecord = circuitRecord({ state: 'open', until: EPOCH + 30_000, consecutiveFailures: 2 });

/** A policy on a scripted store that has given what it has. */
async function kept(given: readonly unknown[] = [], prepare: (store: ScriptedStore) => void = () => {}) {
  const store = new ScriptedStore(given);
  prepare(store);
  const { policy, clock } = virtualPolicy({ circuitBreaker: breaker }, { store });
  const events = eventsOf(policy);
  await nextTurn();
  const fail = () => policy.tryExecute(scripted([down]));
  const state = () => policy.breaker()?.snapshot().state;
  return { store, policy, clock, events, fail, state };
}

/** A store that gives what it has, or throws, at once. */
function throwingTwice(): StateStore {
  let asked = 0;
  const load = () => {
    if (++asked <= 2) throw down;
    return [openRecord];
  };
  return { description: 'store', load, save: async () => {} };
}

describe('circuits over a restart', () => {
  it('go on where they were, before the first call where the store gives at once what it has', async () => {
    const store = new MemoryStateStore();
    const clock = virtualClock();
    const options = { name: 'payments', circuitBreaker: breaker } as const;
    const before = createPolicy(options, { clock, store });
    for (let i = 0; i < 2; i++) await before.tryExecute(scripted([down]));
    await before.dispose();
    await clock.advance('20s');

    const after = createPolicy(options, { clock, store });
    const refused = await after.tryExecute(() => 'fine');
    expect(refused).toMatchObject({ ok: false, error: { code: 'CIRCUIT_OPEN', retryAfter: 40_000 } });
    await clock.advance('40s');
    expect(await after.execute(() => 'fine')).toBe('fine');
    expect(after.breaker()?.snapshot().state).toBe('closed');
  });

  it('by key, whatever a key is called', async () => {
    const store = new MemoryStateStore();
    const options = { name: 'payments', circuitBreaker: { ...breaker, key: (key: string) => key } };
    const keys = ['__proto__', 'constructor', 'prototype', 'a"\n<b>', ''];
    const { policy, clock } = virtualPolicy(options, { store });
    for (const key of keys) policy.breaker(key)?.open();
    await policy.dispose();
    const after = createPolicy(options, { clock, store });

    expect(keys.map((key) => after.breaker(key)?.snapshot().state)).toEqual(keys.map(() => 'open'));
    expect(after.breaker('other')?.snapshot().state).toBe('closed');
  });

  it('open without an event, for nothing has happened', async () => {
    const { events, state } = await kept([openRecord]);
    expect(state()).toBe('open');
    expect(events).toEqual([]);
  });

  it('stay as they are where something has happened before the store has answered', async () => {
    const store = new ScriptedStore([openRecord, circuitRecord({ key: 'k', consecutiveFailures: 1 })]);
    const { policy } = virtualPolicy({ circuitBreaker: breaker }, { store });
    policy.breaker()?.close();
    await policy.tryExecute(scripted([down]), { key: 'k' });
    await nextTurn();

    expect(policy.breaker()?.snapshot().state).toBe('closed');
  });

  it('reach breakers that are made later', async () => {
    const store = new ScriptedStore([openRecord]);
    const { engine, policyOf } = virtualEngine({ store });
    await engine.keeper?.start();
    const policy = policyOf('payments', { circuitBreaker: breaker });

    expect(policy.breaker()?.snapshot().state).toBe('open');
  });

  it('are at most maxKeys', async () => {
    const records = Array.from({ length: 50 }, (_, i) => ({ ...openRecord, key: `k${i}` }));
    const store = new ScriptedStore(records);
    const { policy } = virtualPolicy({ circuitBreaker: { ...breaker, maxKeys: 10 } }, { store });
    await nextTurn();
    await policy.tryExecute(() => 1);

    expect(policy.breakers().length).toBeLessThanOrEqual(11);
  });

  it('pass over what is no record, with one diagnostic', async () => {
    const wrong = [
      null,
      7,
      'x',
      [],
      {},
      { ...openRecord, state: 'ajar' },
      { ...openRecord, savedAt: '1' },
      { ...openRecord, until: NaN },
      { ...openRecord, reopenings: -1 },
      { ...openRecord, consecutiveFailures: 1.5 },
      { ...openRecord, breaker: 'x'.repeat(5000) },
      { ...openRecord, key: 7 },
      { ...openRecord, window: 7 },
      { ...openRecord, window: { type: 'count', samples: 'zz' } },
      { ...openRecord, window: { type: 'time', buckets: [null] } },
      { ...openRecord, window: { type: 'time', buckets: [{ at: 1, recorded: 1, failed: 2, slow: 0 }] } },
      { ...openRecord, lastFailure: { at: 1, category: '<script>' } },
      circuitRecord({ state: 'forcedOpen' }),
    ];
    const { events, state } = await kept([...wrong, openRecord]);

    expect(state()).toBe('open');
    expect(events).toEqual([
      expect.objectContaining({
        type: 'diagnostic',
        source: 'store',
        message: expect.stringMatching(/^18 /),
      }),
    ]);
  });
});

describe('what changes', () => {
  it('is saved a quarter of a second later, all at once, and nothing else', async () => {
    const { store, clock, fail } = await kept();
    await fail();
    await fail();
    await clock.advance(249);
    expect(store.saved).toEqual([]);
    await clock.advance(1);

    expect(store.saved).toEqual([
      [
        {
          breaker: 'payments',
          record: expect.objectContaining({ state: 'open', until: EPOCH + 60_000, consecutiveFailures: 2 }),
        },
      ],
    ]);
    await clock.advance('10m');
    expect(store.saved).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('is nothing while calls succeed: no timer, no save', async () => {
    const { store, policy, clock } = await kept();
    for (let i = 0; i < 50; i++) await policy.execute(() => 1);
    expect(clock.pending).toBe(0);
    await clock.advance('1m');
    expect(store.saved).toEqual([]);
  });

  it('takes back what a success makes untrue', async () => {
    const { store, policy, clock, fail } = await kept();
    await fail();
    await clock.advance(250);
    await policy.execute(() => 1);
    await clock.advance(250);
    expect(store.saved.map(([change]) => change?.record)).toEqual([
      expect.objectContaining({ consecutiveFailures: 1 }),
      null,
    ]);
  });

  it('is saved by one save at a time', async () => {
    const { store, policy, clock } = await kept();
    let letGo = (): void => {};
    store.held = new Promise((resolve) => (letGo = resolve));
    policy.breaker()?.open();
    await clock.advance(250);
    policy.breaker()?.close();
    await clock.advance('10s');
    expect(store.saved).toHaveLength(1);
    letGo();
    await clock.advance('5s');
    expect(store.saved.map(([change]) => change?.record?.state)).toEqual(['open', undefined]);
  });

  it('deletes a circuit that was reset, and one whose key was forgotten', async () => {
    const store = new ScriptedStore();
    const { policy, clock } = virtualPolicy({ circuitBreaker: { ...breaker, maxKeys: 1 } }, { store });
    await nextTurn();
    policy.breaker()?.open();
    policy.breaker('a')?.open();
    policy.breaker('b')?.open();
    await clock.advance(250);
    policy.breaker()?.reset();
    await clock.advance(250);

    expect(store.saved.flat().map(({ key, record }) => [key, record?.state])).toEqual([
      [undefined, 'open'],
      ['a', undefined],
      ['b', 'open'],
      [undefined, undefined],
    ]);
  });

  it('leaves out names that are too long to be written down', async () => {
    const { store, policy, clock } = await kept();
    policy.breaker('k'.repeat(1_000_000))?.open();
    policy.breaker('k')?.open();
    await clock.advance(250);
    expect(store.last?.map(({ key }) => key)).toEqual(['k']);
  });

  it('leaves out breakers whose name is too long to be written down', async () => {
    const store = new ScriptedStore();
    const { engine, policyOf, clock } = virtualEngine({ store });
    await engine.keeper?.start();
    for (const name of ['p'.repeat(5000), 'payments'])
      policyOf(name, { circuitBreaker: breaker }).breaker()?.open();
    await clock.advance(250);
    expect(store.last?.map((change) => change.breaker)).toEqual(['payments']);
  });

  it('takes up little memory, however many keys come and go while the store is away', async () => {
    const store = new ScriptedStore();
    const { policy, clock } = virtualPolicy({ circuitBreaker: { ...breaker, maxKeys: 10 } }, { store });
    await nextTurn();
    store.failure = down;
    for (let i = 0; i < 1000; i++) policy.breaker(`k${i}`)?.open();
    await clock.advance(250);
    expect(store.last?.length).toBeLessThanOrEqual(23);
  });

  it('of thirty days ago goes with the next save', async () => {
    const old = circuitRecord({ breaker: 'gone', state: 'open', until: EPOCH - 31 * 86_400_000, savedAt: 0 });
    const { store, policy, clock } = await kept([old]);
    policy.breaker()?.open();
    await clock.advance(250);
    expect(store.last?.[0]).toEqual({ breaker: 'gone', record: null });
  });
});

describe('a store that fails', () => {
  it('fails no call and is told once; it is asked again, and once it serves nothing is lost', async () => {
    const { store, policy, clock, events } = await kept();
    store.failure = new Error('disk full');
    policy.breaker()?.open();
    await clock.advance('5s');
    policy.breaker()?.close();
    policy.breaker()?.open();
    await clock.advance('1m');
    expect(store.saved.length).toBeGreaterThan(3);
    expect(store.saved.length).toBeLessThan(12);
    store.failure = undefined;
    await clock.advance('31s');

    expect(events.filter(({ type }) => type.startsWith('store'))).toEqual([
      expect.objectContaining({
        type: 'storeUnavailable',
        store: 'scripted store',
        error: new Error('disk full'),
      }),
      expect.objectContaining({ type: 'storeRecovered', store: 'scripted store' }),
    ]);
    expect(store.last).toEqual([
      expect.objectContaining({ record: expect.objectContaining({ state: 'halfOpen' }) }),
    ]);
  });

  it('at the start lets circuits begin closed, and puts them back once it has answered', async () => {
    const { store, clock, events, state } = await kept([openRecord], (store) => (store.failure = down));
    expect(state()).toBe('closed');
    await clock.advance('10s');
    expect(store.saved).toEqual([]);
    store.failure = undefined;
    await clock.advance('10s');

    expect(state()).toBe('open');
    expect(events.map(({ type }) => type)).toEqual(['storeUnavailable', 'storeRecovered']);
  });

  it.each([() => 'no list', async () => null])('that gives no list of records fails', async (load) => {
    const store: StateStore = { description: 'store', load: load as never, save: async () => {} };
    const { engine, clock } = virtualEngine({ store });
    const events: string[] = [];
    engine.events.onAny(({ type }) => events.push(type));
    await engine.keeper?.start();
    expect(events).toEqual(['storeUnavailable']);
    expect(clock.pending).toBe(0);
  });

  it('that throws at once is asked again, too', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: breaker }, { store: throwingTwice() });
    await clock.advance('4s');
    expect(policy.breaker()?.snapshot().state).toBe('open');
  });

  it('that cannot be attached is told, and still asked for what it has', async () => {
    const store = new ScriptedStore([openRecord]);
    store.attach = () => {
      throw down;
    };
    const { engine, policyOf } = virtualEngine({ store });
    const events: unknown[] = [];
    engine.events.onAny((event) => events.push(event));
    await engine.keeper?.start();

    expect(events[0]).toMatchObject({ type: 'storeUnavailable', error: down });
    expect(policyOf('payments', { circuitBreaker: breaker }).breaker()?.snapshot().state).toBe('open');
  });

  it('keeps no process alive for asking again', async () => {
    const { store, policy, clock } = await kept();
    store.failure = down;
    policy.breaker()?.open();
    await clock.advance('1s');
    expect(clock.pending).toBe(0);
  });

  it('may say by itself that it is away and back, and is believed once', async () => {
    const { store, policy, events } = await kept();
    for (const error of [1, 2]) store.host?.unavailable(error);
    policy.breaker()?.open();
    for (const _ of [1, 2]) store.host?.recovered();
    await nextTurn();

    expect(events.map(({ type }) => type)).toEqual(['storeUnavailable', 'circuitOpened', 'storeRecovered']);
    expect(store.saved).toHaveLength(1);
  });
});

describe('the end', () => {
  it('writes everything once, at once, and closes the store', async () => {
    const { store, policy, clock, fail } = await kept();
    await fail();
    await policy.dispose();

    expect(store.saved).toHaveLength(1);
    expect(store.closed).toBe(1);
    expect(clock.pending).toBe(0);
    await fail();
    await fail();
    await clock.advance('1m');
    await policy.dispose();
    expect(store.saved).toHaveLength(1);
    expect(store.closed).toBe(1);
  });

  it('writes what successes alone have brought, too', async () => {
    const store = new ScriptedStore();
    const { policy } = virtualPolicy({ circuitBreaker: { failureRatio: 0.5 } }, { store });
    await nextTurn();
    await policy.execute(() => 1);
    await policy.dispose();
    expect(store.last?.[0]?.record?.window).toEqual({ type: 'count', samples: '.' });
  });

  it('waits two seconds for a store that does not answer, and no longer', async () => {
    const { store, policy, clock } = await kept();
    store.held = new Promise(() => {});
    policy.breaker()?.open();
    const ended = jest.fn();
    void policy.dispose().then(ended);
    await clock.advance(1999);
    expect(ended).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(ended).toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  it('is told by a diagnostic where the store cannot be closed, and fails nobody', async () => {
    const store = new ScriptedStore();
    store.close = () => Promise.reject(down);
    const { engine } = virtualEngine({ store });
    const events: unknown[] = [];
    engine.events.onAny((event) => events.push(event));
    await engine.keeper?.start();
    await engine.keeper?.close();

    expect(events).toEqual([
      expect.objectContaining({
        type: 'diagnostic',
        message: expect.stringContaining('scripted store could not be closed'),
        error: down,
      }),
    ]);
  });

  it('asks a store for nothing that says afterwards that it is back', async () => {
    const { store, policy } = await kept([], (store) => (store.failure = down));
    await policy.dispose();
    store.host?.recovered();
    await nextTurn();
    expect(store.loads).toBe(1);
    expect(store.saved).toEqual([]);
  });

  it('is the end: a store begun with a second time, or after it, is not asked again', async () => {
    const store = new ScriptedStore();
    const { engine } = virtualEngine({ store });
    await Promise.all([engine.keeper?.start(), engine.keeper?.start()]);
    expect(store.loads).toBe(1);
    await engine.keeper?.close();
    await engine.keeper?.start();
    expect(store.loads).toBe(1);
  });

  it('of a policy without a store needs no waiting', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
    await policy.dispose();
    expect(clock.pending).toBe(0);
  });
});
