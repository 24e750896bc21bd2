import { Injectable } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { closeApps, startApp, type DecoratedApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const down = new Error('down');

@Injectable()
class Payments {
  calls = 0;

  @Retryable('payments')
  async charge(): Promise<void> {
    this.calls++;
    throw down;
  }
}

const policies = {
  payments: {
    retry: { maxAttempts: 3, backoff: noBackoff },
    circuitBreaker: { failureThreshold: 2, resetTimeout: '1m' },
  },
};

interface Configured extends DecoratedApp {
  set(value: unknown): void;
}

/** An application whose configuration a test changes. */
async function start(value: unknown = {}): Promise<Configured> {
  const config = ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ resilience: value })] });
  const parts = await startApp({ options: { policies }, imports: [config], providers: [Payments] });
  const set = (changed: unknown): void => {
    const service = parts.app.get(ConfigService, { strict: false }) as unknown as { internalConfig: object };
    Object.assign(service.internalConfig, { resilience: changed });
  };
  return { ...parts, set };
}

const fail = (app: DecoratedApp): Promise<unknown> =>
  rejection(app.service.execute('payments', scripted([down])));

describe('update', () => {
  it('takes effect for the next call, of methods and by hand', async () => {
    const app = await start();
    app.service.update('payments', { retry: { maxAttempts: 1 }, circuitBreaker: false });
    const charge = scripted([down]);
    await rejection(app.service.execute('payments', charge));
    await rejection(app.get(Payments).charge());

    expect([charge.calls, app.get(Payments).calls]).toEqual([1, 1]);
  });

  it('lets calls in flight end on their old options', async () => {
    const app = await startApp({ options: { policies: { payments: { retry: { maxAttempts: 3 } } } } });
    const charge = scripted([down]);
    const call = rejection(app.service.execute('payments', charge));
    await app.clock.advance(0);
    app.service.update('payments', { retry: { maxAttempts: 1 } });
    await app.clock.advance('1m');
    await call;

    expect(charge.calls).toBe(3);
  });

  it('loses no state: counts go on, and what is open stays open, until the old time', async () => {
    const app = await start();
    await fail(app);
    app.service.update('payments', { circuitBreaker: { resetTimeout: '5m' } });
    expect(app.service.breaker('payments').snapshot()).toMatchObject({ state: 'closed', failures: 1 });

    await fail(app);
    expect(app.service.breaker('payments').snapshot()).toMatchObject({ state: 'open' });
    app.service.update('payments', { circuitBreaker: { failureThreshold: 9 } });
    expect(await fail(app)).toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect(app.service.breaker('payments').snapshot().state).toBe('open');
    expect(app.service.stats('payments').calls).toBe(3);

    await app.clock.advance('5m');
    await expect(app.service.execute('payments', async () => 'done')).resolves.toBe('done');
  });

  it('wins over what is reloaded later, until the process ends', async () => {
    const app = await start();
    app.service.update('payments', { retry: { maxAttempts: 7 } });
    app.set({ policies: { payments: { retry: { maxAttempts: 9 }, timeout: '3s' } } });
    await app.service.reload();

    expect(app.service.explain('payments')).toEqual(
      expect.arrayContaining([
        { path: 'retry.maxAttempts', value: 7, source: 'update()' },
        { path: 'timeout.total', value: '3s', source: 'ConfigService "resilience"' },
      ]),
    );
  });

  it('adds up with earlier ones, option by option', async () => {
    const { service } = await start();
    service.update('payments', { retry: { maxAttempts: 7 } });
    service.update('payments', { timeout: '2s' });
    for (let times = 0; times < 50; times++) service.update('payments', { timeout: `${times + 3}s` });

    expect(service.explain('payments')).toEqual(
      expect.arrayContaining([
        { path: 'retry.maxAttempts', value: 7, source: 'update()' },
        { path: 'timeout.total', value: '52s', source: 'update()' },
      ]),
    );
  });

  it('said again takes nothing away that was said in between', async () => {
    const { service } = await start();
    for (const backoff of [{ type: 'linear' }, { maxDelay: '5s' }, { type: 'linear' }] as const)
      service.update('payments', { retry: { backoff } });

    expect(service.explain('payments')).toContainEqual({
      path: 'retry.backoff.maxDelay',
      value: '5s',
      source: 'update()',
    });
  });

  it('does not read the options again that it was given', async () => {
    const { service } = await start();
    const options = { timeout: { total: '2s' } };
    service.update('payments', options);
    options.timeout.total = 'soon';
    await service.reload();

    expect(service.explain('payments')).toContainEqual({
      path: 'timeout.total',
      value: '2s',
      source: 'update()',
    });
  });

  it.each([
    [
      'wrong values',
      { retry: { maxAttempts: 0 } },
      /^policies\.payments\.retry\.maxAttempts: .*, from update\(\)$/,
    ],
    [
      'a retry taken from a @Retryable method',
      { retry: false },
      /^Payments\.charge: @Retryable needs a policy with a retry/,
    ],
  ] as const)('throws for %s and changes nothing', async (_, options, issue) => {
    const app = await start();
    const before = app.service.explain('payments');

    expect(() => app.service.update('payments', options)).toThrow(
      expect.objectContaining({ issues: [expect.stringMatching(issue)] }),
    );
    expect(app.service.explain('payments')).toEqual(before);
    await app.service.reload();
    expect(await fail(app)).toBe(down);
  });

  it('throws for a policy that does not exist, with the nearest', async () => {
    const { service } = await start();

    expect(() => service.update('paymets', {})).toThrow("did you mean 'payments'?");
  });

  it('throws for a breaker that contradicts another of its name, and changes nothing', async () => {
    const { service } = await start();
    service.register('cards', { circuitBreaker: { name: 'bank', failureThreshold: 2 } });
    service.register('transfers', { circuitBreaker: { name: 'bank' } });

    expect(() => service.update('transfers', { circuitBreaker: { failureThreshold: 3 } })).toThrow(
      'circuit breaker "bank" is defined twice',
    );
    expect(service.breaker('bank').snapshots()).toHaveLength(1);
    await expect(service.execute('transfers', async () => 'done')).resolves.toBe('done');
  });
});

