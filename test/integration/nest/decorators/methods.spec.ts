import { CircuitBreaker } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = {
  instant: { retry: { maxAttempts: 3, backoff: noBackoff } },
  once: { retry: { maxAttempts: 1 } },
};

async function startWith<T>(type: new () => T) {
  const app = await startApp({ providers: [type], options: { policies } });
  return { ...app, instance: app.get<T>(type) };
}

describe('a protected method', () => {
  class Service {
    @Retryable('instant')
    async count(_a?: unknown, _b = 2, ..._rest: unknown[]): Promise<number> {
      // oxlint-disable-next-line prefer-rest-params
      return arguments.length;
    }

    @Retryable('instant')
    async withDefaults(a: unknown, b: unknown = 'default'): Promise<unknown[]> {
      return [a, b];
    }

    @Retryable('instant')
    private async hidden(): Promise<Service> {
      return this;
    }

    async open(): Promise<Service> {
      return this.hidden();
    }

    @Retryable('instant')
    async ['with-dash'](): Promise<string> {
      return 'dash';
    }

    @Retryable('instant')
    async 42(): Promise<string> {
      return 'number';
    }
  }

  it.each([0, 1, 2, 5])('gets exactly the %d arguments it was called with', async (length) => {
    const { instance } = await startWith(Service);
    await expect(instance.count(...Array<undefined>(length).fill(undefined))).resolves.toBe(length);
  });

  it('keeps its default parameters', async () => {
    const { instance } = await startWith(Service);
    await expect(instance.withDefaults(1)).resolves.toEqual([1, 'default']);
    await expect(instance.withDefaults(1, undefined)).resolves.toEqual([1, 'default']);
    await expect(instance.withDefaults(1, null)).resolves.toEqual([1, null]);
  });

  it('may be private to TypeScript, and has the very instance as `this`', async () => {
    const { instance } = await startWith(Service);
    await expect(instance.open()).resolves.toBe(instance);
  });

  it('may have any name', async () => {
    const { instance, service } = await startWith(Service);
    await expect(instance['with-dash']()).resolves.toBe('dash');
    await expect(instance[42]()).resolves.toBe('number');
    expect(service.explain('Service.with-dash').length).toBeGreaterThan(0);
    expect(service.explain('Service.42').length).toBeGreaterThan(0);
  });

  it('is no constructor, like any method', async () => {
    const { instance } = await startWith(Service);
    expect(() => Reflect.construct(instance.count, [])).toThrow(/is not a constructor/);
  });

  it('may be called on another instance, bound, and by a subclass made at run time', async () => {
    const { instance } = await startWith(Service);
    const heir = Object.create(instance) as Service;
    await expect(heir.open()).resolves.toBe(heir);
    await expect(instance.count.bind(instance)(1, 2)).resolves.toBe(2);
  });

  it('leaves what is seen of instances as it was', async () => {
    class Plain {
      readonly field = 1;
    }
    class Decorated extends Plain {
      @Retryable('instant')
      async load(): Promise<void> {}
    }
    const { instance } = await startWith(Decorated);
    expect(JSON.stringify(instance)).toBe(JSON.stringify(new Plain()));
    expect(Object.keys(instance)).toEqual(['field']);
    expect({ ...instance }).toEqual({ field: 1 });
    const names: string[] = [];
    for (const name in instance) names.push(name);
    expect(names).toEqual(['field']);
    expect(instance).toEqual(new Decorated());
  });

  it('protects instances that freeze themselves', async () => {
    class Frozen {
      readonly calls: number[] = [];

      constructor() {
        Object.freeze(this);
      }

      @Retryable('instant')
      async load(): Promise<number> {
        if (this.calls.push(1) < 3) throw new Error('down');
        return this.calls.length;
      }
    }
    const { instance } = await startWith(Frozen);
    await expect(instance.load()).resolves.toBe(3);
  });
});

