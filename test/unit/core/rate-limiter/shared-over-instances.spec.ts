import { createPolicy, type NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import type { DiagnosticEvent } from '../../../../lib/core/events/event-types.js';
import type { RateAnswer } from '../../../../lib/core/ports/permit-store.js';
import type { RateLimiterOptions } from '../../../../lib/core/rate-limiter/rate-limiter-options.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { CountingStore } from '../../../support/counting-store.js';

const later = (retryAfterMs: number): RateAnswer => ({ allowed: false, retryAfterMs });

describe('a rate limit that all instances keep together', () => {
  let clock: VirtualClock;
  let store: CountingStore;

  beforeEach(() => {
    clock = new VirtualClock();
    store = new CountingStore();
  });

  function limited(given: RateLimiterOptions = {}, more: NamedPolicyOptions = {}) {
    const rateLimiter = { limit: 10, shared: true, ...given };
    const policy = createPolicy({ name: 'payments', rateLimiter, ...more }, { clock, store });
    const call = async (options = {}) => {
      const result = await policy.tryExecute(() => 'done', options);
      return result.ok ? result.value : (result.error as { code: string }).code;
    };
    return { policy, call };
  }

  it('asks the store for each call, by name and key, with the whole rate', async () => {
    const { call } = limited({ limit: 10, interval: '2s', burst: 3 });
    expect(await call()).toBe('done');
    expect(await call({ key: 'tenant' })).toBe('done');

    const rate = { limit: 10, intervalMs: 2_000, burst: 3, withinMs: 50 };
    expect(store.asked).toEqual([
      { ...rate, name: '["payments"]' },
      { ...rate, name: '["payments","tenant"]' },
    ]);
  });

  it('refuses at once where the store says no, and tells when to come back', async () => {
    store.answers = [later(700)];
    const { policy } = limited();
    const result = await policy.tryExecute(() => 'done');

    expect(result).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED', retryAfter: 700 } });
    expect(clock.pending).toBe(0);
  });

  it('waits for what fits into maxWait, and asks again', async () => {
    store.answers = [later(300), later(200)];
    const { call } = limited({ maxWait: '1s' });
    const waiting = call();
    await clock.advance(499);
    expect(store.asked).toHaveLength(2);
    await clock.advance(1);

    expect(await waiting).toBe('done');
    expect(store.asked).toHaveLength(3);
  });

  it('gives up where the waits come to more than maxWait', async () => {
    store.answers = [later(300), later(800)];
    const waiting = limited({ maxWait: '1s' }).call();
    await clock.advance(300);

    expect(await waiting).toBe('RATE_LIMITED');
    expect(clock.pending).toBe(0);
  });

  it('lets no newcomer overtake those who wait', async () => {
    store.answers = [later(500)];
    const { call } = limited({ limit: 10, maxWait: '1s' });
    const order: string[] = [];
    const first = call().then(() => order.push('first'));
    await clock.advance(1);
    const second = call().then(() => order.push('second'));
    await clock.advance(498);
    expect(store.asked).toHaveLength(1);
    await clock.advance(200);
    await Promise.all([first, second]);

    expect(order).toEqual(['first', 'second']);
  });

  it('ends at once when a caller who waits aborts', async () => {
    store.answers = ['never', later(500)];
    const { policy } = limited({ maxWait: '1s' });
    for (let i = 0; i < 2; i++) {
      const controller = new AbortController();
      const waiting = policy.tryExecute(() => 'done', { signal: controller.signal });
      await clock.advance(10);
      controller.abort(new Error('gone'));
      expect(await waiting).toMatchObject({ ok: false, error: { message: 'gone' } });
    }
    expect(clock.pending).toBe(0);
  });

  describe('while the store does not answer', () => {
    it('waits for storeTimeout and then takes its own share', async () => {
      store.answers = Array.from({ length: 7 }, () => 'never' as const);
      const { call } = limited({ limit: 10, expectedInstances: 5, storeTimeout: '20ms' });
      const calls = Promise.all(Array.from({ length: 7 }, () => call()));
      await clock.advance(19);
      let ended = false;
      void calls.then(() => (ended = true));
      await clock.advance(0);
      expect(ended).toBe(false);
      await clock.advance(1);

      expect((await calls).filter((one) => one === 'done')).toHaveLength(2);
    });

    it('has at least one token, however many instances there are', async () => {
      store.answers = ['fails', 'fails'];
      const { call } = limited({ limit: 10, expectedInstances: 1000 });

      expect([await call(), await call()]).toEqual(['done', 'RATE_LIMITED']);
    });

    it('keeps the whole limit where nothing is said of other instances', async () => {
      store.answers = Array.from({ length: 11 }, () => 'fails' as const);
      const { call } = limited();
      const results = await Promise.all(Array.from({ length: 11 }, () => call()));

      expect(results.filter((one) => one === 'done')).toHaveLength(10);
    });

    it('asks again with the next call', async () => {
      store.answers = ['fails'];
      const { call } = limited();
      await call();
      await call();

      expect(store.asked).toHaveLength(2);
    });
  });

  it('holds alone, and says so, where no store shares it', async () => {
    const said: string[] = [];
    const on = { diagnostic: ({ message }: DiagnosticEvent) => said.push(message) };
    const policy = createPolicy({ name: 'payments', rateLimiter: { limit: 1, shared: true }, on }, { clock });
    const results = [await policy.tryExecute(() => 1), await policy.tryExecute(() => 1)];

    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
    expect(said).toEqual([
      expect.stringContaining('rate limiter "payments" is shared, but there is no store'),
    ]);
  });

  it('gives a slot of a bulkhead, or refuses for it', async () => {
    const { policy } = limited({}, { bulkhead: { maxConcurrent: 1 } });
    let end!: () => void;
    const running = policy.execute(() => new Promise<void>((resolve) => (end = resolve)));
    await clock.advance(0);
    expect(await policy.tryExecute(() => 1)).toMatchObject({ error: { code: 'BULKHEAD_FULL' } });
    end();
    await running;

    expect(await policy.execute(() => 1)).toBe(1);
  });
});
