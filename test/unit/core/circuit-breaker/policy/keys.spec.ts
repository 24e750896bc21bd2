import { resolvePolicy } from '../../../../../lib/core/policy-options.js';
import { Policy } from '../../../../../lib/core/policy.js';
import { heldOperation } from '../../../../support/held-operation.js';
import {
  eventsOf,
  noBackoff,
  rejection,
  virtualEngine,
  virtualPolicy,
} from '../../../../support/virtual-policy.js';

const down = () => Promise.reject(new Error('down'));
const byTenant = (tenant?: string): string | undefined => tenant;

describe('a keyed circuit breaker', () => {
  it('has a circuit for each key', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 1, key: byTenant } });
    await rejection(policy.execute(down, { args: ['a'] }));
    expect(await rejection(policy.execute(down, { args: ['a'] }))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect(await policy.execute(() => 'fine', { args: ['b'] })).toBe('fine');
    expect(policy.breakers()).toEqual([
      expect.objectContaining({ name: 'payments', key: 'b', state: 'closed' }),
      expect.objectContaining({ name: 'payments', key: 'a', state: 'open' }),
    ]);
    expect(policy.breaker('a')?.snapshot()).toMatchObject({ key: 'a', state: 'open' });
  });

  it('takes the key of the call before that of the policy, and the strategy’s own before the policy’s', async () => {
    const { policy } = virtualPolicy({ key: () => 'policy', circuitBreaker: { key: () => 'strategy' } });
    await policy.execute(() => 1);
    await policy.execute(() => 1, { key: 'call' });
    expect(policy.breakers().map(({ key }) => key)).toEqual(['strategy', 'call']);
    const { policy: plain } = virtualPolicy({ key: () => 'policy', circuitBreaker: {} });
    await plain.execute(() => 1);
    expect(plain.breakers().map(({ key }) => key)).toEqual(['policy']);
  });

  it('tells the key in its events, and its name without the key in its rejections', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    const events = eventsOf(policy);
    policy.breaker('a')?.open();
    expect(events[0]).toMatchObject({ type: 'circuitOpened', breaker: 'payments', key: 'a' });
    expect(await rejection(policy.execute(() => 1, { key: 'a' }))).toMatchObject({ breaker: 'payments' });
  });

  it('shows a circuit that nobody has used without making one', () => {
    const { policy } = virtualPolicy({ circuitBreaker: { key: byTenant } });
    expect(policy.breaker('a')?.snapshot()).toMatchObject({ key: 'a', state: 'closed', generation: 0 });
    expect(policy.breakers()).toEqual([]);
  });

  it('can be opened by hand before its first call', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { key: byTenant } });
    policy.breaker('a')?.forceOpen();
    expect(await rejection(policy.execute(() => 1, { args: ['a'] }))).toMatchObject({ state: 'forcedOpen' });
  });

  it('gives `this` and the arguments to the key function', async () => {
    const { policy } = virtualPolicy({
      circuitBreaker: {
        key(this: { region: string }, tenant: string) {
          return `${this.region}/${tenant}`;
        },
      },
    });
    const charge = policy.wrap((tenant: string) => tenant);
    await charge.call({ region: 'eu' }, 'a');
    expect(policy.breakers().map(({ key }) => key)).toEqual(['eu/a']);
  });

  it('takes a resolver by its name', async () => {
    const { engine } = virtualEngine({ keys: { tenant: byTenant } });
    const settings = resolvePolicy('payments', { circuitBreaker: { key: 'tenant' } }, '', {
      allowNames: ['tenant'],
    });
    const policy = new Policy(engine, settings);
    await policy.execute(() => 1, { args: ['a'] });
    expect(policy.breakers().map(({ key }) => key)).toEqual(['a']);
  });

  describe('when there are more keys than maxKeys', () => {
    it('gives up closed circuits first, the least recently used of them, and keeps open ones', async () => {
      const { policy } = virtualPolicy({
        circuitBreaker: { maxKeys: 3, failureThreshold: 1, key: byTenant },
      });
      const call = (tenant: string) => policy.execute(() => 1, { args: [tenant] });
      await rejection(policy.execute(down, { args: ['open'] }));
      for (const tenant of ['a', 'b', 'a', 'c', 'd']) await call(tenant);
      expect(policy.breakers().map(({ key }) => key)).toEqual(['c', 'd', 'open']);
      expect(await rejection(call('open'))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    });

    it('gives up a circuit that has closed again', async () => {
      const { policy, clock } = virtualPolicy({ circuitBreaker: { maxKeys: 2, key: byTenant } });
      policy.breaker('a')?.open();
      policy.breaker('b')?.open();
      await clock.advance('60s');
      await policy.execute(() => 1, { args: ['b'] });
      await policy.execute(() => 1, { args: ['c'] });
      expect(policy.breakers().map(({ key }) => key)).toEqual(['c', 'a']);
    });

    it('lets calls under way of a circuit that was given up end in peace', async () => {
      const { policy } = virtualPolicy({
        circuitBreaker: { maxKeys: 1, failureThreshold: 1, key: byTenant },
      });
      const { runs, operation } = heldOperation();
      const call = rejection(policy.execute(operation, { args: ['a'] }));
      await policy.execute(() => 1, { args: ['b'] });
      runs[0]?.reject(new Error('down'));
      expect(await call).toEqual(new Error('down'));
      expect(policy.breakers()).toEqual([expect.objectContaining({ key: 'b', state: 'closed' })]);
    });
  });

  describe('when its key function gives no key', () => {
    const run = async (key: (...args: any[]) => any, calls = 1) => {
      const { policy } = virtualPolicy({
        key,
        retry: { budget: true, maxAttempts: 3, backoff: noBackoff },
        circuitBreaker: { failureThreshold: 99 },
      });
      const diagnostics: unknown[] = [];
      policy.events.on('diagnostic', ({ source, message, error }) =>
        diagnostics.push([source, message, error]),
      );
      for (let i = 0; i < calls; i++) await rejection(policy.execute(down));
      return { policy, diagnostics, keys: policy.breakers().map((snapshot) => snapshot.key) };
    };

    it('uses the unkeyed circuit where it throws, and says so once for each call', async () => {
      const fault = new Error('no tenant');
      const { keys, diagnostics } = await run(() => {
        throw fault;
      }, 2);
      expect(keys).toEqual([undefined]);
      const expected = ['key', 'key failed and was passed over', fault];
      expect(diagnostics).toEqual([expected, expected]);
    });

    it.each([undefined, null])('uses the unkeyed circuit for %p, and says so once', async (nothing) => {
      const { keys, diagnostics } = await run(() => nothing, 5);
      expect(keys).toEqual([undefined]);
      expect(diagnostics).toEqual([
        ['key', 'key gave undefined, so payments uses the unkeyed state for such calls', undefined],
      ]);
    });

    it.each([42, {}, Symbol('x'), true])(
      'uses the unkeyed circuit for %p and calls it a fault',
      async (wrong) => {
        const { keys, diagnostics } = await run(() => wrong);
        expect(keys).toEqual([undefined]);
        expect(diagnostics).toEqual([
          ['key', 'key failed and was passed over', expect.any(TypeError) as TypeError],
        ]);
      },
    );

    it('refuses a promise, and observes its rejection', async () => {
      const { keys, diagnostics } = await run(() => Promise.reject(new Error('late')));
      expect(keys).toEqual([undefined]);
      expect(diagnostics).toHaveLength(1);
    });

    it('asks once for a call, however many attempts and strategies use the key', async () => {
      const key = jest.fn(() => 'a');
      const { keys } = await run(key);
      expect(keys).toEqual(['a']);
      expect(key).toHaveBeenCalledTimes(1);
    });
  });
});
