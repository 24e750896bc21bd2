import type { CircuitNews, CircuitNewsHere } from '../../../lib/core/ports/circuit-exchange.js';
import type { RedisStateStore } from '../../../lib/stores/redis/redis-state-store.js';
import { Connected } from '../../support/connected-stores.js';
import { describeWithServer } from '../../support/servers.js';
import { until } from '../../support/until.js';

const opened = (
  breaker: string,
  given: Partial<{ key: string; openForMs: number; reopenings: number }> = {},
) => ({ type: 'opened', breaker, openForMs: 60_000, reopenings: 0, ...given }) satisfies CircuitNewsHere;

describeWithServer('Redis', (address) => {
  const stores = new Connected(address);
  afterEach(() => stores.close());

  const heardBy = (store: RedisStateStore): CircuitNews[] => {
    const news: CircuitNews[] = [];
    store.exchange.listen((one) => news.push(one));
    return news;
  };

  describe('news of circuits', () => {
    it('reach every other instance in order, and not the one that told them', async () => {
      const [here, there] = await Promise.all([stores.open(), stores.open()]);
      const [own, heard] = [heardBy(here), heardBy(there)];
      here.exchange.publish(opened('payments', { key: 'tenant', reopenings: 3 }));
      await until(() => heard.length === 1);
      here.exchange.publish({ type: 'closed', breaker: 'payments', key: 'tenant' });
      here.exchange.publish({ type: 'reset', breaker: 'orders' });
      await until(() => heard.length === 3);

      const instance = expect.any(String);
      const tenant = { breaker: 'payments', key: 'tenant', instance };
      expect(heard).toEqual([
        { ...tenant, type: 'opened', openForMs: 60_000, reopenings: 3, ageMs: expect.any(Number) },
        { ...tenant, type: 'closed' },
        { type: 'reset', breaker: 'orders', instance },
      ]);
      expect(own).toEqual([]);
    });

    it('are told to one that comes later, with their age', async () => {
      const here = await stores.open();
      here.exchange.publish(opened('payments'));
      const first = heardBy(await stores.open());
      await until(() => first.length === 1);
      const late = heardBy(await stores.open());
      await until(() => late.length === 1);

      expect(late).toEqual([expect.objectContaining({ type: 'opened', breaker: 'payments' })]);
    });

    it('are no messages: what a stranger publishes or writes there harms nobody', async () => {
      const [here, there] = await Promise.all([stores.open(), stores.open()]);
      const heard = heardBy(there);
      const { client, prefix } = stores;
      for (const message of ['', '{', 'x'.repeat(10_000_000), '{"t":"opened"}'])
        await client.publish(`${prefix}:news`, message);
      const far = String(2 ** 53);
      await client.zadd(
        `{${prefix}}:news`,
        far,
        'junk',
        '5',
        `5 1 {"t":"opened","i":"x"}`,
        far,
        `${far}0 1 x`,
      );
      here.exchange.publish(opened('payments'));
      await until(() => heard.length === 1);
      here.exchange.publish(opened('orders'));
      await until(() => heard.length === 2);

      expect(heard.map(({ breaker }) => breaker)).toEqual(['payments', 'orders']);
    });

    it('come in thousands, each once', async () => {
      const [here, there] = await Promise.all([stores.open(), stores.open()]);
      const heard = heardBy(there);
      const keys = Array.from({ length: 900 }, (_, index) => `tenant-${index}`);
      for (const key of keys) here.exchange.publish(opened('payments', { key }));
      await until(() => heard.length === keys.length);

      expect(heard.map(({ key }) => key)).toEqual(keys);
    });
  });

  describe('the probe of a fleet', () => {
    const request = { breaker: 'payments', forMs: 60_000, places: 1 };

    it('is given to one of twenty who ask at once', async () => {
      const fleet = await Promise.all(Array.from({ length: 20 }, () => stores.open()));
      const leases = await Promise.all(fleet.map(({ exchange }) => exchange.requestProbe(request)));

      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    });

    it('is given again once it was given back, under a higher number', async () => {
      const [one, other] = await Promise.all([stores.open(), stores.open()]);
      const first = await one.exchange.requestProbe(request);
      one.exchange.releaseProbe(request, first!);
      let second = await other.exchange.requestProbe(request);
      while (second === null) second = await other.exchange.requestProbe(request);

      expect(second.token).toBeGreaterThan(first!.token);
      // What was lost gives nothing back.
      one.exchange.releaseProbe(request, first!);
      expect(await one.exchange.requestProbe(request)).toBeNull();
    });

    it('ends by itself', async () => {
      const [one, other] = await Promise.all([stores.open(), stores.open()]);
      const first = await one.exchange.requestProbe({ ...request, forMs: 20 });
      let second = await other.exchange.requestProbe(request);
      while (second === null) second = await other.exchange.requestProbe(request);

      expect(second.token).toBeGreaterThan(first!.token);
    });

    it('is given to as many as there are places', async () => {
      const { exchange } = await stores.open();
      const asked = Array.from({ length: 5 }, () => exchange.requestProbe({ ...request, places: 2 }));

      expect((await Promise.all(asked)).filter((lease) => lease !== null)).toHaveLength(2);
    });

    it('is not given to who has not heard yet that others have decided', async () => {
      const [one, other] = await Promise.all([stores.open(), stores.open()]);
      const heard = heardBy(other);
      one.exchange.publish({ type: 'closed', breaker: 'payments' });
      const before = await stores.client.zcard(`{${stores.prefix}}:news`);
      const asked = await other.exchange.requestProbe(request);
      await until(() => heard.length === 1);

      // The news were written down before or after the question: in the first case it was refused.
      if (before === 1 && asked !== null) expect(heard).toHaveLength(1);
      expect(await one.exchange.requestProbe({ ...request, breaker: 'orders' })).not.toBeNull();
    });

    it('goes under a higher number even after everything was flushed', async () => {
      const { exchange } = await stores.open();
      const first = await exchange.requestProbe(request);
      await stores.client.del((await stores.client.keys(`*${stores.prefix}*`)) as [string]);
      const second = await exchange.requestProbe(request);

      expect(second!.token).toBeGreaterThan(first!.token);
    });
  });
});
