import { Global, Injectable, Logger, Module, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { lastValueFrom, Observable, of } from 'rxjs';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { closeApps, LogLines, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection, virtualClock } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = { instant: { retry: { maxAttempts: 3, backoff: noBackoff } } };

/** Fails twice, then answers. */
class Flaky {
  calls = 0;

  protected answer(): number {
    if (++this.calls % 3 !== 0) throw new Error('down');
    return this.calls;
  }
}

describe('a call', () => {
  it('in a constructor runs bare', async () => {
    @Injectable()
    class Eager extends Flaky {
      readonly first = rejection(this.load());

      @Retryable('instant')
      async load(): Promise<number> {
        return this.answer();
      }
    }
    const { get } = await startApp({ providers: [Eager], options: { policies } });
    await expect(get(Eager).first).resolves.toEqual(new Error('down'));
    expect(get(Eager).calls).toBe(1);
    await expect(get(Eager).load()).resolves.toBe(3);
  });

  it('in onModuleInit runs under the policy', async () => {
    @Injectable()
    class Warm extends Flaky {
      async onModuleInit(): Promise<void> {
        await this.load();
      }

      @Retryable('instant')
      async load(): Promise<number> {
        return this.answer();
      }
    }
    const { get } = await startApp({ providers: [Warm], options: { policies } });
    expect(get(Warm).calls).toBe(3);
  });

  it('of a factory, while providers are still being made, runs under the policy', async () => {
    @Injectable()
    class Client extends Flaky {
      @Retryable('instant')
      async load(): Promise<number> {
        return this.answer();
      }
    }
    const { get } = await startApp({
      providers: [
        Client,
        { provide: 'LOADED', inject: [Client], useFactory: (client: Client) => client.load() },
      ],
      options: { policies },
    });
    expect(get('LOADED')).toBe(3);
  });
});

describe('a decorated class that the options of the module depend on', () => {
  const start = async (Secrets: Type<{ load(): Promise<unknown> }>) => {
    @Global()
    @Module({ providers: [Secrets], exports: [Secrets] })
    class SecretsModule {}

    const clock = virtualClock();
    const loading = Test.createTestingModule({
      imports: [
        ResilienceModule.forRootAsync({
          imports: [SecretsModule],
          inject: [Secrets],
          useFactory: async (secrets: { load(): Promise<unknown> }) => {
            await secrets.load();
            return { clock, policies };
          },
        }),
      ],
    })
      .setLogger(new LogLines())
      .compile();
    const app = await loading;
    await app.init();
    return { app, clock };
  };

  it('runs under its own options and the presets until they are there, then under its policy', async () => {
    @Injectable()
    class Secrets extends Flaky {
      @Retryable('quick', { maxAttempts: 3, backoff: noBackoff })
      async load(): Promise<number> {
        return this.answer();
      }
    }
    const { app } = await start(Secrets);
    expect(app.get(Secrets, { strict: false }).calls).toBe(3);
    await expect(app.get(Secrets, { strict: false }).load()).resolves.toBe(6);
    await app.close();
  });

  it('runs under its own options alone where its policy is still to come', async () => {
    @Injectable()
    class Secrets extends Flaky {
      @Resilient('instant', { retry: { maxAttempts: 3, backoff: noBackoff } })
      async load(): Promise<number> {
        return this.answer();
      }
    }
    const { app } = await start(Secrets);
    expect(app.get(Secrets, { strict: false }).calls).toBe(3);
    await app.close();
  });
});

describe('an instance made with `new`', () => {
  class Client extends Flaky {
    @Retryable('instant')
    async load(): Promise<number> {
      return this.answer();
    }
  }

  it('runs bare, and says so once at debug', async () => {
    const logs = new LogLines();
    Logger.overrideLogger(logs);
    expect(await rejection(new Client().load())).toEqual(new Error('down'));
    await rejection(new Client().load());
    expect(logs.of('debug')).toEqual([expect.stringMatching(/^Client: a method ran unprotected.*`new`/)]);
    expect(logs.of('error')).toEqual([]);
  });

  it('runs bare on any `this`', async () => {
    const load = Client.prototype.load as (this: unknown) => Promise<unknown>;
    for (const self of [Object.create(null), undefined])
      await expect(load.call(self)).rejects.toThrow(TypeError);
  });
});

describe('an application without the module', () => {
  it('runs methods bare, and says so in one error for each class, naming it and ResilienceModule.forRoot()', async () => {
    class Payments extends Flaky {
      @Retryable('instant')
      async load(): Promise<number> {
        return this.answer();
      }
    }
    class Orders extends Payments {}
    const logs = new LogLines();
    const app = await Test.createTestingModule({ providers: [Payments, Orders] })
      .setLogger(logs)
      .compile();
    await rejection(new Payments().load());
    for (const type of [Payments, Payments, Orders]) await rejection(app.get(type).load());
    expect(app.get(Payments).calls).toBe(2);
    expect(logs.of('error')).toEqual([
      expect.stringMatching(/^Payments .*ResilienceModule\.forRoot\(\)/),
      expect.stringMatching(/^Orders .*ResilienceModule\.forRoot\(\)/),
    ]);
    await app.close();
  });

  it('says so in each application of the process', async () => {
    class Payments extends Flaky {
      @Retryable('instant')
      async load(): Promise<number> {
        return this.answer();
      }
    }
    for (let application = 0; application < 2; application++) {
      const logs = new LogLines();
      const app = await Test.createTestingModule({ providers: [Payments] })
        .setLogger(logs)
        .compile();
      await rejection(app.get(Payments).load());
      expect(logs.of('error')).toEqual([expect.stringMatching(/^Payments /)]);
      await app.close();
    }
  });

  it.each([
    ['an empty object', () => ({})],
    ['a function', () => () => undefined],
    [
      'a proxy that answers everything with a function',
      () => new Proxy({}, { get: (_target, key) => (key === 'then' ? undefined : () => 'mock') }),
    ],
    [
      'a proxy that answers everything with itself',
      () => {
        const mock: object = new Proxy(() => mock, {
          get: (_target, key) => (key === 'then' ? undefined : mock),
          has: () => true,
          getOwnPropertyDescriptor: () => ({ value: mock, configurable: true, writable: true }),
        });
        return mock;
      },
    ],
  ])('takes no mock of useMocker for a runtime: %s', async (_, mock) => {
    class Payments extends Flaky {
      @Retryable('instant')
      async load(): Promise<number> {
        return this.answer();
      }
    }
    const logs = new LogLines();
    const app = await Test.createTestingModule({ providers: [Payments] })
      .useMocker(mock)
      .setLogger(logs)
      .compile();
    expect(await rejection(app.get(Payments).load())).toEqual(new Error('down'));
    expect(app.get(Payments).calls).toBe(1);
    expect(logs.of('error')).toHaveLength(1);
    await app.close();
  });
});

describe('a class that only shows after the boot', () => {
  class Late {
    @Retryable('instnt')
    async promise(): Promise<void> {}

    @Retryable('instnt')
    observable(): Observable<number> {
      return of(1);
    }

    @Retryable('instnt')
    async *iterable(): AsyncGenerator<number> {
      yield 1;
    }

    @Retryable('instnt')
    undeclared() {
      return of(1);
    }
  }

  it('fails each call whose policy does not exist, in the form of its results', async () => {
    const { app } = await startApp({ options: { policies } });
    const late = await app.get(ModuleRef).create(Late);
    const invalid = { code: 'CONFIG_INVALID', issues: [expect.stringContaining("'instnt'")] };
    expect(await rejection(late.promise())).toMatchObject(invalid);
    expect(await rejection(lastValueFrom(late.observable()))).toMatchObject(invalid);
    expect(await rejection(late.iterable().next())).toMatchObject(invalid);
    expect(await rejection(late.undeclared() as never)).toMatchObject(invalid);
  });
});
