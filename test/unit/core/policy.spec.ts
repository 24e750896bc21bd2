import type { CallOptions } from '../../../lib/core/call-options.js';
import { createPolicy } from '../../../lib/core/create-policy.js';
import { scripted } from '../../../lib/testing/scripted.js';
import { eventsOf, noBackoff, rejection, virtualPolicy } from '../../support/virtual-policy.js';

const down = new Error('down');

describe('Policy', () => {
  describe('execute', () => {
    it('hands the operation its context and nothing else', async () => {
      const { policy } = virtualPolicy({ timeout: '5s', retry: { maxAttempts: 4 } });
      const operation = jest.fn((..._: unknown[]) => 'fine');
      await policy.execute(operation, { operation: 'Payments.charge', args: ['id'] });

      expect(operation.mock.calls[0]).toHaveLength(1);
      expect(operation.mock.calls[0]?.[0]).toMatchObject({
        attempt: 1,
        maxAttempts: 4,
        lastError: undefined,
        policy: 'payments',
        operation: 'Payments.charge',
      });
    });

    it('gives each attempt a context of its own, which keeps telling the truth', async () => {
      const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
      const contexts: { attempt: number; lastError: unknown; signal: AbortSignal }[] = [];
      const errors = [new Error('1'), new Error('2')];
      await policy.execute((ctx) => {
        contexts.push(ctx);
        const error = errors[ctx.attempt - 1];
        if (error !== undefined) throw error;
      });

      expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      expect(contexts.map(({ lastError }) => lastError)).toEqual([undefined, ...errors]);
      expect(new Set(contexts.map(({ signal }) => signal)).size).toBe(3);
      expect(contexts.every(({ signal }) => !signal.aborted)).toBe(true);
    });

    it('tells Infinity where only time bounds the attempts, 1 without a retry', async () => {
      const endless = virtualPolicy({ timeout: '1m', retry: { maxAttempts: Infinity } });
      const single = virtualPolicy({});

      expect(await endless.policy.execute((ctx) => ctx.maxAttempts)).toBe(Infinity);
      expect(await single.policy.execute((ctx) => ctx.maxAttempts)).toBe(1);
    });

    it('never throws synchronously', async () => {
      const { policy } = virtualPolicy({});
      const result = policy.execute(() => {
        throw down;
      });

      expect(await rejection(result)).toBe(down);
    });

    it.each(['operation', 'signal', 'key', 'args', 'idempotent', 'deadline'])(
      'takes null for %s as if it was not given',
      async (option) => {
        const { policy, clock } = virtualPolicy({ retry: { backoff: noBackoff }, circuitBreaker: {} });
        const options = { [option]: null } as CallOptions;

        expect(await policy.execute(scripted([down, 'fine']), options)).toBe('fine');
        expect(policy.breakers()).toHaveLength(1);
        expect(clock.pending).toBe(0);
      },
    );

    it.each([undefined, null, 'charge', {}])('refuses %p in place of an operation', async (operation) => {
      const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });

      expect(await rejection(policy.execute(operation as never))).toMatchObject({
        name: 'TypeError',
        message: expect.stringMatching(/^payments: expected a function as the operation \(got /) as string,
      });
      expect(policy.stats()).toMatchObject({ failures: 1, retries: 0 });
    });

    it.each([5, Symbol('tenant'), {}])('refuses %p as a key', async (key) => {
      const { policy } = virtualPolicy({ circuitBreaker: {} });
      const operation = jest.fn();

      expect(await rejection(policy.execute(operation, { key: key as never }))).toMatchObject({
        code: 'CONFIG_INVALID',
        issues: [expect.stringMatching(/^key: expected a string \(got /)],
      });
      expect(operation).not.toHaveBeenCalled();
    });

    it('takes null for the options as if they were not given', async () => {
      const { policy } = virtualPolicy({});

      expect(await policy.execute((ctx) => ctx.operation, null as never)).toBe('payments');
      expect(await policy.tryExecute(() => 'fine', null as never)).toMatchObject({ ok: true, value: 'fine' });
    });

    it('names the operation after the policy unless told otherwise', async () => {
      const { policy } = virtualPolicy({ name: 'orders' });

      expect(await policy.execute((ctx) => ctx.operation)).toBe('orders');
      expect(createPolicy({}).name).toBe('policy');
    });

    it('runs many operations at once, each with statistics and circuits of its own', async () => {
      const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 1 } });
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          policy.tryExecute(() => (i % 2 ? Promise.reject(down) : i), { operation: `Op.${i}` }),
        ),
      );

      expect(results.filter(({ ok }) => ok)).toHaveLength(50);
      expect(policy.breakers()).toHaveLength(100);
      expect(policy.breakers().filter(({ state }) => state === 'open')).toHaveLength(50);
      expect(policy.stats()).toMatchObject({ calls: 100, successes: 50, failures: 50 });
    });

    it('counts calls of more operations than it keeps compiled', async () => {
      const { policy } = virtualPolicy({});
      for (let i = 0; i < 10_010; i++) await policy.execute(() => i, { operation: `Op.${i}` });

      expect(policy.stats().calls).toBe(10_010);
    });

    it('lists the circuit of calls that name no operation, however many others have been called since', async () => {
      const { policy } = virtualPolicy({ circuitBreaker: {} });
      await policy.execute(() => 'fine');
      for (let i = 0; i < 10_000; i++) await policy.execute(() => 'fine', { operation: `op-${i}` });
      await policy.execute(() => 'fine');

      expect(policy.breakers().map(({ name }) => name)).toContain('payments');
    });
  });

  describe('wrap', () => {
    it('keeps this and the arguments, and gives a promise always', async () => {
      const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
      let calls = 0;
      const service = {
        factor: 2,
        multiply: policy.wrap(function (this: any, a: number, b: number) {
          if (++calls < 3) throw down;
          return this.factor * a * b;
        }),
      };

      expect(await service.multiply(3, 4)).toBe(24);
      expect(calls).toBe(3);
    });

    it('hands every attempt the same arguments', async () => {
      const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
      const seen: unknown[][] = [];
      const order = { id: 7 };
      const place = policy.wrap((...given: unknown[]) => {
        seen.push(given);
        return Promise.reject(down);
      });
      await rejection(place(order, undefined, 'x'));

      expect(seen).toEqual([
        [order, undefined, 'x'],
        [order, undefined, 'x'],
        [order, undefined, 'x'],
      ]);
      expect(seen[2]?.[0]).toBe(order);
    });

    it('takes call options', async () => {
      const { policy } = virtualPolicy({});
      const events = eventsOf(policy);
      await policy.wrap(() => 1, { operation: 'Maths.one' })();

      expect(events[0]).toMatchObject({ operation: 'Maths.one' });
    });

    it('gives the key function the arguments and this', async () => {
      const seen: unknown[] = [];
      const { policy } = virtualPolicy({
        key(this: unknown, tenant: string) {
          seen.push(this, tenant);
          return tenant;
        },
        circuitBreaker: {},
      });
      const service = { load: policy.wrap((_tenant: string) => Promise.reject(down)) };
      await rejection(service.load('acme'));

      expect(seen).toEqual([service, 'acme']);
      expect(policy.breakers()).toEqual([expect.objectContaining({ key: 'acme', failures: 1 })]);
    });
  });

  describe('with enabled: false', () => {
    const off = { enabled: false, retry: {}, timeout: '1s', fallback: { value: 'cached' } } as const;

    it('runs everything bare: one attempt, no limit, no event, no count', async () => {
      const { policy, clock } = virtualPolicy(off);
      const events = eventsOf(policy);
      const setTimer = jest.spyOn(clock, 'setTimer');
      const charge = scripted([down]);

      expect(await rejection(policy.execute(charge))).toBe(down);
      expect(charge.calls).toBe(1);
      expect(setTimer).not.toHaveBeenCalled();
      expect(events).toEqual([]);
      expect(policy.stats()).toMatchObject({ calls: 0 });
      expect(policy.breakers()).toEqual([]);
      expect(policy.breaker()).toBeUndefined();
    });

    it('hands a context that says so', async () => {
      const { policy } = virtualPolicy(off);
      const context = await policy.execute((ctx) => ctx, { operation: 'Payments.charge' });

      expect(context).toMatchObject({
        attempt: 1,
        maxAttempts: 1,
        lastError: undefined,
        policy: 'payments',
        operation: 'Payments.charge',
      });
      expect(context.signal.aborted).toBe(false);
      expect(context.signal).toBe(context.signal);
      expect(context.remaining()).toBe(Infinity);
    });

    it('gives tryExecute a report, and keeps this and the arguments of wrap', async () => {
      const { policy } = virtualPolicy(off);
      const report = { policy: 'payments', operation: 'payments', attempts: 1, delays: [] };

      expect(await policy.tryExecute(() => 1)).toEqual({
        ok: true,
        value: 1,
        report: { ...report, errors: [], reason: 'success' },
      });
      expect(await policy.tryExecute(() => Promise.reject(down))).toEqual({
        ok: false,
        error: down,
        report: { ...report, errors: [down], reason: 'exhausted' },
      });
      const self = { add: policy.wrap((...given: unknown[]) => given) };
      expect(await self.add(1, 2)).toEqual([1, 2]);
    });

    it('gives a rejection for what is thrown synchronously', async () => {
      const { policy } = virtualPolicy(off);
      const result = policy.execute(() => {
        throw down;
      });

      expect(await rejection(result)).toBe(down);
    });
  });

  describe('dispose', () => {
    it('drops the listeners; calls under way end as they would', async () => {
      const { policy, clock } = virtualPolicy({ retry: {} });
      const events = eventsOf(policy);
      const result = policy.execute(scripted([down, 'fine']));
      await clock.advance(0);
      const before = events.length;
      await policy.dispose();
      await clock.advance('1s');

      expect(await result).toBe('fine');
      expect(events).toHaveLength(before);
    });
  });
});