describe('register', () => {
  it('adds a policy that others may extend', async () => {
    const { service } = await start();
    service.register('orders', { extends: 'payments', retry: { maxAttempts: 2 } });
    const place = scripted([down]);
    await rejection(service.execute('orders', place));

    expect(place.calls).toBe(2);
    expect(service.policy('orders').name).toBe('orders');
  });

  it('throws for what is wrong while the application is being made, too, and adds nothing', async () => {
    const thrown: unknown[] = [];
    const early = {
      provide: 'early',
      inject: [ResilienceService],
      useFactory: (service: ResilienceService) => {
        for (const options of [{ timeout: 0 }, { timeout: '1s' }] as const) {
          try {
            service.register('orders', options);
          } catch (error) {
            thrown.push(error);
          }
        }
        return service;
      },
    };
    const { service } = await startApp({ providers: [early] });

    expect(thrown).toEqual([
      expect.objectContaining({ issues: [expect.stringMatching(/^policies\.orders\.timeout/)] }),
    ]);
    expect(service.explain('orders')).toContainEqual(expect.objectContaining({ value: '1s' }));
  });

  it('throws for what is wrong, and adds nothing', async () => {
    const { service } = await start();

    expect(() => service.register('orders', { timeout: 0 })).toThrow('policies.orders.timeout');
    expect(await rejection(service.execute('orders', async () => 1))).toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(() => service.register('__proto__', {})).toThrow('this name is not allowed');
  });
});

describe('reload', () => {
  it('takes up what the sources say now, and tells which policies changed', async () => {
    const app = await start();
    app.set({ policies: { payments: { retry: { maxAttempts: 1 } }, orders: { timeout: '1s' } } });
    await app.service.reload();
    await rejection(app.get(Payments).charge());

    expect(app.get(Payments).calls).toBe(1);
    await expect(app.service.execute('orders', async () => 'placed')).resolves.toBe('placed');
    expect(app.events.find(({ type }) => type === 'configReloaded')).toMatchObject({
      policies: ['payments', 'orders'],
    });

    await app.service.reload();
    expect(app.events.findLast(({ type }) => type === 'configReloaded')).toMatchObject({ policies: [] });
  });

  it('loses no state', async () => {
    const app = await start();
    await fail(app);
    await fail(app);
    app.set({ policies: { payments: { circuitBreaker: { resetTimeout: '2m' } } } });
    await app.service.reload();

    expect(await fail(app)).toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it.each([
    ['wrong values', { policies: { payments: { timeout: 0 }, quick: { timeout: 'x' } } }, 2],
    ['operations that spoil a method', { operations: { 'Payments.charge': { timeout: { attempt: 0 } } } }, 1],
    ['what is no configuration', 5, 1],
  ])('rejects %s with everything, changes nothing and tells the listeners', async (_, value, count) => {
    const app = await start();
    const before = app.service.explain('payments');
    app.set(value);
    const error = await rejection(app.service.reload());

    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect((error as { issues: unknown[] }).issues).toHaveLength(count);
    expect(app.service.explain('payments')).toEqual(before);
    expect(app.events.at(-1)).toMatchObject({ type: 'configReloadFailed', error });
    expect(await fail(app)).toBe(down);
    await rejection(app.get(Payments).charge());
    expect(app.get(Payments).calls).toBe(3);
  });

  it('refuses to lose a policy that a method runs under', async () => {
    const app = await start({ policies: { orders: { retry: {} } } });
    @Injectable()
    class Orders {
      @Retryable('orders')
      async place(): Promise<void> {}
    }
    const config = ConfigModule.forRoot({
      ignoreEnvFile: true,
      load: [() => ({ resilience: { policies: { orders: { retry: {} } } } })],
    });
    const other = await startApp({ imports: [config], providers: [Orders] });
    const { internalConfig } = other.app.get(ConfigService, { strict: false }) as unknown as {
      internalConfig: object;
    };
    Object.assign(internalConfig, { resilience: {} });

    expect(await rejection(other.service.reload())).toMatchObject({
      issues: [expect.stringMatching(/^Orders\.place: @Retryable names a policy that does not exist/)],
    });
    expect(app.service.policy('orders').name).toBe('orders');
  });

  it('replaces the listeners among the options, and keeps those that somebody subscribed', async () => {
    const heard: string[] = [];
    const app = await start({ policies: { orders: {} } });
    const on = (name: string) => ({
      on: { success: () => heard.push(name), circuitOpened: () => heard.push(`${name} opened`) },
    });
    const orders = app.service.policy('orders');
    orders.events.on('success', () => heard.push('subscribed'));
    app.service.update('orders', { ...on('old'), circuitBreaker: {} } as never);
    await app.service.execute('orders', async () => 1);
    app.service.update('orders', on('new') as never);
    await app.service.execute('orders', async () => 1);
    app.service.breaker('orders').open();

    expect(heard).toEqual(['old', 'subscribed', 'new', 'subscribed', 'new opened']);
  });
});
