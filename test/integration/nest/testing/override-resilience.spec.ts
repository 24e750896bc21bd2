import 'reflect-metadata';
import { ConfigModule } from '@nestjs/config';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { overrideResilience } from '../../../../lib/testing/nest/override-resilience.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { LogLines } from '../../../support/decorated-app.js';
import { rejection } from '../../../support/virtual-policy.js';

@Injectable()
class Payments {
  calls = 0;

  @Retryable('payments')
  async charge(): Promise<void> {
    this.calls++;
    throw new Error('down');
  }
}

const configured = () => ({
  resilience: {
    policies: { payments: { retry: { maxAttempts: 9 } } },
    operations: { 'Payments.charge': { timeout: { total: '20s' } } },
  },
});

@Module({
  imports: [
    ConfigModule.forRoot({ ignoreEnvFile: true, load: [configured] }),
    ResilienceModule.forRoot({
      policies: { payments: { retry: { maxAttempts: 5, wrapExhausted: true }, timeout: '90s' } },
      keys: { tenant: () => 'a' },
      random: () => 1,
    }),
  ],
  providers: [Payments],
})
class AppModule {}

@Module({
  imports: [ResilienceModule.forRootAsync({ useFactory: () => ({ policies: { payments: { retry: {} } } }) })],
  providers: [Payments],
})
class AsyncAppModule {}

async function start(module: object, overrides: Parameters<typeof overrideResilience>[1]) {
  const builder = Test.createTestingModule({ imports: [module as never] }).setLogger(new LogLines());
  const app = await overrideResilience(builder, overrides).compile();
  return app.init();
}

describe('overrideResilience', () => {
  it('returns the builder', () => {
    const builder = Test.createTestingModule({ imports: [AppModule] });

    expect(overrideResilience(builder, {})).toBe(builder);
  });

  it('puts policies over code and configuration, option by option', async () => {
    const clock = new VirtualClock({ autoAdvance: true });
    const app = await start(AppModule, { clock, policies: { payments: { retry: { maxAttempts: 2 } } } });

    const error = await rejection(app.get(Payments).charge());

    expect(app.get(Payments).calls).toBe(2);
    expect(error).toMatchObject({ code: 'MAX_RETRIES_EXCEEDED', maxAttempts: 2 });
    expect(clock.now()).toBeGreaterThan(0);
    const explained = app.get(ResilienceService).explain('Payments.charge');
    const origin = (path: string) => explained.find((option) => option.path === path);
    expect(origin('retry.maxAttempts')).toMatchObject({ value: 2, source: 'overrideResilience' });
    expect(origin('retry.wrapExhausted')).toMatchObject({ value: true, source: 'forRoot' });
    expect(origin('timeout.total')).toMatchObject({ value: '20s', source: 'ConfigService "resilience"' });
    await app.close();
  });

  it('puts operations over those of the configuration', async () => {
    const app = await start(AppModule, {
      clock: new VirtualClock({ autoAdvance: true }),
      operations: { 'Payments.charge': { retry: { maxAttempts: 1 }, timeout: { total: '7s' } } },
    });

    await rejection(app.get(Payments).charge());

    expect(app.get(Payments).calls).toBe(1);
    const explained = app.get(ResilienceService).explain('Payments.charge');
    expect(explained).toContainEqual({ path: 'timeout.total', value: '7s', source: 'overrideResilience' });
    await app.close();
  });

  it('replaces the other options and keeps those that it does not give', async () => {
    const app = await start(AppModule, { enabled: false });

    await rejection(app.get(Payments).charge());
    expect(app.get(Payments).calls).toBe(1);
    await app.close();

    const withKeys = await start(AppModule, { policies: { payments: { key: 'tenant' } } });
    await withKeys.close();
  });

  it('reaches options that a factory makes', async () => {
    const app = await start(AsyncAppModule, {
      clock: new VirtualClock({ autoAdvance: true }),
      policies: { payments: { retry: { maxAttempts: 2 } } },
    });

    await rejection(app.get(Payments).charge());

    expect(app.get(Payments).calls).toBe(2);
    await app.close();
  });

  it('fails the boot with what is wrong, and who said it', async () => {
    await expect(
      start(AppModule, { policies: { payments: { retry: { maxAttempts: 0 } } } }),
    ).rejects.toMatchObject({
      issues: [
        'policies.payments.retry.maxAttempts: expected an integer >= 1 (got 0), from overrideResilience',
      ],
    });
  });

  it.each([undefined, null, 7])('leaves it to the boot to refuse %p as options', async (given) => {
    @Module({ imports: [ResilienceModule.forRootAsync({ useFactory: () => given as never })] })
    class WrongModule {}
    const boot = async (overrides?: object): Promise<unknown> => {
      const builder = Test.createTestingModule({ imports: [WrongModule] }).setLogger(new LogLines());
      const app = (overrides === undefined ? builder : overrideResilience(builder, overrides)).compile();
      return app.then(async (started) => (await started.init()).close()).then(() => 'booted', String);
    };
    expect(await boot({ policies: {} })).toBe(await boot());
  });

  it.each(['routes', 'httpErrors'])('refuses %s, which were bound before', (option) => {
    const builder = Test.createTestingModule({ imports: [AppModule] });

    expect(() => overrideResilience(builder, { [option]: [] } as object)).toThrow(
      `${option} cannot be overridden`,
    );
  });
});
