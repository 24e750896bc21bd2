import { readModuleOptions, usableModuleOptions } from '../../../lib/config/module-options.js';
import { systemClock } from '../../../lib/core/time/system-clock.js';

function read(options: unknown) {
  const issues: string[] = [];
  const settings = readModuleOptions(options, { name: 'forRoot', obvious: true }, issues);
  return { settings, issues };
}

describe('module options', () => {
  it('have defaults', () => {
    expect(read(undefined)).toEqual({
      settings: {
        configKey: 'resilience',
        presets: true,
        enabled: true,
        routes: [],
        httpErrors: false,
        eventEmitter: false,
        recentFailures: 0,
        classifiers: [],
        keys: {},
        propagateContext: false,
        shutdownGraceMs: 10_000,
        captureStacks: false,
      },
      issues: [],
    });
  });

  it('are kept as given', () => {
    const policies = { pay: { anything: true } };
    const given = {
      policies,
      operations: { 'A.b': {} },
      configKey: 'app.resilience',
      presets: false,
      enabled: false,
      routes: [{ path: '/api/**', policy: 'edge' }],
      httpErrors: true,
      logging: { retry: false },
      logger: console,
      eventEmitter: ['circuitOpened'],
      recentFailures: 100,
      classifiers: [() => undefined],
      keys: { tenant: () => 'a' },
      clock: systemClock,
      random: () => 0.5,
      propagateContext: { trustInbound: () => true },
      captureStacks: true,
    };
    const { settings, issues } = read({ ...given, shutdownGrace: 0 });
    expect(issues).toEqual([]);
    expect(settings).toEqual({ ...given, shutdownGraceMs: 0 });
    expect(settings?.policies).toBe(policies);
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it.each([[false], [() => {}], [console]])('take %p as logger', (logger) => {
    expect(read({ logger }).settings?.logger).toBe(logger);
  });

  it.each([
    [true, { trustInbound: false }],
    [{}, { trustInbound: false }],
    [{ trustInbound: true }, { trustInbound: true }],
    [false, false],
  ])('take %j as propagateContext', (propagateContext, settings) => {
    expect(read({ propagateContext }).settings?.propagateContext).toEqual(settings);
  });

  const loggerKind = 'false, a function of the event, or a logger with log, error and warn';
  it.each([
    [{ polices: {} }, "polices: unknown key, did you mean 'policies'?"],
    [
      { store: {} },
      'store: expected a store, such as new FileStateStore({ path }) with the methods load, save (got an object)',
    ],
    [
      { propagateContext: 'yes' },
      expect.stringMatching(/^propagateContext: expected true or false or an object/),
    ],
    [
      { propagateContext: { trust: true } },
      "propagateContext.trust: unknown key, did you mean 'trustInbound'?",
    ],
    [
      { propagateContext: { trustInbound: 'gateway' } },
      expect.stringMatching(
        /^propagateContext\.trustInbound: expected true or false or a function \(got 'gateway'\)/,
      ),
    ],
    [{ configKey: '' }, "configKey: expected a non-empty string (got '')"],
    [{ httpErrors: 'yes' }, "httpErrors: expected true or false (got 'yes'), convert it to a boolean"],
    [{ routes: {} }, 'routes: expected a list of { path, policy } (got an object)'],
    [
      { routes: [{ path: 'api', policy: 'x' }] },
      "routes[0].path: expected a path that begins with '/', with '*' for one whole segment or '**' for the rest, such as '/api/**' (got 'api')",
    ],
    [{ routes: [{ path: '/api' }] }, 'routes[0].policy: expected a non-empty string (not given)'],
    [
      { routes: [{ path: '/', polcy: 'x', policy: 'y' }] },
      "routes[0].polcy: unknown key, did you mean 'policy'?",
    ],
    [{ logger: true }, `logger: expected ${loggerKind} (got true)`],
    [{ logger: { log() {} } }, `logger: expected ${loggerKind} (got an object)`],
    [{ classifiers: [5] }, 'classifiers[0]: expected a function (got 5)'],
    [{ keys: { tenant: 'x' } }, "keys.tenant: expected a function (got 'x')"],
    [
      { clock: Date },
      'clock: expected a clock with the methods now, epoch, setTimer, clearTimer (got function Date)',
    ],
    [
      { clock: { now() {} } },
      'clock: expected a clock with the methods now, epoch, setTimer, clearTimer (got an object)',
    ],
    [{ random: 5 }, 'random: expected a function (got 5)'],
    [{ shutdownGrace: -1 }, "shutdownGrace: expected a duration such as 250 or '2s', 0 or more (got -1)"],
    [5, 'options: expected an object (got 5)'],
  ])('refuse %p', (options, issue: unknown) => {
    expect(read(options)).toEqual({ settings: undefined, issues: [issue] });
  });

  it('refuse a logger that throws when it is looked at', () => {
    const logger = new Proxy(
      {},
      {
        get() {
          throw new Error('secret');
        },
      },
    );
    expect(read({ logger }).issues).toEqual([
      `logger: expected ${loggerKind} (got an object that cannot be read)`,
    ]);
  });
});

describe('paths of routes', () => {
  const policy = 'edge';
  const expected =
    "expected a path that begins with '/', with '*' for one whole segment or '**' for the rest";

  it.each(['/', '/api', '/api/', '/*', '/**', '/api/*/items', '/api/**', '/*/*/**', '/a.b/~c', '/a:b'])(
    'may be %s',
    (path) => {
      expect(read({ routes: [{ path, policy }] }).issues).toEqual([]);
    },
  );

  it.each(['', 'api', '*', '/api//x', '/api/**/x', '/ord*', '/orders/:id', '/api?x=1', '/api#top', '/***'])(
    'may not be %p',
    (path) => {
      expect(read({ routes: [{ path, policy }] }).issues).toEqual([expect.stringContaining(expected)]);
    },
  );
});

describe('usable module options', () => {
  function usable(options: unknown) {
    const issues: string[] = [];
    return { settings: usableModuleOptions(options, { name: 'forRoot', obvious: true }, issues), issues };
  }

  it('are all of them where nothing is wrong', () => {
    expect(usable({ presets: false })).toMatchObject({ settings: { presets: false }, issues: [] });
  });

  it('are those that are right, with defaults for the others and every fault reported', () => {
    const { settings, issues } = usable({
      presets: false,
      policies: { pay: {} },
      shutdownGrace: 'soon',
      polices: {},
      get keys() {
        throw new Error('hidden');
      },
    });

    expect(settings).toMatchObject({
      presets: false,
      policies: { pay: {} },
      shutdownGraceMs: 10_000,
      keys: {},
    });
    expect(issues).toHaveLength(3);
  });

  const unreadable = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error('hidden');
      },
    },
  );
  it.each<[string, unknown]>([
    ['text', 'text'],
    ['a number', 5],
    ['a list', []],
    ['an object that nobody can read', unreadable],
  ])('are none where %s is given', (_, options) => {
    const { settings, issues } = usable(options);

    expect(settings).toMatchObject({ configKey: 'resilience', presets: true });
    expect(issues).toHaveLength(1);
  });
});
