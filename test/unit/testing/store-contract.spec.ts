import type { CircuitRecord } from '../../../lib/core/ports/circuit-record.js';
import type { StateStore, StoreHost } from '../../../lib/core/ports/state-store.js';
import { MemoryStateStore } from '../../../lib/stores/memory/memory-state-store.js';
import { storeContract } from '../../../lib/testing/store-contract/store-contract.js';

/** The cases that a store fails whose members are replaced. */
async function failedBy(change: (inner: MemoryStateStore) => Partial<StateStore>): Promise<string[]> {
  const place = () => {
    const inner = new MemoryStateStore();
    const store: StateStore = {
      description: 'broken',
      load: () => inner.load(),
      save: (changes) => inner.save(changes),
      ...change(inner),
    };
    return { open: () => store };
  };
  const failed: string[] = [];
  for (const { name, run } of storeContract({ place }))
    await run().catch((error: Error) => {
      if (error.name !== 'ContractViolation' && !(error instanceof TypeError)) throw error;
      failed.push(name);
    });
  return failed;
}

const shifted = (record: CircuitRecord): CircuitRecord => ({ ...record, savedAt: record.savedAt - 5000 });

describe('storeContract', () => {
  it('finds nothing wrong with a store that does as it must', async () => {
    expect(await failedBy(() => ({}))).toEqual([]);
  });

  it('lets a store clear a timer that it has not set', async () => {
    const attach = ({ clock }: StoreHost) => clock.clearTimer(undefined);
    expect(await failedBy(() => ({ attach }))).toEqual([]);
  });

  // At the same time: some of them wait for seconds for what never comes.
  it.concurrent.each<[string, (inner: MemoryStateStore) => Partial<StateStore>, string]>([
    [
      'gives what nobody saved',
      () => ({ load: () => [null as never] }),
      'gives nothing where nothing was saved',
    ],
    ['forgets', () => ({ save: async () => {} }), 'gives what was saved to whoever comes next'],
    [
      'moves instants',
      (inner) => ({ load: () => inner.load().map(shifted) }),
      'gives what was saved to whoever comes next',
    ],
    [
      'loses windows',
      (inner) => ({ load: () => inner.load().map(({ window: _, ...rest }) => rest) }),
      'keeps every kind of record',
    ],
    [
      'loses the last failure',
      (inner) => ({ load: () => inner.load().map(({ lastFailure: _, ...rest }) => rest) }),
      'gives what was saved to whoever comes next',
    ],
    [
      'keeps what came first',
      (inner) => ({
        save: async (changes) => (inner.load().length === 0 ? inner.save(changes) : undefined),
      }),
      'keeps the latest of a circuit',
    ],
    [
      'deletes nothing',
      (inner) => ({ save: (changes) => inner.save(changes.filter(({ record }) => record !== null)) }),
      'forgets a circuit that is not worth keeping, also one that it never knew',
    ],
    [
      'takes names for one another',
      (inner) => ({
        save: (changes) => inner.save(changes.map(({ key: _, ...change }) => change)),
      }),
      'tells circuits apart by breaker and key, whatever they are called',
    ],
    [
      'takes ten at a time',
      (inner) => ({ save: (changes) => inner.save(changes.slice(0, 200)) }),
      'takes a thousand circuits at once',
    ],
    [
      'writes to its arguments',
      (inner) => ({
        save: (changes) => {
          for (const change of changes) Object.assign(change, { seen: true });
          return inner.save(changes);
        },
      }),
      'writes to nothing that it is given',
    ],
    [
      'leaves a timer',
      () => ({ attach: ({ clock }: StoreHost) => void clock.setBackgroundTimer?.({ expire: () => {} }, 1) }),
      'leaves no timer behind, and takes nothing from who opens it again',
    ],
    [
      'gives no state to an engine',
      (inner) => ({ load: () => inner.load().map((record) => ({ ...record, state: 'closed' as const })) }),
      'lets a circuit of an engine go on where it was',
    ],
  ])('finds one that %s', async (_, change, name) => {
    expect(await failedBy(change)).toContain(name);
  });

  it('asks for what the store is said to have', async () => {
    const open = () => new MemoryStateStore();
    const cases = storeContract({ place: () => ({ open }), exchange: true, permits: true });
    const plain = storeContract({ place: () => ({ open }) });
    const further = cases.slice(plain.length);
    expect(further.length).toBeGreaterThan(3);
    for (const { run } of further)
      await expect(run()).rejects.toThrow(/the store has no `(exchange|permits)`/);
  });
});
