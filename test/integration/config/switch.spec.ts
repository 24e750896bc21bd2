import { Injectable } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { from, lastValueFrom } from 'rxjs';
import { Attempt } from '../../../lib/nest/decorators/attempt.decorator.js';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { CircuitBreaker } from '../../../lib/nest/decorators/strategy.decorators.js';
import { AttemptContext } from '../../../lib/core/attempt-context.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { boot, closeBooted, issuesOfBoot, withEnvironment, type BootedApp } from '../../support/boot.js';
import { rejection } from '../../support/virtual-policy.js';

afterEach(closeBooted);

@Injectable()
class Payments {
  calls = 0;
  attempts: unknown[] = [];

  @Retryable('network', { retryOn: ['default'], backoff: { initialDelay: 0 } })
  @CircuitBreaker({ failureThreshold: 1 })
  async charge(@Attempt() attempt?: AttemptContext): Promise<void> {
    this.calls++;
    this.attempts.push(attempt?.attempt, attempt?.maxAttempts, attempt?.signal.aborted);
    throw new Error('down');
  }
}

/** Nothing of the module acts on any call. */
async function expectBare({ app, service, logs }: BootedApp): Promise<void> {
  const payments = app.get(Payments);
  for (let call = 1; call <= 3; call++) await expect(payments.charge()).rejects.toThrow('down');
  expect(payments.calls).toBe(3);
  expect(payments.attempts.slice(0, 3)).toEqual([1, 1, false]);

  let calls = 0;
  const down = async (): Promise<never> => {
    calls++;
    throw new Error('down');
  };
  await rejection(service.execute('network', down));
  expect(await service.tryExecute('network', down)).toMatchObject({ ok: false });
  await rejection(service.wrap('network', down)());
  await rejection(lastValueFrom(service.observe('network', () => from(down()))));
  await rejection(service.execute('network', down, { overrides: { retry: { maxAttempts: 3 } } }));
  expect(calls).toBe(5);
  expect(service.breakers()).toEqual([]);
  expect(logs.of('warn')).toEqual(['switched off: every call runs without protection']);
}

const file = ConfigModule.forRoot({ ignoreEnvFile: true });

describe('the switch', () => {
  it('runs everything bare: enabled: false', async () => {
    const root = ResilienceModule.forRoot({ enabled: false });

    await expectBare(await boot({ imports: [root], providers: [Payments] }));
  });

  it.each([
    ['with a ConfigModule', [file]],
    ['without one', []],
    [
      'with one that reads no environment',
      [ConfigModule.forRoot({ ignoreEnvFile: true, skipProcessEnv: true })],
    ],
  ])('runs everything bare: RESILIENCE_ENABLED=false, %s', async (_, config) => {
    await withEnvironment({ RESILIENCE_ENABLED: 'false' }, async () => {
      await expectBare(
        await boot({ imports: [ResilienceModule.forRoot(), ...config], providers: [Payments] }),
      );
    });
  });

  it('is turned on again by its variable, over what code says', async () => {
    await withEnvironment({ RESILIENCE_ENABLED: 'true' }, async () => {
      const root = ResilienceModule.forRoot({ enabled: false });
      const { app } = await boot({ imports: [root, file], providers: [Payments] });
      await rejection(app.get(Payments).charge());

      expect(app.get(Payments).attempts.slice(0, 2)).toEqual([1, 5]);
    });
  });

  it('refuses what is neither true nor false', async () => {
    await withEnvironment({ RESILIENCE_ENABLED: 'maybe' }, async () => {
      expect(await issuesOfBoot({ imports: [ResilienceModule.forRoot()] })).toEqual([
        "enabled: expected true or false (got 'maybe'), from RESILIENCE_ENABLED",
      ]);
    });
  });

  it('hides no fault in what it switches off', async () => {
    @Injectable()
    class Misnamed {
      @Retryable('netwrok')
      async charge(): Promise<void> {}
    }
    const root = ResilienceModule.forRoot({ enabled: false });

    expect(await issuesOfBoot({ imports: [root], providers: [Misnamed] })).toHaveLength(1);
  });

  it('takes effect for the next call when options are reloaded', async () => {
    const root = ResilienceModule.forRoot({ policies: { network: { retry: { retryOn: ['default'] } } } });
    const { app, service } = await boot({ imports: [root], providers: [Payments] });
    const payments = app.get(Payments);
    await withEnvironment({ RESILIENCE_ENABLED: 'false' }, async () => {
      await service.reload();
      for (let call = 1; call <= 3; call++) await rejection(payments.charge());

      expect(payments.calls).toBe(3);
    });
    await service.reload();
    await rejection(payments.charge());
    expect(await rejection(payments.charge())).toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it('of one policy runs that policy alone bare', async () => {
    const root = ResilienceModule.forRoot({ policies: { payments: { retry: {}, enabled: false } } });
    const { service } = await boot({ imports: [root] });
    const result = await service.tryExecute('payments', async () => Promise.reject(new Error('down')));

    expect(result).toMatchObject({ ok: false, report: { attempts: 1, reason: 'exhausted' } });
  });
});
