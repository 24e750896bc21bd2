import { ConfigModule } from '@nestjs/config';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { boot, closeBooted, issuesOfBoot, withEnvironment } from '../../support/boot.js';

afterEach(closeBooted);

const imports = (...config: Parameters<typeof ConfigModule.forRoot>) => [
  ResilienceModule.forRoot({ policies: { 'payments-api': {} } }),
  ConfigModule.forRoot({ ignoreEnvFile: true, ...config[0] }),
];

/** Value and source of an option. */
async function read(policy: string, path: string, ...config: Parameters<typeof ConfigModule.forRoot>) {
  const { service } = await boot({ imports: imports(...config) });
  const { value, source } = service.explain(policy).find((option) => option.path === path) ?? {};
  return [value, source];
}

describe('a variable', () => {
  it.each([
    ['RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS', '7', 'network', 'retry.maxAttempts', 7],
    [
      'RESILIENCE_NETWORK_RETRY_BACKOFF_INITIAL_DELAY',
      '250ms',
      'network',
      'retry.backoff.initialDelay',
      '250ms',
    ],
    ['RESILIENCE_PAYMENTS_API_TIMEOUT', '3s', 'payments-api', 'timeout.total', '3s'],
    ['RESILIENCE_NETWORK_RETRY', 'false', 'network', 'retry', false],
  ])('%s=%s gives one option of one policy', async (variable, text, policy, path, value) => {
    await withEnvironment({ [variable]: text }, async () => {
      expect(await read(policy, path)).toEqual([value, variable]);
    });
  });

  it.each([[''], ['   ']])('set to %p is not given', async (text) => {
    await withEnvironment({ RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: text }, async () => {
      expect(await read('network', 'retry.maxAttempts')).toEqual([5, "preset 'network'"]);
    });
  });

  it('with a wrong value fails the boot, and is named', async () => {
    await withEnvironment({ RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: 'many' }, async () => {
      expect(await issuesOfBoot({ imports: imports() })).toEqual([
        "policies.network.retry.maxAttempts: expected an integer >= 1 (got 'many'), from RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS",
      ]);
    });
  });

  it('is read as a validation made it', async () => {
    const validate = (config: Record<string, unknown>) => ({
      ...config,
      RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: Number(config['RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS']) + 1,
    });
    await withEnvironment({ RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: '7' }, async () => {
      expect(await read('network', 'retry.maxAttempts', { validate })).toEqual([
        8,
        'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS',
      ]);
    });
  });

  it('is read through a cache', async () => {
    await withEnvironment({ RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: '7' }, async () => {
      expect(await read('network', 'retry.maxAttempts', { cache: true })).toEqual([
        7,
        'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS',
      ]);
    });
  });

  it('that two policies would share fails the boot', async () => {
    const root = ResilienceModule.forRoot({ policies: { 'pay-api': {}, payApi: {} } });

    expect(await issuesOfBoot({ imports: [root] })).toEqual([
      expect.stringMatching(/^policies\.payApi: reads the same variables as 'pay-api'/),
    ]);
  });

  it('that matches nothing is warned about once, with the nearest', async () => {
    const variables = { RESILIENCE_NETWORK_RETRY_MAX_ATTEMPT: '7', RESILIENCE_ENABLED: 'true' };
    await withEnvironment(variables, async () => {
      const { logs, service } = await boot({ imports: imports() });
      await service.reload();

      expect(logs.of('warn')).toEqual([
        'the environment variable RESILIENCE_NETWORK_RETRY_MAX_ATTEMPT matches no option; the nearest is ' +
          'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS',
      ]);
    });
  });

  it('that the ConfigService keeps to itself is warned about, and blank ones are not', async () => {
    const variables = { RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: '7', RESILIENCE_QUICK_TIMEOUT: ' ' };
    await withEnvironment(variables, async () => {
      const { logs } = await boot({ imports: imports({ skipProcessEnv: true }) });

      expect(logs.of('warn')).toEqual([
        'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: not read, for ConfigService does not give them; see its option skipProcessEnv',
      ]);
    });
  });

  it('that is blank does not count among the sources', async () => {
    await withEnvironment({ RESILIENCE_QUICK_TIMEOUT: ' ' }, async () => {
      const { logs } = await boot({ imports: imports() });

      expect(logs.of('log').at(-1)).toMatch(/environment \(empty\)$/);
    });
  });

  it('that nobody reads, for want of a ConfigModule, is warned about', async () => {
    const variables = { RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: '7', RESILIENCE_QUICK_TIMEOUT: '1s' };
    await withEnvironment(variables, async () => {
      const { logs } = await boot({ imports: [ResilienceModule.forRoot()] });

      expect(logs.of('warn')).toEqual([
        'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS, RESILIENCE_QUICK_TIMEOUT: not read without ConfigModule of @nestjs/config; ' +
          'import it, or unset them',
      ]);
    });
  });
});
