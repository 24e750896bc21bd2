import { Injectable, Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { ConfigModule } from '@nestjs/config';
import { getPolicyToken, InjectPolicy } from '../../../../lib/nest/decorators/inject-policy.decorator.js';
import { NamedPolicy } from '../../../../lib/nest/runtime/named-policy.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { boot, closeBooted } from '../../../support/boot.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeBooted);

const down = new Error('down');
const policies = { payments: { retry: { maxAttempts: 2, backoff: noBackoff } } };

@Injectable()
class Payments {
  @InjectPolicy('payments')
  readonly byProperty!: NamedPolicy;

  constructor(@InjectPolicy('payments') readonly policy: NamedPolicy) {}
}

describe('@InjectPolicy', () => {
  it('injects the policy into constructors and properties', async () => {
    const { app } = await boot({ imports: [ResilienceModule.forRoot({ policies })], providers: [Payments] });
    const { policy, byProperty } = app.get(Payments);
    const charge = scripted([down]);
    await rejection(policy.execute(charge));

    expect(policy).toBeInstanceOf(NamedPolicy);
    expect(byProperty).toBe(policy);
    expect(policy.name).toBe('payments');
    expect(charge.calls).toBe(2);
    expect(policy.stats()).toMatchObject({ calls: 1 });
  });

  it('injects one that only configuration knows', async () => {
    const config = ConfigModule.forRoot({
      ignoreEnvFile: true,
      load: [async () => ({ resilience: { policies } })],
    });
    const { app } = await boot({ imports: [ResilienceModule.forRoot(), config], providers: [Payments] });
    const charge = scripted([down]);
    await rejection(app.get(Payments).policy.execute(charge));

    expect(charge.calls).toBe(2);
  });

  it('gives each application its own', async () => {
    const first = await boot({ imports: [ResilienceModule.forRoot({ policies })], providers: [Payments] });
    const other = { payments: { retry: { maxAttempts: 5, backoff: noBackoff } } };
    const second = await boot({
      imports: [ResilienceModule.forRoot({ policies: other })],
      providers: [Payments],
    });
    const charges = [scripted([down]), scripted([down])] as const;
    await rejection(first.app.get(Payments).policy.execute(charges[0]));
    await rejection(second.app.get(Payments).policy.execute(charges[1]));

    expect(charges.map(({ calls }) => calls)).toEqual([2, 5]);
    expect(first.service.stats().calls).toBe(1);
  });

  it('serves modules that are loaded late', async () => {
    const { app } = await boot({ imports: [ResilienceModule.forRoot({ policies })] });
    @Injectable()
    class Reports {
      constructor(@InjectPolicy('quick') readonly policy: NamedPolicy) {}
    }
    @Module({ providers: [Reports] })
    class ReportsModule {}
    const lazy = await app.get(LazyModuleLoader).load(() => ReportsModule);

    await expect(lazy.get(Reports).policy.execute(async () => 'done')).resolves.toBe('done');
  });
});

describe('getPolicyToken', () => {
  it.each([
    ['forRoot', ResilienceModule.forRoot({ policies: { late: {} } })],
    ['forRootAsync', ResilienceModule.forRootAsync({ useFactory: async () => ({ policies: { late: {} } }) })],
  ])('gets a policy of %s out of the application, though nobody injects it', async (_, root) => {
    const { app } = await boot({ imports: [root] });
    const policy = app.get<NamedPolicy>(getPolicyToken('late'));

    await expect(policy.execute(async () => 'done')).resolves.toBe('done');
    expect(app.get<NamedPolicy>(getPolicyToken('aggressive')).name).toBe('aggressive');
  });

  it('is a token for factories', async () => {
    const factory = {
      provide: 'charge',
      inject: [getPolicyToken('payments')],
      useFactory: (policy: NamedPolicy) => policy.wrap(scripted([down, 'charged'])),
    };
    const { app } = await boot({ imports: [ResilienceModule.forRoot({ policies })], providers: [factory] });

    await expect(app.get<() => Promise<string>>('charge')()).resolves.toBe('charged');
  });
});

describe('ResilienceService.policy', () => {
  it('may be asked for while the application is being made, be it that configuration brings it', async () => {
    const { ResilienceService } = await import('../../../../lib/nest/resilience.service.js');
    const config = ConfigModule.forRoot({
      ignoreEnvFile: true,
      load: [async () => ({ resilience: { policies } })],
    });
    const eager = {
      provide: 'eager',
      inject: [ResilienceService],
      useFactory: (service: InstanceType<typeof ResilienceService>) =>
        service.wrap('payments', scripted([down, 'done'])),
    };
    const { app } = await boot({ imports: [ResilienceModule.forRoot(), config], providers: [eager] });

    await expect(app.get<() => Promise<string>>('eager')()).resolves.toBe('done');
  });

  it('fails the boot where nobody brought it', async () => {
    const { ResilienceService } = await import('../../../../lib/nest/resilience.service.js');
    const eager = {
      provide: 'eager',
      inject: [ResilienceService],
      useFactory: (service: InstanceType<typeof ResilienceService>) => service.policy('paymets'),
    };

    await expect(
      boot({ imports: [ResilienceModule.forRoot({ policies })], providers: [eager] }),
    ).rejects.toThrow("ResilienceService: there is no policy 'paymets', did you mean 'payments'?");
  });
});
