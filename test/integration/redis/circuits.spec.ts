import type { CircuitRecord } from '../../../lib/core/ports/circuit-record.js';
import { Connected } from '../../support/connected-stores.js';
import { describeWithServer } from '../../support/servers.js';

const record = (given: Partial<CircuitRecord> = {}): CircuitRecord => ({
  breaker: 'payments',
  state: 'open',
  savedAt: 1_000_000,
  until: 1_060_000,
  reopenings: 2,
  consecutiveFailures: 5,
  lastFailure: { at: 999_000, category: 'network' },
  ...given,
});

describeWithServer('Redis', (address) => {
  const stores = new Connected(address);
  afterEach(() => stores.close());

  describe('records of circuits', () => {
    it('come back as they were saved, to another instance, too', async () => {
      const store = await stores.open();
      const other = await stores.open();
      const keyed = record({ key: 'tenant', window: { type: 'count', samples: '.sfF' } });
      const [first, second] = [record(), keyed];
      await store.save([first, second].map((one) => ({ ...idOf(one), record: one })));

      const loaded = await other.load();
      expect(loaded.map(rounded)).toEqual(expect.arrayContaining([first, second].map(rounded)));
      expect(loaded).toHaveLength(2);
    });

    it('are kept by the clock of Redis: one machine is an hour behind, and time to go is the same', async () => {
      const store = await stores.open();
      const behind = await stores.open();
      const host = stores.hosts[1]!;
      const hourMs = 3_600_000;
      Object.assign(host, { clock: { ...host.clock, epoch: () => Date.now() - hourMs } });
      const now = Date.now();
      const one = record({ savedAt: now, until: now + 60_000 });
      await store.save([{ ...idOf(one), record: one }]);

      const [loaded] = await behind.load();
      expect(Math.abs(loaded!.until! - (now - hourMs + 60_000))).toBeLessThan(10_000);
    });

    it('go where nothing is worth keeping', async () => {
      const store = await stores.open();
      await store.save([{ breaker: 'payments', record: record() }]);
      await store.save([{ breaker: 'payments', record: null }]);

      expect(await store.load()).toEqual([]);
    });

    it('may be thousands', async () => {
      const store = await stores.open();
      const keys = Array.from({ length: 3000 }, (_, index) => `tenant-${index}`);
      await store.save(
        keys.map((key) => ({ breaker: 'payments', key, record: record({ breaker: 'payments', key }) })),
      );

      expect((await store.load()).map(({ key }) => key).sort()).toEqual(keys.sort());
    });

    it('are passed over, and said once, where a stranger wrote something else', async () => {
      const store = await stores.open();
      await store.save([{ breaker: 'payments', record: record() }]);
      const [key = ''] = await stores.client.keys(`*${stores.prefix}*records`);
      await stores.client.hset(key, { junk: '{', long: 'x'.repeat(10_000_000), other: 'null' });

      expect((await store.load()).map(({ breaker }) => breaker)).toEqual(['payments']);
      await store.load();
      expect(stores.hosts[0]!.diagnoses).toHaveLength(1);
    });
  });
});

function idOf({ breaker, key }: CircuitRecord) {
  return key === undefined ? { breaker } : { breaker, key };
}

/** Clocks are compared over the network: to the second. */
function rounded({ savedAt, until, lastFailure, ...rest }: CircuitRecord) {
  const seconds = (ms: number): number => Math.round(ms / 60_000);
  return { ...rest, savedAt: seconds(savedAt), until: seconds(until!), at: seconds(lastFailure!.at) };
}
