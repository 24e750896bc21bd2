import { AsyncLocalStorage } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Controller, Get, Inject, Injectable, Scope, UseGuards, type INestApplication } from '@nestjs/common';
import { ContextIdFactory, ModuleRef, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = { instant: { retry: { maxAttempts: 3, backoff: noBackoff } } };

/** Fails twice on each instance, then answers. */
class Flaky {
  calls = 0;

  protected answer(): number {
    if (++this.calls % 3 !== 0) throw new Error('down');
    return this.calls;
  }
}

describe('request scope', () => {
  const context = new AsyncLocalStorage<string>();

  interface Turn {
    readonly token: string | undefined;
    readonly context: string | undefined;
    readonly attempt: number | undefined;
  }

  @Injectable({ scope: Scope.REQUEST })
  class Account {
    readonly turns: Turn[] = [];

    constructor(@Inject(REQUEST) private readonly request: { headers: Record<string, string> }) {}

    @Retryable('instant')
    async load(@Attempt() attempt?: AttemptContext): Promise<this> {
      this.turns.push({
        token: this.request.headers['token'],
        context: context.getStore(),
        attempt: attempt?.attempt,
      });
      await new Promise(setImmediate);
      if (this.turns.length < 3) throw new Error('down');
      return this;
    }
  }

  @Controller()
  class Accounts {
    readonly turns: number[] = [];

    constructor(private readonly account: Account) {}

    @Get()
    @Retryable('instant')
    async get(): Promise<Turn[]> {
      const account = await this.account.load();
      if (account !== this.account) throw new Error('another instance');
      if (this.turns.push(1) < 3) throw new Error('down');
      return account.turns;
    }
  }

  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [ResilienceModule.forRoot({ policies })],
      controllers: [Accounts],
      providers: [Account],
    }).compile();
    app = module.createNestApplication({ logger: false });
    app.use((request: { headers: Record<string, string> }, _response: unknown, next: () => void) =>
      context.run(`context of ${request.headers['token']}`, next),
    );
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it('gives 100 concurrent requests each their own instance, token and context, on every attempt', async () => {
    const tokens = [...Array(100).keys()].map(String);
    const answers = await Promise.all(
      tokens.map(async (token) => (await fetch(url, { headers: { token } })).json() as Promise<Turn[]>),
    );
    expect(answers).toEqual(
      tokens.map((token) =>
        [1, 2, 3, 1, 1].map((attempt) => ({ token, context: `context of ${token}`, attempt })),
      ),
    );
  });
});

describe('an instance of request scope', () => {
  it('is held by nobody when its request is over', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Account extends Flaky {
      @Retryable('instant')
      async load(): Promise<number> {
        return this.answer();
      }
    }
    const { app } = await startApp({ providers: [Account], options: { policies } });
    const request = async (): Promise<WeakRef<Account>> => {
      const account = await app.resolve(Account, ContextIdFactory.create(), { strict: false });
      await account.load();
      return new WeakRef(account);
    };
    const references: WeakRef<Account>[] = [];
    for (let n = 0; n < 20; n++) references.push(await request());
    await collectGarbage();
    expect(references.filter((reference) => reference.deref() !== undefined)).toHaveLength(0);
  });
});

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 5; turn++) {
    await new Promise(setImmediate);
    collect();
  }
}

describe('transient scope', () => {
  it('protects every instance', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Client extends Flaky {
      @Retryable('instant')
      async load(): Promise<number> {
        return this.answer();
      }
    }
    @Injectable()
    class First {
      constructor(readonly client: Client) {}
    }
    @Injectable()
    class Second {
      constructor(readonly client: Client) {}
    }
    const { get } = await startApp({ providers: [Client, First, Second], options: { policies } });
    expect(get(First).client).not.toBe(get(Second).client);
    await expect(get(First).client.load()).resolves.toBe(3);
    await expect(get(Second).client.load()).resolves.toBe(3);
  });
});

