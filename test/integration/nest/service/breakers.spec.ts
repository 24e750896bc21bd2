import { Injectable } from '@nestjs/common';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const down = new Error('down');

@Injectable()
class Payments {
  @Resilient('payments')
  async charge(): Promise<string> {
    return 'charged';
  }

  @Resilient('payments')
  async refund(): Promise<string> {
    throw down;
  }
}

const policies = {
  payments: { circuitBreaker: { failureThreshold: 1, resetTimeout: '30s' } },
  bank: { circuitBreaker: { name: 'bank-api', failureThreshold: 1 } },
  mail: { circuitBreaker: { scope: 'policy' } },
  tenants: { circuitBreaker: { failureThreshold: 1 }, key: (tenant: string) => tenant },
  plain: { timeout: '1s' },
} as const;

const start = () => startApp({ options: { policies }, providers: [Payments] });

describe('ResilienceService.breakers', () => {
  it('has the breakers of methods and those of a name of their own from the boot on', async () => {
    const { service } = await start();

    expect(service.breakers().map(({ name, state }) => [name, state])).toEqual([
      ['Payments.charge', 'closed'],
      ['Payments.refund', 'closed'],
      ['bank-api', 'closed'],
      ['mail', 'closed'],
    ]);
  });

  it('has every key of a keyed breaker', async () => {
    const { service } = await start();
    await rejection(service.execute('tenants', async () => Promise.reject(down), { args: ['a'] }));
    await service.execute('tenants', async () => 1, { args: ['b'] });
    const keyed = service.breakers().filter(({ name }) => name === 'tenants');

    expect(keyed.map(({ key, state }) => [key, state])).toEqual(
      expect.arrayContaining([
        ['a', 'open'],
        ['b', 'closed'],
      ]),
    );
  });
});

describe('ResilienceService.breaker', () => {
  it('is found by its name', async () => {
    const { service, app } = await start();
    service.breaker('Payments.charge').open();

    expect(await rejection(app.get(Payments).charge())).toMatchObject({
      code: 'CIRCUIT_OPEN',
      breaker: 'Payments.charge',
      retryAfter: 30_000,
    });
    expect(service.breaker('Payments.refund').snapshot().state).toBe('closed');
  });

  it('is every breaker of a policy by that policy’s name', async () => {
    const { service } = await start();
    service.breaker('payments').forceOpen();

    expect(
      service
        .breaker('payments')
        .snapshots()
        .map(({ name, state }) => [name, state]),
    ).toEqual([
      ['Payments.charge', 'forcedOpen'],
      ['Payments.refund', 'forcedOpen'],
    ]);
    expect(service.breaker('bank').snapshot()).toMatchObject({ name: 'bank-api', state: 'closed' });
  });

  it('is every breaker of a policy also where a call without an operation has made one of the policy’s own name', async () => {
    const { service } = await start();
    await service.execute('payments', async () => 1);
    service.breaker('payments').forceOpen();

    expect(
      service
        .policy('payments')
        .breakers()
        .map(({ name, state }) => [name, state]),
    ).toEqual([
      ['Payments.charge', 'forcedOpen'],
      ['Payments.refund', 'forcedOpen'],
      ['payments', 'forcedOpen'],
    ]);
    expect(service.breaker('payments').snapshot().name).toBe('payments');
    expect(service.policy('plain').breakers()).toEqual([]);
  });

  it('is made for a policy that nobody has called under', async () => {
    const { service } = await startApp({ options: { policies: { orders: { circuitBreaker: {} } } } });
    service.breaker('orders').forceOpen();

    expect(await rejection(service.execute('orders', async () => 1))).toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it('is one circuit of it by a key', async () => {
    const { service } = await start();
    const call = (tenant: string): Promise<unknown> =>
      service.execute('tenants', async () => tenant, { args: [tenant] });
    service.breaker('tenants', 'a').open();

    expect(await rejection(call('a'))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    await expect(call('b')).resolves.toBe('b');
  });

  it('opens, closes and is reset by hand', async () => {
    const { service, clock } = await start();
    const breaker = service.breaker('bank-api');
    const fail = (): Promise<unknown> => rejection(service.execute('bank', async () => Promise.reject(down)));

    breaker.open();
    expect(await fail()).toMatchObject({ code: 'CIRCUIT_OPEN' });
    breaker.close();
    expect(await fail()).toBe(down);
    expect(breaker.snapshot().state).toBe('open');
    breaker.reset();
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', failures: 0 });

    breaker.disable({ ttl: '1m' });
    expect([await fail(), await fail()]).toEqual([down, down]);
    await clock.advance('1m');
    expect(breaker.snapshot().state).toBe('closed');

    breaker.observeOnly();
    expect([await fail(), await fail()]).toEqual([down, down]);
    expect(breaker.snapshot().state).toBe('observing');
    breaker.forceOpen({ ttl: 1000 });
    expect(await fail()).toMatchObject({ code: 'CIRCUIT_OPEN', state: 'forcedOpen' });
    expect(() => breaker.forceOpen({ ttl: 0 })).toThrow('greater than 0');
  });

  it.each([
    ['nothing', 'Payments.chrage', "there is no breaker 'Payments.chrage', did you mean 'Payments.charge'?"],
    ['a policy almost', 'paymets', "there is no breaker 'paymets', did you mean 'payments'?"],
    ['a policy without one', 'plain', "the policy 'plain' has no breaker; give it a circuitBreaker"],
  ])('that matches %s is refused', async (_, name, issue) => {
    const { service } = await start();

    expect(() => service.breaker(name)).toThrow(expect.objectContaining({ issues: [issue] }));
  });

  it('of a policy is at hand where the policy is', async () => {
    const { service } = await start();
    service.policy('bank').breaker().open();

    expect(
      service
        .policy('bank')
        .breaker()
        .snapshots()
        .map(({ state }) => state),
    ).toEqual(['open']);
  });

  it('of a policy is its own, though another policy’s breaker has the policy’s name', async () => {
    const { service } = await startApp({
      options: {
        policies: {
          cards: { circuitBreaker: { name: 'bank' } },
          bank: { circuitBreaker: { name: 'transfers' } },
        },
      },
    });

    expect(service.breaker('bank').snapshot().name).toBe('bank');
    expect(service.policy('bank').breaker().snapshot().name).toBe('transfers');
  });

  it('is told to be off with its policy', async () => {
    const { service } = await startApp({
      options: { policies: { bank: { circuitBreaker: {}, enabled: false } } },
    });

    expect(() => service.breaker('bank')).toThrow(
      "the policy 'bank' has no breaker as long as it is switched off",
    );
    expect(() => service.policy('quick').breaker()).toThrow(
      "the policy 'quick' has no breaker; give it a circuitBreaker",
    );
  });
});
