import type { SharedRate } from '../../../lib/core/ports/permit-store.js';
import { Connected } from '../../support/connected-stores.js';
import { describeWithServer, uniqueName } from '../../support/servers.js';

describeWithServer('Redis', (address) => {
  const stores = new Connected(address);
  afterEach(() => stores.close());

  const rate = (given: Partial<SharedRate> = {}): SharedRate => {
    return { name: uniqueName('limiter'), limit: 10, intervalMs: 3_600_000, burst: 10, ...given };
  };

  const taken = async (wanted: SharedRate, times: number, among = 1): Promise<number> => {
    const instances = await Promise.all(Array.from({ length: among }, () => stores.open()));
    const answers = await Promise.all(
      Array.from({ length: times }, (_, index) => instances[index % among]!.permits.takeRate(wanted)),
    );
    return answers.filter(({ allowed }) => allowed).length;
  };

  describe('a shared rate limit', () => {
    it('lets as many through as the burst has, over all instances', async () => {
      expect(await taken(rate({ burst: 7 }), 200, 4)).toBe(7);
    });

    it('tells when there is another permit', async () => {
      const wanted = rate({ limit: 2, intervalMs: 60_000, burst: 1 });
      const { permits } = await stores.open();
      await permits.takeRate(wanted);
      const answer = await permits.takeRate(wanted);

      expect(answer).toEqual({ allowed: false, retryAfterMs: expect.any(Number) });
      const { retryAfterMs } = answer as { retryAfterMs: number };
      expect(retryAfterMs).toBeGreaterThan(20_000);
      expect(retryAfterMs).toBeLessThanOrEqual(30_000);
    });

    it('gives permits back as time passes, by the clock of Redis', async () => {
      const wanted = rate({ limit: 1, intervalMs: 60_000, burst: 1 });
      const { permits } = await stores.open();
      await permits.takeRate(wanted);
      await stores.longAgo(wanted.name, 60_000);

      expect(await permits.takeRate(wanted)).toEqual({ allowed: true });
      expect(await permits.takeRate(wanted)).toMatchObject({ allowed: false });
    });

    it('does not drift: after a thousand thirds of an interval exactly what is due is there', async () => {
      const wanted = rate({ limit: 3, intervalMs: 3_600_000, burst: 3 });
      const { permits } = await stores.open();
      await permits.takeRate(wanted);
      await stores.write(wanted.name, { taken: '3002', since: await stores.before(1000 * 3_600_000_000) });

      expect(await taken(wanted, 5)).toBe(1);
    });

    it('goes on with what is missing where the limit changes', async () => {
      const before = rate({ limit: 10, burst: 10 });
      expect(await taken(before, 10)).toBe(10);
      expect(await taken({ ...before, limit: 20, burst: 20 }, 30)).toBe(10);
    });

    it('keeps limiters and prefixes apart', async () => {
      const wanted = rate({ burst: 1 });
      const other = await stores.open({ prefix: uniqueName('other') });
      expect(await taken(wanted, 2)).toBe(1);
      expect(await taken(rate({ burst: 1 }), 2)).toBe(1);
      expect(await other.permits.takeRate(wanted)).toEqual({ allowed: true });
    });

    it.each(['__proto__', 'a}b{c', 'quotes \' and " and \n', 'x'.repeat(1_000_000)])(
      'takes a name such as %.20s for a name',
      async (name) => {
        expect(await taken(rate({ name, burst: 2 }), 5)).toBe(2);
      },
    );

    it('asks once for all who want a permit at the same time', async () => {
      const { permits } = await stores.open();
      const wanted = rate({ burst: 100 });
      const before = await stores.commands('evalsha');
      await Promise.all(Array.from({ length: 500 }, () => permits.takeRate(wanted)));

      expect((await stores.commands('evalsha')) - before).toBeLessThan(50);
    });

    it('is not forgotten with the scripts', async () => {
      const wanted = rate({ burst: 2 });
      expect(await taken(wanted, 1)).toBe(1);
      await stores.client.script('FLUSH');
      expect(await taken(wanted, 5)).toBe(1);
    });
  });

  describe('a shared retry budget', () => {
    it('tells each instance what the others have counted', async () => {
      const [first, second] = await Promise.all([stores.open(), stores.open()]);
      const name = uniqueName('budget');
      const share = (calls: number, retries: number) => ({ name, windowMs: 10_000, calls, retries });

      expect(await first.permits.shareBudget(share(10, 2))).toEqual({ calls: 0, retries: 0 });
      expect(await second.permits.shareBudget(share(5, 0))).toEqual({ calls: 10, retries: 2 });
      expect(await first.permits.shareBudget(share(0, 1))).toEqual({ calls: 5, retries: 0 });
      expect(await second.permits.shareBudget(share(0, 0))).toEqual({ calls: 10, retries: 3 });
    });

    it('forgets what is older than its window', async () => {
      const [first, second] = await Promise.all([stores.open(), stores.open()]);
      const name = uniqueName('budget');
      await first.permits.shareBudget({ name, windowMs: 10, calls: 10, retries: 2 });
      const share = { name, windowMs: 10, calls: 0, retries: 0 };
      let seen = await second.permits.shareBudget(share);
      while (seen.calls > 0) seen = await second.permits.shareBudget(share);

      expect(seen).toEqual({ calls: 0, retries: 0 });
    });
  });
});
