import { Injectable, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { boot, closeBooted, withEnvironment } from '../../support/boot.js';

afterEach(closeBooted);

@Injectable()
class Payments {
  @Retryable('network')
  async charge(): Promise<void> {}

  @Retryable('payments')
  async refund(): Promise<void> {}
}

const feature = ResilienceModule.forFeature({ policies: { payments: { retry: {} } } });

@Module({ imports: [feature], providers: [Payments] })
class PaymentsModule {}

const load = (resilience: unknown) =>
  ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ resilience })] });

describe('the boot', () => {
  it('is summed up in one line', async () => {
    const { logs } = await boot({ imports: [ResilienceModule.forRoot()] });

    expect(logs.of('log')).toEqual(['7 policies, 0 protected methods; read from presets']);
  });

  it('is summed up with every source', async () => {
    await withEnvironment({ RESILIENCE_PAYMENTS_TIMEOUT: '3s', RESILIENCE_QUICK_TIMEOUT: '' }, async () => {
      const root = ResilienceModule.forRoot({ policies: { orders: {} }, presets: true });
      const { logs } = await boot({
        imports: [root, PaymentsModule, load({ policies: { orders: { timeout: '5s' } } })],
      });

      expect(logs.of('log')).toEqual([
        '9 policies, 2 protected methods; read from presets, forRoot, forFeature of PaymentsModule, ' +
          'ConfigService "resilience", environment (1 variable)',
      ]);
    });
  });

  it('says where configuration has nothing to say', async () => {
    const { logs } = await boot({ imports: [ResilienceModule.forRoot({ presets: false }), load(undefined)] });

    expect(logs.of('log')).toEqual([
      '0 policies, 0 protected methods; read from ConfigService "resilience" (empty), environment (empty)',
    ]);
  });

  it('says where there is no source at all', async () => {
    const { logs } = await boot({ imports: [ResilienceModule.forRoot({ presets: false })] });

    expect(logs.of('log')).toEqual(['0 policies, 0 protected methods; read from no source']);
  });

  it('says which methods are protected, at debug', async () => {
    const { logs } = await boot({ imports: [ResilienceModule.forRoot(), PaymentsModule] });

    expect(logs.of('debug')).toEqual(['protected: Payments.charge, Payments.refund']);
  });

  it('is silent where the logger is off', async () => {
    const { logs } = await boot({ imports: [ResilienceModule.forRoot({ logger: false })] });

    expect(logs.lines.filter(({ context }) => context === 'Resilience')).toEqual([]);
  });

  it('is one line, whatever a policy is called', async () => {
    const { logs } = await boot({
      imports: [ResilienceModule.forRoot({ operations: { 'a\nb\u001b[31m': {} } })],
    });

    expect(logs.of('warn')).toHaveLength(1);
    expect(logs.of('warn')[0]).not.toMatch(/\p{Cc}/u);
  });
});
