import { Controller, Get, Injectable } from '@nestjs/common';
import { from, of, Observable } from 'rxjs';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { SkipResilience } from '../../../../lib/nest/decorators/skip-resilience.decorator.js';
import { CircuitBreaker, TimeLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import type { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = {
  instant: { retry: { maxAttempts: 3, backoff: noBackoff } },
  nightly: { timeout: '1h' },
};

function optionsOf(service: ResilienceService, operation: string) {
  return Object.fromEntries(service.explain(operation).map(({ path, value }) => [path, value]));
}

/** Names of the operations that the application protects. */
function operationsOf(service: ResilienceService, candidates: readonly string[]): string[] {
  return candidates.filter((name) => {
    try {
      return service.explain(name).length >= 0;
    } catch {
      return false;
    }
  });
}

/** For `design:returntype`, which TypeScript records only where a decorator stands. */
const Marked = (): MethodDecorator => () => undefined;

describe('a decorator on a class', () => {
  const symbol = Symbol('load');

  @Injectable()
  @Resilient('instant')
  class Catalogue {
    field = async (): Promise<string> => 'field';

    static async ofTheClass(): Promise<string> {
      return 'static';
    }

    async declaredAsync(): Promise<string> {
      return 'x';
    }

    async *declaredGenerator(): AsyncIterable<string> {
      yield 'x';
    }

    @Marked()
    returnsPromise(): Promise<string> {
      return Promise.resolve('x');
    }

    @Marked()
    returnsObservable(): Observable<string> {
      return of('x');
    }

    undeclared() {
      return from(['x']);
    }

    synchronous(): string {
      return 'x';
    }

    *generator(): Iterable<string> {
      yield 'x';
    }

    get accessor(): Promise<string> {
      return Promise.resolve('x');
    }

    async [symbol](): Promise<string> {
      return 'x';
    }

    async onModuleInit(): Promise<void> {}
    async onApplicationBootstrap(): Promise<void> {}
    async onModuleDestroy(): Promise<void> {}
    async beforeApplicationShutdown(): Promise<void> {}
    async onApplicationShutdown(): Promise<void> {}

    @SkipResilience()
    async skipped(): Promise<string> {
      return 'x';
    }
  }

  const protectedOnes = [
    'Catalogue.declaredAsync',
    'Catalogue.declaredGenerator',
    'Catalogue.returnsPromise',
    'Catalogue.returnsObservable',
  ];

  it('protects what is async, async *, or recorded to return a Promise or an Observable, and nothing else', async () => {
    const { service } = await startApp({ providers: [Catalogue], options: { policies } });
    const names = [...Object.getOwnPropertyNames(Catalogue.prototype), 'field', 'ofTheClass', String(symbol)];
    expect(
      operationsOf(
        service,
        names.map((name) => `Catalogue.${name}`),
      ),
    ).toEqual(protectedOnes);
  });

  it('leaves everything else as it was', async () => {
    const { get } = await startApp({ providers: [Catalogue], options: { policies } });
    const catalogue = get(Catalogue);
    expect(catalogue.synchronous()).toBe('x');
    expect([...catalogue.generator()]).toEqual(['x']);
    await expect(catalogue.accessor).resolves.toBe('x');
    await expect(catalogue[symbol]()).resolves.toBe('x');
    await expect(catalogue.field()).resolves.toBe('field');
    await expect(Catalogue.ofTheClass()).resolves.toBe('static');
  });

  it('lists at boot, at debug, what it protects', async () => {
    const { logs } = await startApp({ providers: [Catalogue], options: { policies } });
    expect(logs.of('debug')).toContain(
      '@Resilient on Catalogue protects declaredAsync, declaredGenerator, returnsPromise, returnsObservable',
    );
  });

  it('with `methods` protects exactly those', async () => {
    @Resilient('instant', { methods: ['load', 'undeclared'] })
    class Selected {
      async load(): Promise<void> {}
      async other(): Promise<void> {}
      undeclared() {
        return of(1);
      }
    }
    const { service } = await startApp({ providers: [Selected], options: { policies } });
    const names = ['Selected.load', 'Selected.other', 'Selected.undeclared'];
    expect(operationsOf(service, names)).toEqual(['Selected.load', 'Selected.undeclared']);
  });

  it('with `except` protects all that qualify but those', async () => {
    @Retryable('instant', { except: ['other'] })
    class Selected {
      async load(): Promise<void> {}
      async other(): Promise<void> {}
    }
    const { service } = await startApp({ providers: [Selected], options: { policies } });
    expect(operationsOf(service, ['Selected.load', 'Selected.other'])).toEqual(['Selected.load']);
  });

  it('with both protects what `methods` names and `except` does not', async () => {
    @Resilient('instant', { methods: ['load', 'other'], except: ['other'] })
    class Selected {
      async load(): Promise<void> {}
      async other(): Promise<void> {}
    }
    const { service } = await startApp({ providers: [Selected], options: { policies } });
    expect(operationsOf(service, ['Selected.load', 'Selected.other'])).toEqual(['Selected.load']);
  });

  it.each([
    [{ methods: ['lod'] }, /@Resilient on Selected: the class itself declares no method "lod".*load/],
    [{ except: ['lod'] }, /declares no method "lod"/],
    [{ methods: ['onModuleInit'] }, /"onModuleInit" cannot be protected/],
    [{ methods: ['constructor'] }, /"constructor" cannot be protected/],
    [{ methods: ['accessor'] }, /"accessor" cannot be protected/],
    [{ operation: 'load' }, /`operation` names a single method/],
  ])('refuses %j', (selection, message) => {
    expect(() => {
      @Resilient('instant', selection as never)
      class Selected {
        async load(): Promise<void> {}
        async onModuleInit(): Promise<void> {}
        get accessor(): number {
          return 1;
        }
      }
      return Selected;
    }).toThrow(message);
  });

  it('does not go over to classes that extend it', async () => {
    @Resilient('instant')
    class Base {
      async load(): Promise<void> {}
    }
    class Derived extends Base {
      async save(): Promise<void> {}
    }
    const { service } = await startApp({ providers: [Derived], options: { policies } });
    expect(operationsOf(service, ['Derived.load', 'Derived.save'])).toEqual(['Derived.load']);
  });

  it('goes with a controller', async () => {
    @Controller('orders')
    @Retryable('instant')
    class Orders {
      calls = 0;

      @Get()
      async list(): Promise<string[]> {
        if (++this.calls < 3) throw new Error('down');
        return ['order'];
      }
    }
    const { get, service } = await startApp({ controllers: [Orders], options: { policies } });
    await expect(get(Orders).list()).resolves.toEqual(['order']);
    expect(operationsOf(service, ['Orders.list'])).toEqual(['Orders.list']);
  });
});

describe("a method's own decorators beside its class's", () => {
  @CircuitBreaker({ failureThreshold: 3, resetTimeout: '9s' })
  @Resilient('instant', { timeout: { total: '20s', attempt: '2s' } })
  class Catalogue {
    async asTheClass(): Promise<void> {}

    @Resilient('instant', { timeout: { attempt: '1s' } })
    async finer(): Promise<void> {}

    @CircuitBreaker({ failureThreshold: 7 })
    async otherThreshold(): Promise<void> {}

    @TimeLimit({ total: '5s' })
    async otherTotal(): Promise<void> {}

    @Retryable({ maxAttempts: 8 })
    async moreAttempts(): Promise<void> {}

    @Resilient('nightly')
    async otherPolicy(): Promise<void> {}

    @SkipResilience()
    @TimeLimit('3s')
    async own(): Promise<void> {}

    @TimeLimit('3s')
    undeclared() {
      return of(1);
    }
  }
  const start = () => startApp({ providers: [Catalogue], options: { policies } });

  it.each([
    ['asTheClass', { 'timeout.total': '20s', 'timeout.attempt': '2s', 'circuitBreaker.failureThreshold': 3 }],
    ['finer', { 'timeout.total': '20s', 'timeout.attempt': '1s', 'circuitBreaker.resetTimeout': '9s' }],
    ['otherThreshold', { 'circuitBreaker.failureThreshold': 7, 'circuitBreaker.resetTimeout': '9s' }],
    ['otherTotal', { 'timeout.total': '5s', 'timeout.attempt': '2s' }],
    [
      'moreAttempts',
      { 'retry.maxAttempts': 8, 'timeout.total': '20s', 'circuitBreaker.failureThreshold': 3 },
    ],
    ['undeclared', { 'retry.maxAttempts': 3, 'timeout.total': '3s', 'circuitBreaker.failureThreshold': 3 }],
  ])('win option by option: %s', async (method, options) => {
    const { service } = await start();
    expect(optionsOf(service, `Catalogue.${method}`)).toMatchObject(options);
  });

  it("with another policy's name replace the class's policy and what went with it, not its strategies", async () => {
    const { service } = await start();
    const options = optionsOf(service, 'Catalogue.otherPolicy');
    expect(options).toMatchObject({ 'timeout.total': '1h', 'circuitBreaker.failureThreshold': 3 });
    expect(options).not.toHaveProperty(['retry.maxAttempts']);
    expect(options).not.toHaveProperty(['timeout.attempt']);
  });

  it('stand alone under @SkipResilience', async () => {
    const { service } = await start();
    const options = optionsOf(service, 'Catalogue.own');
    expect(options).toMatchObject({ 'timeout.total': '3s' });
    expect(options).not.toHaveProperty(['circuitBreaker.failureThreshold']);
  });

  it('replace @Retryable() of the class, which means the default policy, by a policy without a retry', async () => {
    @Retryable({ maxAttempts: 7 })
    class Jobs {
      @Resilient('nightly')
      async report(): Promise<void> {}
    }
    const { service } = await startApp({ providers: [Jobs], options: { policies } });
    expect(optionsOf(service, 'Jobs.report')).toMatchObject({ 'timeout.total': '1h' });
    expect(optionsOf(service, 'Jobs.report')).not.toHaveProperty(['retry.maxAttempts']);
  });

  it('are alone in force where the class does not mean the method', async () => {
    @Resilient('instant', { except: ['excepted'] })
    class Excepting {
      async load(): Promise<void> {}
      @TimeLimit('3s')
      async excepted(): Promise<void> {}
    }
    @Resilient('instant', { methods: ['load'] })
    class Selecting {
      async load(): Promise<void> {}
      @TimeLimit('3s')
      async unselected(): Promise<void> {}
    }
    const { service } = await startApp({ providers: [Excepting, Selecting], options: { policies } });
    expect(optionsOf(service, 'Excepting.excepted')).not.toHaveProperty(['retry.maxAttempts']);
    expect(optionsOf(service, 'Selecting.unselected')).not.toHaveProperty(['retry.maxAttempts']);
    expect(optionsOf(service, 'Selecting.load')).toHaveProperty(['retry.maxAttempts']);
  });
});

describe('two decorators on a class', () => {
  it('each mean their own methods', async () => {
    @CircuitBreaker()
    @Resilient('instant', { methods: ['load'] })
    class Catalogue {
      async load(): Promise<void> {}
      async save(): Promise<void> {}
    }
    const { service } = await startApp({ providers: [Catalogue], options: { policies } });
    expect(optionsOf(service, 'Catalogue.load')).toHaveProperty(['retry.maxAttempts']);
    expect(optionsOf(service, 'Catalogue.load')).toHaveProperty(['circuitBreaker.failureThreshold']);
    expect(optionsOf(service, 'Catalogue.save')).not.toHaveProperty(['retry.maxAttempts']);
    expect(optionsOf(service, 'Catalogue.save')).toHaveProperty(['circuitBreaker.failureThreshold']);
  });

  it('may name two policies for different methods', async () => {
    @Resilient('nightly', { methods: ['save'] })
    @Resilient('instant', { methods: ['load'] })
    class Catalogue {
      async load(): Promise<void> {}
      async save(): Promise<void> {}
    }
    const { service } = await startApp({ providers: [Catalogue], options: { policies } });
    expect(optionsOf(service, 'Catalogue.save')).toMatchObject({ 'timeout.total': '1h' });
  });

  it('that name two policies for one method fail the boot', async () => {
    @Resilient('nightly')
    @Resilient('instant', { methods: ['load'] })
    class Catalogue {
      async load(): Promise<void> {}
      async save(): Promise<void> {}
    }
    expect(await bootIssues({ providers: [Catalogue], options: { policies } })).toEqual([
      'Catalogue.load: @Resilient names the policy "instant", @Resilient names "nightly"; one method has one policy',
    ]);
  });
});

describe('a decorator on a class without a method to protect', () => {
  @Retryable('instnat')
  @Resilient('nightly')
  abstract class Base {
    constant(): number {
      return 1;
    }
  }

  class Derived extends Base {}

  it('names a policy that must exist all the same', async () => {
    expect(await bootIssues({ providers: [Derived], options: { policies } })).toEqual([
      "Base: @Retryable names a policy that does not exist: there is no policy 'instnat', did you mean 'instant'?",
    ]);
  });

  it('says at boot that it protects none', async () => {
    @Resilient('nightly')
    class Constants {}
    const { logs } = await startApp({ providers: [Constants], options: { policies } });
    expect(logs.of('debug')).toContain('@Resilient on Constants protects no method');
  });
});

describe('a decorator on a method', () => {
  it.each([{ methods: ['load'] }, { except: ['load'] }])('refuses %j, which is for classes', (selection) => {
    expect(() => {
      class Catalogue {
        @Resilient('instant', selection as never)
        async load(): Promise<void> {}
      }
      return Catalogue;
    }).toThrow(/@Resilient on Catalogue\.load: `methods` and `except` are for a decorator on the class/);
  });

  it('protects lifecycle hooks, too, for there somebody asks for it', async () => {
    class Warm {
      attempts = 0;

      @Retryable('instant')
      async onModuleInit(): Promise<void> {
        if (++this.attempts < 3) throw new Error('down');
      }
    }
    const { get } = await startApp({ providers: [Warm], options: { policies } });
    expect(get(Warm).attempts).toBe(3);
  });
});
