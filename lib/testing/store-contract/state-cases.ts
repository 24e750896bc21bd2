import { createPolicy } from '../../core/create-policy.js';
import type { CircuitChange, CircuitRecord } from '../../core/ports/circuit-record.js';
import { check, eventually, same } from './check.js';
import { recordNamed, type ContractStores } from './contract-stores.js';

/** Clocks of machines, and of a store, are read one after the other. */
const TOLERANCE_MS = 1000;

type Case = (stores: ContractStores) => Promise<void>;

/** What every store must do. */
export const stateCases: Readonly<Record<string, Case>> = {
  'gives nothing where nothing was saved': async (stores) => {
    same(await (await stores.open()).load(), [], 'what an empty place gives');
  },

  'gives what was saved to whoever comes next': async (stores) => {
    const store = await stores.ready();
    const record = recordNamed('payments');
    await store.save([saved(record)]);
    const given = await stores.afterRestart(store);
    same(given.map(withoutInstants), [withoutInstants(record)], 'what was saved');
    check(
      given[0] !== undefined && instantsAgree(given[0], record),
      `instants of ${JSON.stringify(given[0])} moved`,
    );
  },

  'keeps every kind of record': async (stores) => {
    const store = await stores.ready();
    const { until: _, lastFailure: __, window: ___, ...least } = recordNamed('least');
    const window = { type: 'count', samples: '.sfF' } as const;
    const records = [
      least,
      recordNamed('counted', { state: 'closed', window }),
      ...(['halfOpen', 'forcedOpen', 'disabled', 'observing'] as const).map((state) =>
        recordNamed(state, { state }),
      ),
    ];
    await store.save(records.map(saved));
    sameRecords(await stores.afterRestart(store), records);
  },

  'keeps the latest of a circuit': async (stores) => {
    const store = await stores.ready();
    for (let reopenings = 0; reopenings < 5; reopenings++)
      await store.save([saved(recordNamed('payments', { reopenings }))]);
    const given = await stores.afterRestart(store);
    same(
      given.map(({ reopenings }) => reopenings),
      [4],
      'the growth that was saved last',
    );
  },

  'forgets a circuit that is not worth keeping, also one that it never knew': async (stores) => {
    const store = await stores.ready();
    await store.save([saved(recordNamed('a')), saved(recordNamed('b'))]);
    await store.save([
      { breaker: 'a', record: null },
      { breaker: 'unknown', key: 'k', record: null },
    ]);
    same(
      (await stores.afterRestart(store)).map(({ breaker }) => breaker),
      ['b'],
      'what is left',
    );
  },

  'tells circuits apart by breaker and key, whatever they are called': async (stores) => {
    const store = await stores.ready();
    const names = [
      '',
      ' ',
      '__proto__',
      'constructor',
      'a:b',
      'a',
      'b',
      '["a"]',
      'a"\n\u0000<b>',
      '🚧',
      '\ud800',
    ];
    const records = names.flatMap((breaker) => [
      recordNamed(breaker),
      ...names.map((key) => recordNamed(breaker, { key })),
    ]);
    await store.save(records.map(saved));
    sameRecords(await stores.afterRestart(store), records);
  },

  'takes a thousand circuits at once': async (stores) => {
    const store = await stores.ready();
    const records = Array.from({ length: 1000 }, (_, i) => recordNamed('payments', { key: `tenant-${i}` }));
    await store.save(records.map(saved));
    sameRecords(await stores.afterRestart(store), records);
  },

  'writes to nothing that it is given': async (stores) => {
    const store = await stores.ready();
    const changes = deepFrozen([saved(recordNamed('payments'))]);
    await store.save(changes);
    sameRecords(
      await stores.afterRestart(store),
      changes.map(({ record }) => record as CircuitRecord),
    );
  },

  'leaves no timer behind, and takes nothing from who opens it again': async (stores) => {
    const store = await stores.ready();
    await store.save([saved(recordNamed('payments'))]);
    const { clock } = await stores.close(store);
    check(clock.pending === 0, `${clock.pending} timers are left after close()`);
    sameRecords(await (await stores.open()).load(), [recordNamed('payments')]);
  },

  'lets a circuit of an engine go on where it was': async (stores) => {
    const options = { name: 'payments', circuitBreaker: { resetTimeout: '5m' } } as const;
    const first = await stores.unattached();
    const before = createPolicy(options, { store: first });
    // Before a store that takes its time has given anything, too.
    before.breaker()?.open();
    await before.dispose();
    const after = createPolicy(options, { store: await stores.unattached() });
    try {
      await eventually(
        () => after.breaker()?.snapshot().state === 'open',
        5000,
        'the circuit is not open after 5 s',
      );
    } finally {
      await after.dispose();
    }
  },
};

function saved(record: CircuitRecord): CircuitChange {
  const { breaker, key } = record;
  return { breaker, ...(key === undefined ? {} : { key }), record };
}

function sameRecords(given: readonly CircuitRecord[], expected: readonly CircuitRecord[]): void {
  const inOrder = (records: readonly CircuitRecord[]): unknown[] =>
    records.map((record) => JSON.stringify(sortedRecord(record))).sort();
  same(inOrder(given), inOrder(expected), 'the records');
}

function sortedRecord(record: CircuitRecord): unknown {
  return Object.entries(withoutInstants(record)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Instants differ by what clocks differ by. */
function withoutInstants(record: CircuitRecord): object {
  const { savedAt: _, until, lastFailure, window, ...rest } = record;
  return {
    ...rest,
    hasEnd: until !== undefined,
    lastFailure: lastFailure?.category ?? null,
    window:
      window?.type === 'time'
        ? window.buckets.map(({ recorded, failed, slow }) => [recorded, failed, slow])
        : (window?.samples ?? null),
  };
}

function instantsAgree(a: CircuitRecord, b: CircuitRecord): boolean {
  const instants = ({ savedAt, until = 0, lastFailure }: CircuitRecord) => [
    savedAt,
    until,
    lastFailure?.at ?? 0,
  ];
  const others = instants(b);
  return instants(a).every((at, i) => Math.abs(at - Number(others[i])) <= TOLERANCE_MS);
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFrozen(member);
  }
  return value;
}