describe('symbols as names', () => {
  const key = Symbol('load');

  class Service {
    calls = 0;

    @Retryable('instant')
    async [key](): Promise<number> {
      if (++this.calls < 3) throw new Error('down');
      return this.calls;
    }
  }

  it('are protected where the method has the decorator', async () => {
    const { instance, service } = await startWith(Service);
    await expect(instance[key]()).resolves.toBe(3);
    expect(service.explain('Service.Symbol(load)').length).toBeGreaterThan(0);
  });
});

describe('inheritance', () => {
  class Base {
    readonly log: string[] = [];

    @Retryable('instant')
    async load(): Promise<string> {
      this.log.push('Base');
      throw new Error('down');
    }

    @Retryable('instant')
    async inherited(): Promise<string> {
      this.log.push('inherited');
      throw new Error('down');
    }

    @Retryable('instant')
    async undone(): Promise<string> {
      this.log.push('undone');
      throw new Error('down');
    }
  }

  class Derived extends Base {
    @Retryable('once')
    override async load(): Promise<string> {
      this.log.push('Derived');
      return super.load();
    }

    override async undone(): Promise<string> {
      this.log.push('bare');
      throw new Error('down');
    }
  }

  class Further extends Derived {
    override async load(): Promise<string> {
      this.log.push('Further');
      return super.load();
    }
  }

  it('protects what is inherited', async () => {
    const { instance, events } = await startWith(Derived);
    await rejection(instance.inherited());
    expect(instance.log).toEqual(['inherited', 'inherited', 'inherited']);
    expect(events[0]?.operation).toBe('Derived.inherited');
  });

  it('leaves an override without a decorator bare', async () => {
    const { instance, events } = await startWith(Derived);
    await rejection(instance.undone());
    expect(instance.log).toEqual(['bare']);
    expect(events).toEqual([]);
  });

  it('runs override and super method each under its own policy and name', async () => {
    const { instance, events } = await startWith(Derived);
    await rejection(instance.load());
    expect(instance.log).toEqual(['Derived', 'Base', 'Base', 'Base']);
    expect([...new Set(events.map(({ operation }) => operation))]).toEqual(['Derived.load', 'Base.load']);
  });

  it('names a method that only `super` reaches after the class of the instance, unless its override is protected', async () => {
    class Abstract {
      @CircuitBreaker({ failureThreshold: 1 })
      async load(): Promise<string> {
        throw new Error('down');
      }
    }
    class Users extends Abstract {
      override async load(): Promise<string> {
        return super.load();
      }
    }
    class Orders extends Abstract {
      override async load(): Promise<string> {
        return super.load();
      }
    }
    const { get, service } = await startApp([Users, Orders]);
    await rejection(get(Users).load());
    expect(await rejection(get(Orders).load())).toMatchObject({ message: 'down' });
    expect(service.breakers().map(({ name }) => name)).toEqual(['Users.load', 'Orders.load']);
  });

  it('goes through several generations', async () => {
    const { instance } = await startWith(Further);
    await rejection(instance.load());
    expect(instance.log).toEqual(['Further', 'Derived', 'Base', 'Base', 'Base']);
  });

  it('keeps apart the breakers of a class and of one that extends it', async () => {
    class Parent {
      @CircuitBreaker({ failureThreshold: 1 })
      async load(): Promise<string> {
        throw new Error('down');
      }
    }
    class Child extends Parent {}
    const { get, service } = await startApp([Parent, Child]);
    await rejection(get(Parent).load());
    expect(await rejection(get(Parent).load())).toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect(await rejection(get(Child).load())).toMatchObject({ message: 'down' });
    expect(service.breakers().map(({ name }) => name)).toEqual(['Parent.load', 'Child.load']);
  });
});

