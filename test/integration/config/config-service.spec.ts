import { Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { ConfigModule, ConfigService, registerAs } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { LogLines } from '../../support/decorated-app.js';
import { boot, closeBooted, withEnvironment } from '../../support/boot.js';

afterEach(closeBooted);

const namespace = () => ({ policies: { payments: { retry: { maxAttempts: 6 } } } });
const later = async <T>(value: T): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return value;
};

const root = ResilienceModule.forRoot({
  policies: { payments: { retry: { maxAttempts: 2, backoff: { initialDelay: 0 } } } },
});
const file = { ignoreEnvFile: true };

@Injectable()
class Payments {
  calls = 0;

  @Retryable('payments')
  async charge(): Promise<void> {
    this.calls++;
    throw new Error('down');
  }
}

type Import = NonNullable<ModuleMetadata['imports']>[number];

/** A module of the application that imports another one. */
function importing(...imports: Import[]): Import {
  @Module({ imports })
  class ChildModule {}
  return ChildModule;
}

const variants: [string, () => Import][] = [
  [
    'a global ConfigModule',
    () =>
      ConfigModule.forRoot({ ...file, isGlobal: true, load: [registerAs('resilience', () => namespace())] }),
  ],
  [
    'a local ConfigModule',
    () => ConfigModule.forRoot({ ...file, load: [registerAs('resilience', () => namespace())] }),
  ],
  [
    'a ConfigModule with a cache',
    () => ConfigModule.forRoot({ ...file, cache: true, load: [registerAs('resilience', () => namespace())] }),
  ],
  [
    'an asynchronous namespace',
    () => ConfigModule.forRoot({ ...file, load: [registerAs('resilience', () => later(namespace()))] }),
  ],
  ['a plain loader', () => ConfigModule.forRoot({ ...file, load: [() => ({ resilience: namespace() })] })],
  [
    'an asynchronous plain loader',
    () => ConfigModule.forRoot({ ...file, load: [() => later({ resilience: namespace() })] }),
  ],
  [
    'a promise of a loader',
    () => ConfigModule.forRoot({ ...file, load: [later(registerAs('resilience', () => namespace()))] }),
  ],
  [
    'a ConfigModule.forFeature',
    () =>
      importing(
        ConfigModule.forRoot(file),
        ConfigModule.forFeature(registerAs('resilience', () => namespace())),
      ),
  ],
  [
    'an asynchronous ConfigModule.forFeature',
    () =>
      importing(
        ConfigModule.forRoot(file),
        ConfigModule.forFeature(registerAs('resilience', () => later(namespace()))),
      ),
  ],
];

const places: [string, (config: Import) => Import[]][] = [
  ['before ResilienceModule', (config) => [config, root]],
  ['after ResilienceModule', (config) => [root, config]],
  ['in a child module before it', (config) => [importing(config), root]],
  ['in a child module after it', (config) => [root, importing(importing(config))]],
];

describe.each(variants)('policies from %s', (_, config) => {
  it.each(places)('go over those in code, imported %s', async (__, imports) => {
    const { app, service } = await boot({ imports: imports(config()), providers: [Payments] });

    await expect(app.get(Payments).charge()).rejects.toThrow('down');
    expect(app.get(Payments).calls).toBe(6);
    expect(service.explain('payments')).toContainEqual({
      path: 'retry.maxAttempts',
      value: 6,
      source: 'ConfigService "resilience"',
    });
  });
});

describe('configuration', () => {
  it('without any ConfigModule is presets and code alone', async () => {
    await withEnvironment({ RESILIENCE_PAYMENTS_RETRY_MAX_ATTEMPTS: '9' }, async () => {
      const { app } = await boot({ imports: [root], providers: [Payments] });

      await expect(app.get(Payments).charge()).rejects.toThrow('down');
      expect(app.get(Payments).calls).toBe(2);
    });
  });

  it('reaches calls that are made while the application is still being made', async () => {
    @Injectable()
    class Eager {
      readonly first: Promise<unknown>;

      constructor(payments: Payments) {
        this.first = payments.charge().catch(() => payments.calls);
      }
    }
    const config = ConfigModule.forRoot({ ...file, load: [() => ({ resilience: namespace() })] });
    const { app } = await boot({ imports: [config, root], providers: [Payments, Eager] });

    await expect(app.get(Eager).first).resolves.toBe(6);
  });

  it('is in force where nobody calls init(), as in many unit tests', async () => {
    const config = ConfigModule.forRoot({ ...file, load: [() => later({ resilience: namespace() })] });
    const app = await Test.createTestingModule({ imports: [root, config], providers: [Payments] })
      .setLogger(new LogLines())
      .compile();

    await expect(app.get(Payments).charge()).rejects.toThrow('down');
    expect(app.get(Payments).calls).toBe(6);
    await app.close();
  });

  it('stands under another key where configKey says so', async () => {
    const config = ConfigModule.forRoot({
      ...file,
      load: [() => ({ app: { calls: namespace() }, resilience: 5 })],
    });
    const { service } = await boot({
      imports: [config, ResilienceModule.forRoot({ configKey: 'app.calls' })],
    });

    expect(service.explain('payments')).toContainEqual({
      path: 'retry.maxAttempts',
      value: 6,
      source: 'ConfigService "app.calls"',
    });
  });

  it('may come from a ConfigService that a test puts in place', async () => {
    const values: Record<string, unknown> = {
      resilience: namespace(),
      RESILIENCE_PAYMENTS_TIMEOUT: '3s',
    };
    const { service } = await boot({ imports: [root, ConfigModule.forRoot(file)] }, (builder) =>
      builder.overrideProvider(ConfigService).useValue({ get: (key: string) => values[key] }),
    );

    expect(service.explain('payments')).toEqual(
      expect.arrayContaining([
        { path: 'retry.maxAttempts', value: 6, source: 'ConfigService "resilience"' },
        { path: 'timeout.total', value: '3s', source: 'RESILIENCE_PAYMENTS_TIMEOUT' },
      ]),
    );
  });
});
