import { ConfigModule, ConfigService } from '@nestjs/config';
import { Subject, throwError, type Observable } from 'rxjs';
import type { ResilienceModuleOptions } from '../../../lib/nest/resilience-options.interface.js';
import { closeApps, startApp, type DecoratedApp } from '../../support/decorated-app.js';
import { withEnvironment } from '../../support/boot.js';

// ConfigService.set writes to the environment, too.
const inEnvironment = (run: () => Promise<void>) => () => withEnvironment({}, run);

afterEach(closeApps);

interface Watched extends DecoratedApp {
  readonly config: ConfigService;
  attempts(): unknown;
  /** Types of the events of reloads. */
  reloads(): string[];
}

async function start(loaded: object = {}, options: ResilienceModuleOptions = {}): Promise<Watched> {
  const imports = [ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => structuredClone(loaded)] })];
  return watched(await startApp({ imports, options }));
}

/** An application whose ConfigService is made of these parts. */
async function startWith(parts: object): Promise<Watched> {
  const imports = [ConfigModule.forRoot({ ignoreEnvFile: true })];
  const app = await startApp({
    imports,
    build: (builder) => builder.overrideProvider(ConfigService).useValue(parts),
  });
  return watched(app);
}

function watched(app: DecoratedApp): Watched {
  return {
    ...app,
    config: app.app.get(ConfigService, { strict: false }),
    attempts: () => app.service.explain('network').find(({ path }) => path === 'retry.maxAttempts')?.value,
    reloads: () => app.events.map(({ type }) => type).filter((type) => type.startsWith('configReload')),
  };
}

describe('a value that is set in the ConfigService', () => {
  it.each([
    ['at configKey', 'resilience', { policies: { network: { retry: { maxAttempts: 9 } } } }],
    ['below it', 'resilience.policies.network.retry.maxAttempts', 9],
    ['below it, in brackets', 'resilience["policies"]["network"]', { retry: { maxAttempts: 9 } }],
    ['of a variable', 'RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS', '9'],
  ])('%s counts 100 ms later', (_, path, value) =>
    inEnvironment(async () => {
      const app = await start();
      app.config.set(path, value as never);
      await app.clock.advance(99);
      expect(app.attempts()).toBe(5);

      await app.clock.advance(1);
      expect(app.attempts()).toBe(9);
      expect(app.reloads()).toEqual(['configReloaded']);
    })(),
  );

  it(
    'above configKey counts, too',
    inEnvironment(async () => {
      const app = await start({}, { configKey: 'app.calls' });
      app.config.set('app', { calls: { policies: { network: { retry: { maxAttempts: 9 } } } } } as never);
      await app.clock.advance(100);

      expect(app.attempts()).toBe(9);
    }),
  );

  it.each([['elsewhere'], ['resilience2'], ['resilienceful.policies'], ['RESILIENT']])(
    'elsewhere, as under %s, reloads nothing',
    (path) =>
      inEnvironment(async () => {
        const app = await start();
        app.config.set(path, 9 as never);
        await app.clock.advance('1s');

        expect(app.reloads()).toEqual([]);
        expect(app.clock.pending).toBe(0);
      })(),
  );

  it(
    'with others in one go is read together with them',
    inEnvironment(async () => {
      const app = await start();
      app.config.set('resilience.policies.network.retry.maxAttempts', 7 as never);
      await app.clock.advance(60);
      app.config.set('resilience.policies.network.retry.maxAttempts', 8 as never);
      await app.clock.advance(60);
      expect(app.attempts()).toBe(5);

      await app.clock.advance(40);
      expect(app.attempts()).toBe(8);
      expect(app.reloads()).toEqual(['configReloaded']);
    }),
  );

  it(
    'may switch everything off',
    inEnvironment(async () => {
      const app = await start();
      app.config.set('RESILIENCE_ENABLED', 'false' as never);
      await app.clock.advance(100);
      await app.service.execute('network', async () => 'bare');

      expect(app.service.stats().calls).toBe(0);
    }),
  );

  it(
    'and is wrong changes nothing, is logged and told, and harms nobody',
    inEnvironment(async () => {
      const app = await start();
      app.config.set('resilience.policies.network.retry.maxAttempts', -1 as never);
      await app.clock.advance(100);

      expect(app.attempts()).toBe(5);
      expect(app.events).toEqual([
        expect.objectContaining({
          type: 'configReloadFailed',
          error: expect.objectContaining({
            issues: [
              'policies.network.retry.maxAttempts: expected an integer >= 1 (got -1), from ConfigService "resilience"',
            ],
          }),
        }),
      ]);
      expect(app.logs.of('error')).toEqual([expect.stringContaining('(got -1)')]);

      app.config.set('resilience.policies.network.retry.maxAttempts', 6 as never);
      await app.clock.advance(100);
      expect(app.attempts()).toBe(6);
    }),
  );

  it(
    'while the application ends reloads nothing any more, and leaves no timer',
    inEnvironment(async () => {
      const app = await start();
      app.config.set('resilience', {} as never);
      await app.app.close();
      app.config.set('resilience', { policies: {} } as never);

      expect(app.clock.pending).toBe(0);
      await app.clock.advance('1s');
      expect(app.reloads()).toEqual([]);
    }),
  );
});

describe('a ConfigService that a test puts in place', () => {
  it('may tell changes of its own', async () => {
    const changes$ = new Subject<{ path: unknown }>();
    let maxAttempts = 5;
    const app = await startWith({
      changes$,
      get: (key: string) =>
        key === 'resilience' ? { policies: { network: { retry: { maxAttempts } } } } : undefined,
    });
    maxAttempts = 9;
    changes$.next({ path: ['resilience', 'policies'] });
    await app.clock.advance(100);

    expect(app.attempts()).toBe(9);
    await app.app.close();
    expect(changes$.observed).toBe(false);
  });

  it('may fail while it is read', async () => {
    const changes$ = new Subject<{ path: unknown }>();
    let isBroken = false;
    const get = (): undefined => {
      if (isBroken) throw new TypeError('broken');
      return undefined;
    };
    const app = await startWith({ changes$, get });
    isBroken = true;
    changes$.next({ path: 'resilience' });
    await app.clock.advance(100);

    expect(app.reloads()).toEqual(['configReloadFailed']);
  });

  it.each<[string, Observable<unknown> | undefined | (() => unknown)]>([
    ['no changes to tell', undefined],
    ['a function in their place, as automatic mocks have', () => undefined],
    ['changes that fail', throwError(() => new Error('broken'))],
  ])('may have %s', async (_, changes$) => {
    const app = await startWith({ changes$, get: () => undefined });

    expect(app.attempts()).toBe(5);
  });
});
