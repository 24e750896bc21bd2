import { resolvePolicies, readPolicies } from '../../../lib/config/resolve-policies.js';
import { issuesOf } from '../../support/issues-of.js';
import { readCode } from '../../support/read-policies.js';

describe('policies of several sources', () => {
  it('take each value from the strongest source that gives it', () => {
    const { policies, issues } = readPolicies({
      sources: [
        {
          name: 'code',
          obvious: true,
          policies: { network: { retry: { maxAttempts: 6, nested: 'allow' } } },
        },
        { name: 'file', policies: { network: { retry: { maxAttempts: 7, wrapExhausted: true } } } },
      ],
      readVariable: (name) => (name === 'RESILIENCE_NETWORK_RETRY_WRAP_EXHAUSTED' ? 'false' : undefined),
      updates: [{ name: 'update()', policies: { network: { timeout: { total: '90s' } } } }],
    });
    expect(issues).toEqual([]);
    const network = policies.get('network');
    expect(network?.settings.retry).toMatchObject({ maxAttempts: 7, nested: 'allow', wrapExhausted: false });
    expect(network?.settings.timeout).toEqual({ attemptMs: 20_000, totalMs: 90_000 });
    const origin = (path: string) => network?.origins.get(path)?.name;
    expect(
      ['retry.maxAttempts', 'retry.nested', 'retry.wrapExhausted', 'timeout.total', 'timeout.attempt'].map(
        origin,
      ),
    ).toEqual(['file', 'code', 'RESILIENCE_NETWORK_RETRY_WRAP_EXHAUSTED', 'update()', "preset 'network'"]);
  });

  it('may come from frozen objects, and give frozen ones', () => {
    const policies = Object.freeze({
      pay: Object.freeze({ retry: Object.freeze({ retryOn: Object.freeze(['network']) }) }),
    });
    const pay = readCode(policies).policies.get('pay');
    expect(pay?.options).toEqual(policies.pay);
    expect(pay?.options).not.toBe(policies.pay);
    expect(Object.isFrozen(pay?.options.retry)).toBe(true);
    expect(Object.isFrozen(pay?.settings)).toBe(true);
  });

  it('come with what a person is told', () => {
    const { policies, notes } = resolvePolicies({ sources: [{ name: 'code', policies: { quick: {} } }] });
    expect(policies.size).toBe(7);
    expect(notes).toHaveLength(1);
  });

  it('may be left out', () => {
    expect(readCode(undefined).issues).toEqual([]);
    expect(readCode({ pay: null }).policies.size).toBe(0);
  });

  it('are refused with all problems of all policies in one error, each naming its source', () => {
    const issues = issuesOf(() =>
      resolvePolicies({
        sources: [
          {
            name: 'code',
            obvious: true,
            policies: { network: { retry: { maxAttempts: -1 } }, pay: { retyr: {} } },
          },
          { name: "ConfigService 'resilience'", policies: { pay: { timeout: 0 }, __proto: 5 } },
        ],
        readVariable: (name) => (name === 'RESILIENCE_PAY_ENABLED' ? 'maybe' : undefined),
      }),
    );
    expect(issues).toEqual([
      'policies.network.retry.maxAttempts: expected an integer >= 1 (got -1)',
      "policies.pay.retyr: unknown key, did you mean 'retry'?",
      "policies.pay.timeout: expected a duration such as 250 or '2s', greater than 0 (got 0), from ConfigService 'resilience'",
      "policies.__proto: expected an object (got 5), from ConfigService 'resilience'",
      "policies.pay.enabled: expected true or false (got 'maybe'), from RESILIENCE_PAY_ENABLED",
    ]);
  });

  it('are refused for a wrong value that a stronger source covers', () => {
    const { issues } = readCode(
      { pay: { retry: { maxAttempts: -1 } } },
      { sources: [{ name: 'file', policies: { pay: { retry: { maxAttempts: 3 } } } }] },
    );
    expect(issues).toEqual(['policies.pay.retry.maxAttempts: expected an integer >= 1 (got -1)']);
  });

  it('are refused where sources contradict one another, naming the one that has the last word', () => {
    const { issues } = readCode(
      { pay: { retry: { backoff: { maxDelay: '1s' } } } },
      { sources: [{ name: 'file', policies: { pay: { retry: { backoff: { minDelay: '2s' } } } } }] },
    );
    expect(issues).toEqual([
      'policies.pay.retry.backoff.minDelay: expected at most maxDelay, 1000 ms (got 2000 ms), from file',
    ]);
  });

  it('name the source of the object where the option itself was not given', () => {
    const { issues } = readCode(
      {},
      {
        sources: [{ name: 'file', policies: { pay: { circuitBreaker: { failureRatio: 0.5, window: {} } } } }],
      },
    );
    expect(issues).toEqual([
      "policies.pay.circuitBreaker.window.type: expected 'count' or 'time' (not given), from file",
    ]);
  });

  it('say one thing once: what is wrong already is not judged further', () => {
    const { issues } = readCode({ pay: { retry: { maxAttempts: Infinity }, timeout: { total: 0 } } });
    expect(issues).toHaveLength(1);
  });

  it('refuse hostile names and sources that are no objects', () => {
    expect(readCode(JSON.parse('{ "__proto__": {}, "constructor": {}, "": {} }')).issues).toEqual([
      'policies.__proto__: this name is not allowed',
      'policies.constructor: this name is not allowed',
      "policies['']: expected a name that is not empty",
    ]);
    expect(readCode([]).issues).toEqual([
      'policies: expected an object with the options of each policy under its name (got an empty array)',
    ]);
  });

  it('take odd names as ordinary ones', () => {
    const { policies, issues } = readCode({ '<b>"\n': {}, toString: {} });
    expect(issues).toEqual([]);
    expect([...policies.keys()]).toEqual(['<b>"\n', 'toString']);
  });

  it('refuse one policy in two places of the code', () => {
    const { issues } = readCode(
      { pay: {} },
      {
        sources: [
          { name: 'PaymentsModule', declares: true, policies: { pay: {} } },
          { name: 'OrdersModule', declares: true, policies: { pay: {}, order: {} } },
        ],
      },
    );
    expect(issues).toEqual([
      'policies.pay: expected in one place of the code only (got PaymentsModule and OrdersModule)',
    ]);
  });

  it('know the names of key resolvers', () => {
    expect(readCode({ pay: { key: 'tenant' } }, { keyNames: ['tenant'] }).issues).toEqual([]);
    expect(readCode({ pay: { key: 'tenant' } }).issues).toHaveLength(1);
  });
});
