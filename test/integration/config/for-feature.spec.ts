import { Injectable, Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Resilient } from '../../../lib/nest/decorators/resilient.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { boot, closeBooted, issuesOfBoot } from '../../support/boot.js';

afterEach(closeBooted);

@Injectable()
class Settings {
  readonly attempts = 6;
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class Payments {
  calls = 0;

  @Resilient('payments')
  async charge(): Promise<number> {
    this.calls++;
    throw new Error('down');
  }
}

const sync = ResilienceModule.forFeature({
  policies: { payments: { retry: { maxAttempts: 6, backoff: { initialDelay: 0 } } } },
});
const async = ResilienceModule.forFeatureAsync({
  imports: [SettingsModule],
  inject: [Settings],
  useFactory: async ({ attempts }: Settings) => ({
    policies: { payments: { retry: { maxAttempts: attempts, backoff: { initialDelay: 0 } } } },
  }),
});

@Module({ imports: [sync], providers: [Payments] })
class PaymentsModule {}

@Module({ imports: [async], providers: [Payments] })
class AsyncPaymentsModule {}

describe.each([
  ['forFeature', PaymentsModule],
  ['forFeatureAsync', AsyncPaymentsModule],
])('ResilienceModule.%s', (_, FeatureModule) => {
  const root = ResilienceModule.forRoot();
  const asyncRoot = ResilienceModule.forRootAsync({
    useFactory: async () => {
      await new Promise(setImmediate);
      return {};
    },
  });

  it.each([
    ['before forRoot', [FeatureModule, root]],
    ['after forRoot', [root, FeatureModule]],
    ['before forRootAsync', [FeatureModule, asyncRoot]],
    ['after forRootAsync', [asyncRoot, FeatureModule]],
  ])('adds policies for the whole application, imported %s', async (__, imports) => {
    const { app, service } = await boot({ imports });

    await expect(app.get(Payments, { strict: false }).charge()).rejects.toThrow('down');
    expect(app.get(Payments, { strict: false }).calls).toBe(6);
    expect(service.explain('payments')).toContainEqual({
      path: 'retry.maxAttempts',
      value: 6,
      source: `forFeature of ${FeatureModule.name}`,
    });
  });

  it('says so where forRoot is missing', async () => {
    expect(await issuesOfBoot({ imports: [FeatureModule] })).toEqual([
      `forFeature of ${FeatureModule.name}: needs ResilienceModule.forRoot() in the imports of the root module`,
    ]);
  });

  it('refuses a factory that gives nothing', async () => {
    const nothing = ResilienceModule.forFeatureAsync({ useFactory: async () => undefined as never });

    expect(await issuesOfBoot({ imports: [root, nothing] })).toEqual([
      'options: expected an object with policies (got undefined), from forFeature of RootTestModule',
    ]);
  });

  it('refuses options that it does not know, and none at all', () => {
    const unknown = { useFactory: () => ({ policies: {} }), policies: {} } as never;

    expect(() => ResilienceModule.forFeatureAsync(unknown)).toThrow('forFeatureAsync.policies: unknown key');
    expect(() => ResilienceModule.forFeatureAsync({} as never)).toThrow(
      'forFeatureAsync: expected useFactory, a function',
    );
  });

  it('may be imported by two modules as one and the same', async () => {
    @Module({ imports: [sync] })
    class OtherModule {}
    @Module({ imports: [sync] })
    class ThirdModule {}
    const { service } = await boot({ imports: [root, OtherModule, ThirdModule] });

    expect(service.explain('payments')).toContainEqual({
      path: 'retry.maxAttempts',
      value: 6,
      source: 'forFeature of OtherModule, ThirdModule',
    });
  });
});

describe('one policy in two places', () => {
  @Module({ imports: [ResilienceModule.forFeature({ policies: { payments: { retry: {} } } })] })
  class OrdersModule {}

  it('of which both are features fails the boot and names both', async () => {
    expect(
      await issuesOfBoot({ imports: [ResilienceModule.forRoot(), PaymentsModule, OrdersModule] }),
    ).toEqual([
      'policies.payments: expected in one place of the code only (got forFeature of PaymentsModule and forFeature of OrdersModule)',
    ]);
  });

  it('of which one is forRoot fails the boot and names both', async () => {
    const root = ResilienceModule.forRoot({ policies: { payments: {} } });

    expect(await issuesOfBoot({ imports: [root, OrdersModule] })).toEqual([
      'policies.payments: expected in one place of the code only (got forRoot and forFeature of OrdersModule)',
    ]);
  });

  it('is found where Nest tells modules apart by a hash of what they hold', async () => {
    const builder = Test.createTestingModule(
      { imports: [ResilienceModule.forRoot(), PaymentsModule, OrdersModule] },
      { moduleIdGeneratorAlgorithm: 'deep-hash' },
    );
    const app = await builder.compile();

    await expect(app.init()).rejects.toThrow('expected in one place of the code only');
  });
});

describe('the options of a feature', () => {
  it('hold policies alone; every fault is told, with the rest', async () => {
    @Module({
      imports: [
        ResilienceModule.forFeature({
          policies: { pay: { retry: { maxAttempts: 0 } } },
          polices: {},
        } as never),
      ],
    })
    class FaultyModule {}
    const root = ResilienceModule.forRoot({ policies: { orders: { timeout: 0 } } });

    expect(await issuesOfBoot({ imports: [root, FaultyModule] })).toEqual([
      expect.stringMatching(/^policies\.orders\.timeout: /),
      'policies.pay.retry.maxAttempts: expected an integer >= 1 (got 0), from forFeature of FaultyModule',
      "polices: unknown key, did you mean 'policies'?, from forFeature of FaultyModule",
    ]);
  });
});

describe('a feature that is loaded late', () => {
  it('adds its policies to the running application', async () => {
    const { app, service } = await boot({ imports: [ResilienceModule.forRoot()] });
    await expect(service.execute('payments', async () => 'done')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });

    const lazy = await app.get(LazyModuleLoader).load(() => PaymentsModule);

    await expect(service.execute('payments', async () => 'done')).resolves.toBe('done');
    await expect(lazy.get(Payments).charge()).rejects.toThrow('down');
    expect(lazy.get(Payments).calls).toBe(6);
  });

  it('is refused with what is wrong, and changes nothing', async () => {
    @Module({ imports: [ResilienceModule.forFeature({ policies: { pay: { timeout: 0 } } })] })
    class FaultyModule {}
    const { app, service } = await boot({ imports: [ResilienceModule.forRoot()] });

    await expect(app.get(LazyModuleLoader).load(() => FaultyModule)).rejects.toThrow('policies.pay.timeout');
    await expect(service.execute('network', async () => 'done')).resolves.toBe('done');
  });
});