describe('providers of other kinds', () => {
  class Client extends Flaky {
    @Retryable('instant')
    async load(): Promise<number> {
      return this.answer();
    }
  }

  it.each([
    ['useClass', { provide: 'CLIENT', useClass: Client }],
    ['useFactory', { provide: 'CLIENT', useFactory: () => new Client() }],
    ['useFactory, asynchronous', { provide: 'CLIENT', useFactory: async () => new Client() }],
    ['useValue', { provide: 'CLIENT', useValue: new Client() }],
  ])('%s is protected', async (_, provider) => {
    const { get, service } = await startApp({ providers: [provider], options: { policies } });
    await expect(get<Client>('CLIENT').load()).resolves.toBe(3);
    expect(service.stats('instant')).toMatchObject({ calls: 1, attempts: 3 });
  });

  it.each([
    ['without a prototype', Object.create(null)],
    ['whose constructor is none', Object.create({ constructor: 'text' })],
    ['whose constructor is no class', Object.create({ constructor: () => 1 })],
    ['that is none', null],
    ['that is a number', 7],
  ])('useValue of an object %s is left as it is', async (_, useValue: unknown) => {
    const { get } = await startApp({
      providers: [Client, { provide: 'VALUE', useValue }],
      options: { policies },
    });
    expect(get<unknown>('VALUE')).toBe(useValue);
    await expect(get(Client).load()).resolves.toBe(3);
  });

  it.each([Scope.REQUEST, Scope.TRANSIENT])('useFactory of scope %d is protected', async (scope) => {
    const { app } = await startApp({
      providers: [{ provide: 'CLIENT', scope, useFactory: () => new Client() }],
      options: { policies },
    });
    const client = await app.resolve<Client>('CLIENT', ContextIdFactory.create(), { strict: false });
    await expect(client.load()).resolves.toBe(3);
  });

  it('a factory of request scope by what it injects is protected, and stays of request scope', async () => {
    const provider = {
      provide: 'CLIENT',
      inject: [REQUEST],
      useFactory: (request: object) => Object.assign(new Client(), { request }),
    };
    const { app } = await startApp({ providers: [provider], options: { policies } });
    const resolve = async (request: object) => {
      const id = ContextIdFactory.create();
      app.registerRequestByContextId(request, id);
      return app.resolve<Client & { request: object }>('CLIENT', id, { strict: false });
    };
    const [first, second] = [await resolve({ n: 1 }), await resolve({ n: 2 })];
    expect([first.request, second.request]).toEqual([{ n: 1 }, { n: 2 }]);
    await expect(first.load()).resolves.toBe(3);
    await expect(second.load()).resolves.toBe(3);
  });

  it('a factory of transient scope that others inject is protected', async () => {
    class Holder {
      constructor(@Inject('CLIENT') readonly client: Client) {}
    }
    const { get } = await startApp({
      providers: [{ provide: 'CLIENT', scope: Scope.TRANSIENT, useFactory: () => new Client() }, Holder],
      options: { policies },
    });
    await expect(get(Holder).client.load()).resolves.toBe(3);
  });

  it('an alias is the same instance, protected once', async () => {
    const { get, service } = await startApp({
      providers: [
        Client,
        { provide: 'ALIAS', useExisting: Client },
        { provide: 'AGAIN', useExisting: 'ALIAS' },
      ],
      options: { policies },
    });
    expect(get('AGAIN')).toBe(get(Client));
    await expect(get<Client>('AGAIN').load()).resolves.toBe(3);
    expect(service.stats('instant')).toMatchObject({ calls: 1, attempts: 3 });
  });

  it('what ModuleRef.create makes is protected', async () => {
    const { app } = await startApp({ options: { policies } });
    const client = await app.get(ModuleRef).create(Client);
    await expect(client.load()).resolves.toBe(3);
  });

  it('a guard is protected, and checked at boot', async () => {
    class Guard {
      @Retryable('instnt')
      async canActivate(): Promise<boolean> {
        return true;
      }
    }
    @Controller()
    @UseGuards(Guard)
    class Orders {
      @Get()
      async get(): Promise<void> {}
    }
    await expect(startApp({ controllers: [Orders], options: { policies } })).rejects.toMatchObject({
      issues: [expect.stringMatching(/^Guard\.canActivate: @Retryable names a policy that does not exist/)],
    });
  });
});

describe('two applications in one process', () => {
  class Client extends Flaky {
    @Retryable('shared')
    async load(): Promise<never> {
      this.calls++;
      throw new Error('down');
    }
  }
  const start = (maxAttempts: number, providers: object[] = [Client]) =>
    startApp({
      providers: providers as never,
      options: {
        policies: {
          shared: { retry: { maxAttempts, backoff: noBackoff }, circuitBreaker: { failureThreshold: 1 } },
        },
      },
    });

  it('each have their own policies and state', async () => {
    const [first, second] = [await start(1), await start(1)];
    await rejection(first.get(Client).load());
    expect(await rejection(first.get(Client).load())).toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect(await rejection(second.get(Client).load())).toMatchObject({ message: 'down' });
    expect(first.service.stats().calls).toBe(2);
    expect(second.service.stats().calls).toBe(1);
  });

  it('each have their own options', async () => {
    const [first, second] = [await start(1), await start(1)];
    first.service.update('shared', { circuitBreaker: false, retry: { maxAttempts: 4 } });
    await rejection(first.get(Client).load());
    await rejection(second.get(Client).load());
    expect(first.get(Client).calls).toBe(4);
    expect(second.get(Client).calls).toBe(1);
  });

  it('a ready-made instance goes over to the next application when the first has ended', async () => {
    const client = new Client();
    const provider = { provide: 'CLIENT', useValue: client };
    const first = await start(2, [provider]);
    await rejection(client.load());
    await first.app.close();
    client.calls = 0;
    const second = await start(1, [provider]);
    expect(await rejection(client.load())).toMatchObject({ message: 'down' });
    expect(client.calls).toBe(1);
    expect(second.service.stats().calls).toBe(1);
  });

  it('a ready-made instance that both are given goes with the last one', async () => {
    const provider = { provide: 'CLIENT', useValue: new Client() };
    const first = await start(1, [provider]);
    const second = await start(1, [provider]);
    await rejection(second.get<Client>('CLIENT').load());
    expect([first.service.stats().calls, second.service.stats().calls]).toEqual([0, 1]);
  });

  it('an instance that Nest made for one stays with it when another is given it', async () => {
    const first = await start(1);
    const second = await start(1, [{ provide: 'CLIENT', useValue: first.get(Client) }]);
    await rejection(second.get<Client>('CLIENT').load());
    expect([first.service.stats().calls, second.service.stats().calls]).toEqual([1, 0]);
  });
});
