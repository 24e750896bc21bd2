import {
  knownVariables,
  readEnabled,
  readEnvironment,
  unknownVariables,
} from '../../../lib/config/environment.js';
import { environmentName, environmentOptions } from '../../../lib/config/environment-names.js';
import { readPolicies } from '../../../lib/config/resolve-policies.js';
import { readCode } from '../../support/read-policies.js';

function from(environment: Readonly<Record<string, unknown>>) {
  return (name: string) => environment[name];
}

/** Options of the policy `pay`, which code leaves empty, as the environment makes them. */
function pay(environment: Readonly<Record<string, unknown>>) {
  const { policies, issues } = readCode({ pay: {} }, { readVariable: from(environment) });
  return { options: policies.get('pay')?.options, issues };
}

describe('names of variables', () => {
  it.each([
    ['network', 'retry.maxAttempts', 'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS'],
    ['network', 'retry.backoff.initialDelay', 'RESILIENCE_NETWORK_RETRY_BACKOFF_INITIAL_DELAY'],
    ['network', 'timeout', 'RESILIENCE_NETWORK_TIMEOUT'],
    ['paymentsApi', 'enabled', 'RESILIENCE_PAYMENTS_API_ENABLED'],
    ['payments-api', 'enabled', 'RESILIENCE_PAYMENTS_API_ENABLED'],
    ['payments.v2', 'enabled', 'RESILIENCE_PAYMENTS_V2_ENABLED'],
    ['v2Api', 'enabled', 'RESILIENCE_V2_API_ENABLED'],
    ['HTTPClient', 'enabled', 'RESILIENCE_HTTP_CLIENT_ENABLED'],
    ['a--b', 'enabled', 'RESILIENCE_A__B_ENABLED'],
    ['zürich', 'enabled', 'RESILIENCE_Z_RICH_ENABLED'],
  ])('of policy %s and option %s are %s', (policy, path, variable) => {
    expect(environmentName(policy, path)).toBe(variable);
  });

  it('exist for what text can say, objects before what is in them', () => {
    const names = environmentOptions(['x']).map(({ variable }) => variable);
    expect(names).toEqual(
      expect.arrayContaining(['RESILIENCE_X_RETRY', 'RESILIENCE_X_RETRY_RETRY_ON', 'RESILIENCE_X_KEY']),
    );
    expect(names).not.toContain('RESILIENCE_X_RETRY_ON_RETRY');
    expect(names).not.toContain('RESILIENCE_X_FALLBACK_HANDLERS');
    expect(names.indexOf('RESILIENCE_X_TIMEOUT')).toBeLessThan(names.indexOf('RESILIENCE_X_TIMEOUT_TOTAL'));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('single values', () => {
  it.each([
    ['RETRY_MAX_ATTEMPTS', '7', { retry: { maxAttempts: 7 } }],
    ['RETRY_BACKOFF_INITIAL_DELAY', '250ms', { retry: { backoff: { initialDelay: '250ms' } } }],
    ['RETRY_BACKOFF_INITIAL_DELAY', '250', { retry: { backoff: { initialDelay: 250 } } }],
    ['RETRY_BACKOFF_JITTER', 'false', { retry: { backoff: { jitter: 'none' } } }],
    ['RETRY_BACKOFF_JITTER', 'equal', { retry: { backoff: { jitter: 'equal' } } }],
    ['RETRY_BACKOFF_JITTER_FACTOR', '0.5', { retry: { backoff: { jitter: { factor: 0.5 } } } }],
    ['RETRY_RETRY_ON', 'network, 503', { retry: { retryOn: ['network', 503] } }],
    ['RETRY_BUDGET', 'true', { retry: { budget: {} } }],
    ['RETRY_BUDGET', 'false', { retry: { budget: false } }],
    ['RETRY', 'FALSE', { retry: false }],
    ['TIMEOUT', '5s', { timeout: { total: '5s' } }],
    ['TIMEOUT_TOTAL', 'false', { timeout: { total: false } }],
    ['CIRCUIT_BREAKER_RESET_TIMEOUT', 'Infinity', { circuitBreaker: { resetTimeout: Infinity } }],
    ['CIRCUIT_BREAKER_NAME', '5', { circuitBreaker: { name: '5' } }],
    ['ENABLED', 'off', { enabled: false }],
    ['LOGGING', 'false', { logging: false }],
    ['LOGGING_RETRY', 'debug', { logging: { retry: 'debug' } }],
    ['RETRY_MAX_ATTEMPTS', 7, { retry: { maxAttempts: 7 } }],
    ['ENABLED', false, { enabled: false }],
    ['RETRY_MAX_ATTEMPTS', '', {}],
    ['RETRY_MAX_ATTEMPTS', '  ', {}],
    ['RETRY_MAX_ATTEMPTS', ' 7 ', { retry: { maxAttempts: 7 } }],
    ['RETRY_MAX_ATTEMPTS', null, {}],
  ])('read %s=%p as %p', (variable, value, options) => {
    expect(pay({ [`RESILIENCE_PAY_${variable}`]: value })).toEqual({ options, issues: [] });
  });

  it('that refine one another go together', () => {
    const { options } = pay({
      RESILIENCE_PAY_TIMEOUT: '5s',
      RESILIENCE_PAY_TIMEOUT_ATTEMPT: '1s',
      RESILIENCE_PAY_RETRY_BACKOFF_INITIAL_DELAY: '3s',
      RESILIENCE_PAY_RETRY_BACKOFF_TYPE: 'fixed',
    });
    expect(options).toEqual({
      timeout: { total: '5s', attempt: '1s' },
      retry: { backoff: { type: 'fixed', initialDelay: '3s' } },
    });
  });

  it.each([
    ['RETRY_MAX_ATTEMPTS', '-1', 'retry.maxAttempts: expected an integer >= 1 (got -1)'],
    [
      'RETRY_MAX_ATTEMPTS',
      'many',
      "retry.maxAttempts: expected an integer >= 1 (got 'many'), convert it to a number",
    ],
    ['TIMEOUT', 'soon', "timeout: expected a duration such as 250 or '2s', greater than 0 (got 'soon')"],
    ['TIMEOUT', '0', "timeout: expected a duration such as 250 or '2s', greater than 0 (got 0)"],
    ['RETRY', 'true', "retry: expected false (got 'true')"],
    ['ENABLED', 'maybe', "enabled: expected true or false (got 'maybe')"],
    ['RETRY_BUDGET', 'yes!', "retry.budget: expected true or an object (got 'yes!')"],
    ['RETRY_NESTED', 'stopp', "retry.nested: expected 'stop' or 'allow' (got 'stopp'), did you mean 'stop'?"],
    [
      'RETRY_RETRY_ON',
      '42',
      'retry.retryOn[0]: expected an error class, an HTTP status, a category, code or name, or a predicate (got 42)',
    ],
    ['RETRY_MAX_ATTEMPTS', {}, 'retry.maxAttempts: expected an integer >= 1 (got an object)'],
  ])('refuse %s=%p and name the variable', (suffix, value, issue) => {
    const variable = `RESILIENCE_PAY_${suffix}`;
    const { issues } = pay({ [variable]: value });
    expect(issues).toEqual([expect.stringMatching(/^policies\.pay\./)]);
    expect(issues[0]).toBe(`policies.pay.${issue.replace(', convert it to a number', '')}, from ${variable}`);
  });

  it('reach presets that nobody has written down', () => {
    const { policies } = readPolicies({
      sources: [],
      readVariable: from({ RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: '7' }),
    });
    expect(policies.get('network')?.settings.retry?.maxAttempts).toBe(7);
    expect(policies.get('network')?.origins.get('retry.maxAttempts')?.name).toBe(
      'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS',
    );
  });

  it('are stronger than all other sources', () => {
    const { policies } = readCode(
      { pay: { retry: { maxAttempts: 2 } } },
      {
        sources: [{ name: 'file', policies: { pay: { retry: { maxAttempts: 3 } } } }],
        readVariable: from({ RESILIENCE_PAY_RETRY_MAX_ATTEMPTS: '4' }),
      },
    );
    expect(policies.get('pay')?.settings.retry?.maxAttempts).toBe(4);
  });

  it('of two policies must have two names', () => {
    const { issues } = readCode({ payApi: {}, 'pay-api': {}, pay_api: {} });
    expect(issues).toEqual([
      "policies.pay-api: reads the same variables as 'payApi', such as RESILIENCE_PAY_API_EXTENDS; rename one",
      "policies.pay_api: reads the same variables as 'payApi', such as RESILIENCE_PAY_API_EXTENDS; rename one",
    ]);
  });

  it('are looked up once each', () => {
    const asked: string[] = [];
    readEnvironment(['pay'], (name) => void asked.push(name), []);
    expect(new Set(asked).size).toBe(asked.length);
  });
});

describe('RESILIENCE_ENABLED', () => {
  it.each([
    ['false', false],
    ['0', false],
    ['True', true],
    [false, false],
    ['', undefined],
    [undefined, undefined],
  ])('%p means %p', (value, enabled) => {
    const issues: string[] = [];
    expect(readEnabled(from({ RESILIENCE_ENABLED: value }), issues)).toBe(enabled);
    expect(issues).toEqual([]);
  });

  it('refuses other words', () => {
    const issues: string[] = [];
    expect(readEnabled(from({ RESILIENCE_ENABLED: 'nope' }), issues)).toBeUndefined();
    expect(readEnabled(from({ RESILIENCE_ENABLED: 5 }), issues)).toBeUndefined();
    expect(issues).toEqual([
      "enabled: expected true or false (got 'nope'), from RESILIENCE_ENABLED",
      'enabled: expected true or false (got 5), from RESILIENCE_ENABLED',
    ]);
  });
});

describe('unknown variables', () => {
  it('are those that begin like ours, each with the nearest that is read', () => {
    const environment = {
      PATH: '/bin',
      RESILIENCE_ENABLED: 'true',
      RESILIENCE_ENABELD: 'false',
      RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS: '5',
      RESILIENCE_NETWORK_RETRY_MAXATTEMPTS: '5',
      RESILIENCE_NETWROK_TIMEOUT: '5s',
    };
    expect(unknownVariables(['network'], environment)).toEqual([
      { variable: 'RESILIENCE_ENABELD', nearest: 'RESILIENCE_ENABLED' },
      { variable: 'RESILIENCE_NETWORK_RETRY_MAXATTEMPTS', nearest: 'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS' },
      { variable: 'RESILIENCE_NETWROK_TIMEOUT', nearest: 'RESILIENCE_NETWORK_TIMEOUT' },
    ]);
  });
});

describe('known variables', () => {
  it('are those that give an option of these policies, in an order of their own', () => {
    const environment = {
      RESILIENCE_QUICK_TIMEOUT: '1s',
      RESILIENCE_PAY_RETRY: ' ',
      RESILIENCE_PAY_TIMEOUT: '2s',
      RESILIENCE_ENABLED: 'true',
      RESILIENCE_OTHER_TIMEOUT: '3s',
    };
    expect(knownVariables(['pay', 'quick'], environment)).toEqual([
      'RESILIENCE_PAY_TIMEOUT',
      'RESILIENCE_QUICK_TIMEOUT',
    ]);
  });
});
