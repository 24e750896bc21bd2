import { Injectable, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Resilient } from '../../../lib/nest/decorators/resilient.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import type { ResilienceModuleOptions } from '../../../lib/nest/resilience-options.interface.js';
import { boot, closeBooted, issuesOfBoot, withEnvironment, type BootedApp } from '../../support/boot.js';
import { rejection } from '../../support/virtual-policy.js';

afterEach(closeBooted);

@Injectable()
class Payments {
  @Resilient('network', { timeout: { total: '7s' } })
  async charge(): Promise<string> {
    return 'charged';
  }
}

function configured(resilience: unknown) {
  return ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ resilience })] });
}

function start(options: ResilienceModuleOptions, resilience?: unknown): Promise<BootedApp> {
  return boot({
    imports: [ResilienceModule.forRoot(options), configured(resilience)],
    providers: [Payments],
  });
}

/** Value and source of one option of an operation or a policy. */
function origin({ service }: BootedApp, operation: string, path: string): unknown {
  const { value, source } = service.explain(operation).find((option) => option.path === path) ?? {};
  return [value, source];
}

describe('an option', () => {
  const code = { policies: { network: { timeout: { total: '2s', attempt: '1s' } } } };
  const resilience = { policies: { network: { timeout: { total: '3s' } } } };
  const variables = { RESILIENCE_NETWORK_TIMEOUT_TOTAL: '4s' };

  it('is the preset’s where nobody says otherwise', async () => {
    expect(origin(await start({}), 'network', 'timeout.total')).toEqual(['120s', "preset 'network'"]);
  });

  it('is what code says, over the preset', async () => {
    const app = await start(code);

    expect(origin(app, 'network', 'timeout.total')).toEqual(['2s', 'forRoot']);
    expect(origin(app, 'network', 'retry.maxAttempts')).toEqual([5, "preset 'network'"]);
  });

  it('is what configuration says, over code', async () => {
    const app = await start(code, resilience);

    expect(origin(app, 'network', 'timeout.total')).toEqual(['3s', 'ConfigService "resilience"']);
    expect(origin(app, 'network', 'timeout.attempt')).toEqual(['1s', 'forRoot']);
  });

  it('is what its variable says, over configuration', async () => {
    await withEnvironment(variables, async () => {
      const app = await start(code, resilience);

      expect(origin(app, 'network', 'timeout.total')).toEqual(['4s', 'RESILIENCE_NETWORK_TIMEOUT_TOTAL']);
    });
  });

  it('is what the decorator says, over variables', async () => {
    await withEnvironment(variables, async () => {
      const app = await start(code, resilience);

      expect(origin(app, 'Payments.charge', 'timeout.total')).toEqual([
        '7s',
        '@Resilient of Payments.charge',
      ]);
    });
  });

  it('is what operations say, over the decorator, those of the configuration over those of the code', async () => {
    const operations = (total: string) => ({ 'Payments.charge': { timeout: { total } } });
    const app = await start({ operations: operations('8s') });
    expect(origin(app, 'Payments.charge', 'timeout.total')).toEqual(['8s', 'forRoot']);
    await closeBooted();

    const both = await start({ operations: operations('8s') }, { operations: operations('9s') });
    expect(origin(both, 'Payments.charge', 'timeout.total')).toEqual(['9s', 'ConfigService "resilience"']);
  });

  it('is what update() says, over all sources but decorators', async () => {
    await withEnvironment(variables, async () => {
      const app = await start(code, resilience);
      app.service.update('network', { timeout: { total: '5s' } });

      expect(origin(app, 'network', 'timeout.total')).toEqual(['5s', 'update()']);
      expect(origin(app, 'Payments.charge', 'timeout.total')).toEqual([
        '7s',
        '@Resilient of Payments.charge',
      ]);
    });
  });
});

