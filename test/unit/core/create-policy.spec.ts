import { createPolicy, type NamedPolicyOptions } from '../../../lib/core/create-policy.js';
import type { EngineOptions } from '../../../lib/core/engine-options.js';
import { issuesOf } from '../../support/issues-of.js';

describe('createPolicy', () => {
  it.each<[unknown, string]>([
    [5, 'name: expected a non-empty string (got 5)'],
    ['', "name: expected a non-empty string (got '')"],
    [{}, 'name: expected a non-empty string (got an object)'],
  ])('refuses %p as a name', (name, issue) => {
    expect(issuesOf(() => createPolicy({ name } as NamedPolicyOptions))).toEqual([issue]);
  });

  it('lists a wrong name among all other faults', () => {
    const options = { name: 5, timeout: 0, retry: { maxAttempts: 0 } } as unknown as NamedPolicyOptions;

    expect(issuesOf(() => createPolicy(options))).toHaveLength(3);
  });

  it('takes resolvers of keys whose names cannot be read for none', () => {
    const unreadable = () => {
      throw new TypeError('hands off');
    };
    const keys = new Proxy({}, { ownKeys: unreadable });
    const runtime = { keys } as EngineOptions;

    expect(issuesOf(() => createPolicy({ key: 'tenant', circuitBreaker: {} }, runtime))).toEqual([
      expect.stringMatching(/^runtime\.keys/),
      expect.stringMatching(/^key/),
    ]);
  });

  it.each([{}, { name: undefined }, { name: null }])(
    'names a policy without a name policy: %p',
    (options) => {
      expect(createPolicy(options as NamedPolicyOptions).name).toBe('policy');
    },
  );

  it('finds keys by name among the resolvers that it is given', async () => {
    const options = { key: 'tenant', circuitBreaker: {} };
    const policy = createPolicy(options, { keys: { tenant: (tenant: string) => tenant } });
    await policy.execute(() => 1, { args: ['acme'] });

    expect(policy.breakers()).toEqual([expect.objectContaining({ key: 'acme' })]);
    expect(issuesOf(() => createPolicy(options, { keys: { tenants: () => 'x' } }))).toEqual([
      expect.stringContaining("did you mean 'tenants'?"),
    ]);
  });

  describe('with a second argument', () => {
    it.each<[object, string]>([
      [{ clokc: {} }, "runtime.clokc: unknown key, did you mean 'clock'?"],
      [
        { clock: Date },
        'runtime.clock: expected a clock with the methods now, epoch, setTimer, clearTimer (got function Date)',
      ],
      [{ random: 0.5 }, 'runtime.random: expected a function (got 0.5)'],
      [
        { classifiers: () => 'network' },
        'runtime.classifiers: expected a list of functions (got function classifiers)',
      ],
      [
        { captureStacks: 'true' },
        "runtime.captureStacks: expected true or false (got 'true'), convert it to a boolean",
      ],
      [
        { context: { run() {} } },
        'runtime.context: expected a carrier of attempts with the methods run, current (got an object)',
      ],
      [{ keys: { tenant: 5 } }, 'runtime.keys.tenant: expected a function (got 5)'],
    ])('refuses %p', (runtime, issue) => {
      expect(issuesOf(() => createPolicy({}, runtime as EngineOptions))).toEqual([issue]);
    });

    it('refuses what is no object', () => {
      expect(issuesOf(() => createPolicy({}, 5 as unknown as EngineOptions))).toEqual([
        'runtime: expected an object (got 5)',
      ]);
    });

    it('lists its faults and those of the first one in one error, each once', () => {
      const options = { key: 'tenant', retry: { maxAttempts: 0 } };
      const runtime = { keys: { tenant: 5 }, random: 1 } as unknown as EngineOptions;

      expect(issuesOf(() => createPolicy(options, runtime))).toEqual([
        'runtime.keys.tenant: expected a function (got 5)',
        'runtime.random: expected a function (got 1)',
        expect.stringMatching(/^retry\.maxAttempts: /),
      ]);
    });

    it('takes it as it is: frozen, and with members that are not given', async () => {
      const runtime = Object.freeze({
        keys: null,
        clock: undefined,
        classifiers: Object.freeze([() => undefined]),
      });
      const policy = createPolicy({}, runtime as unknown as EngineOptions);

      expect(await policy.execute(() => 'fine')).toBe('fine');
    });
  });
});