describe('what cannot be protected', () => {
  const decorators = {
    Retryable: Retryable('instant'),
    Resilient: Resilient('instant'),
    CircuitBreaker: CircuitBreaker(),
  };

  it.each(Object.entries(decorators))('@%s refuses static methods when it is applied', (name, decorator) => {
    class Service {
      static async load(): Promise<void> {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(Service, 'load') as TypedPropertyDescriptor<never>;
    expect(() => decorator(Service as never, 'load', descriptor)).toThrow(
      `@${name} on the static method Service.load: only methods of instances can be protected`,
    );
  });

  it('accessors and properties are refused when the decorator is applied', () => {
    class Service {
      get accessor(): number {
        return 1;
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Service.prototype, 'accessor');
    expect(() => Retryable()(Service.prototype as never, 'accessor', descriptor as never)).toThrow(
      '@Retryable on Service.accessor: only methods can be protected',
    );
    expect(() => Retryable()(Service.prototype as never, 'field', undefined as never)).toThrow(
      '@Retryable on Service.field: only methods can be protected',
    );
  });
});

describe('a decorator applied by hand, without a descriptor', () => {
  it('protects the method', async () => {
    class Service {
      calls = 0;

      async load(): Promise<number> {
        if (++this.calls < 3) throw new Error('down');
        return this.calls;
      }
    }
    Retryable('instant')(Service.prototype, 'load', undefined as never);
    const { instance } = await startWith(Service);
    await expect(instance.load()).resolves.toBe(3);
  });
});

describe('decorators that come more than once', () => {
  it('on one method, or on class and method, wrap once', async () => {
    @Resilient('instant')
    @Retryable('instant')
    class Service {
      calls = 0;

      @Retryable('instant')
      @Retryable('instant')
      async load(): Promise<never> {
        this.calls++;
        throw new Error('down');
      }
    }
    const { instance, service } = await startWith(Service);
    await rejection(instance.load());
    expect(instance.calls).toBe(3);
    expect(service.stats('instant').calls).toBe(1);
  });

  it('from two copies of the package wrap once, and methods of both are told apart', async () => {
    let copy!: { Retryable: typeof Retryable; CircuitBreaker: typeof CircuitBreaker };
    jest.isolateModules(() => {
      copy = {
        ...require('../../../../lib/nest/decorators/retryable.decorator.js'),
        ...require('../../../../lib/nest/decorators/strategy.decorators.js'),
      };
    });
    expect(copy.Retryable).not.toBe(Retryable);

    class Service {
      readonly calls: string[] = [];

      @copy.CircuitBreaker()
      @Retryable('instant')
      async both(): Promise<never> {
        this.calls.push('both');
        throw new Error('down');
      }

      @copy.Retryable('instant')
      async other(): Promise<never> {
        this.calls.push('other');
        throw new Error('down');
      }

      @Retryable('instant')
      async own(): Promise<never> {
        this.calls.push('own');
        throw new Error('down');
      }
    }
    const { instance } = await startWith(Service);
    for (const name of ['both', 'other', 'own', 'other', 'both'] as const) await rejection(instance[name]());
    expect(instance.calls).toEqual(
      ['both', 'other', 'own', 'other', 'both'].flatMap((name) => [name, name, name]),
    );
  });
});

describe('results', () => {
  class Service {
    @Resilient('once')
    async stream(value: unknown): Promise<unknown> {
      return value;
    }

    @Resilient('once')
    anything(value: unknown): any {
      return value;
    }
  }

  it.each([
    ['a Node stream', async () => (await import('node:stream')).Readable.from(['a'])],
    ['a web stream', async () => new ReadableStream()],
    ['an async generator', async () => (async function* () {})()],
    ['a Response', async () => new Response('x')],
    ['a function', async () => () => 1],
  ])('%s that an async method gives passes as a value', async (_, make) => {
    const { instance } = await startWith(Service);
    const value = await make();
    await expect(instance.stream(value)).resolves.toBe(value);
  });

  it('a plain value of a method of any result is a success already', async () => {
    const { instance, service } = await startWith(Service);
    for (const value of [undefined, null, 0, '', 'x', false]) {
      const result: unknown = instance.anything(value);
      expect(result).toBeInstanceOf(Promise);
      await expect(result).resolves.toBe(value);
    }
    expect(service.stats('once')).toMatchObject({ calls: 6, successes: 6 });
  });

  it.each([
    ['a Node stream', async () => (await import('node:stream')).Readable.from(['a'])],
    ['a web stream', async () => new ReadableStream()],
  ])('%s of a method of any result passes as a value', async (_, make) => {
    const { instance } = await startWith(Service);
    const value = await make();
    await expect(instance.anything(value)).resolves.toBe(value);
  });
});