describe('policies', () => {
  it('extend others, whatever source those come from', async () => {
    const app = await start(
      { policies: { payments: { extends: 'base', retry: { maxAttempts: 3 } } } },
      { policies: { base: { timeout: '9s', retry: { maxAttempts: 2, wrapExhausted: true } } } },
    );

    expect(origin(app, 'payments', 'retry.maxAttempts')).toEqual([3, 'forRoot']);
    expect(app.service.explain('payments')).toContainEqual({
      path: 'timeout.total',
      value: '9s',
      source: 'ConfigService "resilience"',
      policy: 'base',
    });
  });

  it('named like a preset extend it, which one log line says, unless they start empty', async () => {
    const { logs, service } = await start({
      policies: { network: { timeout: '9s' }, api: { extends: false, timeout: '1s' }, payments: {} },
    });

    expect(logs.of('log')).toContain(
      'policies named like a preset extend it: network (extends: false starts empty)',
    );
    expect(service.explain('network').some(({ path }) => path === 'retry.maxAttempts')).toBe(true);
    expect(service.explain('api').some(({ path }) => path.startsWith('retry'))).toBe(false);
  });

  it('are those in the sources alone where presets are off', async () => {
    @Injectable()
    class Reports {
      @Resilient('payments')
      async load(): Promise<string> {
        return 'report';
      }
    }
    const root = ResilienceModule.forRoot({ presets: false, policies: { payments: {} } });
    const { service } = await boot({ imports: [root], providers: [Reports] });

    await expect(service.execute('payments', async () => 'done')).resolves.toBe('done');
    expect(await rejection(service.execute('network', async () => 'done'))).toMatchObject({
      issues: ["there is no policy 'network', known here: 'payments'"],
    });
  });

  it('find key resolvers by name, and those that do not exist fail the boot', async () => {
    const keys = { tenant: (tenant: string) => tenant };
    const policies = { payments: { key: 'tenant', circuitBreaker: { failureThreshold: 1 } } };
    const { service } = await start({ keys }, { policies });
    const down = async () => Promise.reject(new Error('down'));
    await rejection(service.execute('payments', down, { args: ['a'] }));

    expect(await rejection(service.execute('payments', down, { args: ['a'] }))).toMatchObject({
      code: 'CIRCUIT_OPEN',
    });
    await expect(service.execute('payments', async () => 'other', { args: ['b'] })).resolves.toBe('other');
    await closeBooted();

    const issues = await issuesOfBoot({
      imports: [
        ResilienceModule.forRoot({ keys }),
        configured({ policies: { payments: { key: 'tenent' } } }),
      ],
    });
    expect(issues).toEqual([
      expect.stringMatching(
        /^policies\.payments\.key: .*'tenent'.*did you mean 'tenant'\?.*ConfigService "resilience"$/,
      ),
    ]);
  });
});

describe('operations', () => {
  it('reach calls that name them themselves', async () => {
    const { service } = await start({
      policies: { payments: { retry: { maxAttempts: 3, backoff: { initialDelay: 0 } } } },
      operations: { 'Orders.sync': { retry: { maxAttempts: 1 } } },
    });
    const calls = { plain: 0, sync: 0, wrapped: 0 };
    const count = (name: keyof typeof calls) => async () => {
      calls[name]++;
      throw new Error('down');
    };
    await rejection(service.execute('payments', count('plain')));
    await rejection(service.execute('payments', count('sync'), { operation: 'Orders.sync' }));
    await rejection(service.wrap('payments', count('wrapped'), { operation: 'Orders.sync' })());

    expect(calls).toEqual({ plain: 3, sync: 1, wrapped: 1 });
  });

  it('that match no protected method are told', async () => {
    const { logs } = await start({ operations: { 'Payments.chrage': { timeout: '1s' } } });

    expect(logs.of('warn').filter((line) => line.startsWith('operations'))).toEqual([
      'operations["Payments.chrage"] matches no protected method; it counts for calls that give that name themselves',
    ]);
  });

  it('may switch a single operation off', async () => {
    const { app, service } = await start({}, { operations: { 'Payments.charge': { enabled: false } } });

    await expect(app.get(Payments).charge()).resolves.toBe('charged');
    expect(service.stats().calls).toBe(0);
  });
});

describe('a module that is part of others', () => {
  it('gives its policies to all of them', async () => {
    @Module({ imports: [ResilienceModule.forRoot({ policies: { payments: {} } })] })
    class CoreModule {}
    const { service } = await boot({ imports: [CoreModule] });

    await expect(service.execute('payments', async () => 1)).resolves.toBe(1);
  });
});
