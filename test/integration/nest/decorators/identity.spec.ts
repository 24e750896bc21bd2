import { Module, type Type } from '@nestjs/common';
import { CircuitBreaker } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';
import { rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

interface Loader {
  load(): Promise<never>;
}

/** Another class of the same name each time. */
function clientWith(decorator: () => MethodDecorator): Type<Loader> {
  class Client {
    @decorator()
    async load(): Promise<never> {
      throw new Error('down');
    }
  }
  return Client;
}

const guarded = (options?: Parameters<typeof CircuitBreaker>[0]) =>
  clientWith(() => CircuitBreaker({ failureThreshold: 1, ...options }) as MethodDecorator);

function moduleOf(name: string, ...providers: Type[]): Type {
  const made = { [name]: class {} }[name] as Type;
  Module({ providers, exports: providers })(made);
  return made;
}

describe('two classes of one name in two modules', () => {
  it('do not share a breaker, and both are shown with their module', async () => {
    const [First, Second] = [guarded(), guarded()];
    const { get, service, events } = await startApp({
      imports: [moduleOf('Billing', First), moduleOf('Shipping', Second)],
    });
    await rejection(get(First).load());
    expect(await rejection(get(First).load())).toMatchObject({ operation: 'Billing/Client.load' });
    expect(await rejection(get(Second).load())).toMatchObject({ message: 'down' });
    expect(service.breakers().map(({ name, state }) => [name, state])).toEqual([
      ['Billing/Client.load', 'open'],
      ['Shipping/Client.load', 'open'],
    ]);
    expect([...new Set(events.map(({ operation }) => operation))]).toEqual([
      'Billing/Client.load',
      'Shipping/Client.load',
    ]);
    expect(service.explain('Shipping/Client.load').length).toBeGreaterThan(0);
  });

  it('do not share what `scope: "service"` makes one for a class', async () => {
    const [First, Second] = [guarded({ scope: 'service' }), guarded({ scope: 'service' })];
    const { service } = await startApp({
      imports: [moduleOf('Billing', First), moduleOf('Shipping', Second)],
    });
    expect(service.breakers().map(({ name }) => name)).toEqual(['Billing/Client', 'Shipping/Client']);
  });

  it('are found by these names in `operations`', async () => {
    const [First, Second] = [guarded(), guarded()];
    const { service } = await startApp({
      imports: [moduleOf('Billing', First), moduleOf('Shipping', Second)],
      options: { operations: { 'Shipping/Client.load': { timeout: '3s' } } },
    });
    const paths = (operation: string) => service.explain(operation).map(({ path }) => path);
    expect(paths('Billing/Client.load')).not.toContain('timeout.total');
    expect(paths('Shipping/Client.load')).toContain('timeout.total');
  });
});

describe('one class in two modules', () => {
  it('is one service under its plain name', async () => {
    const Client = guarded();
    const { service } = await startApp({
      imports: [moduleOf('Billing', Client), moduleOf('Shipping', Client)],
    });
    expect(service.breakers().map(({ name }) => name)).toEqual(['Client.load']);
  });
});

describe('two classes of one name in modules of one name', () => {
  const bootOf = (...types: Type[]) => ({ imports: types.map((type) => moduleOf('Billing', type)) });

  it('fail the boot, which asks for a name', async () => {
    expect(await bootIssues(bootOf(guarded(), guarded()))).toEqual([
      expect.stringMatching(/^Billing\/Client: 2 classes go by this name; .*`name`/),
    ]);
  });

  it('fail the boot in one module, too', async () => {
    expect(await bootIssues({ imports: [moduleOf('Billing', guarded(), guarded(), guarded())] })).toEqual([
      expect.stringMatching(/^Billing\/Client: 3 classes go by this name/),
    ]);
  });

  it('fail the boot when only stateless strategies are theirs, for nobody could tell them apart', async () => {
    const plain = () => clientWith(() => Resilient('timed') as MethodDecorator);
    expect(
      await bootIssues({ ...bootOf(plain(), plain()), options: { policies: { timed: { timeout: '1s' } } } }),
    ).toEqual([expect.stringMatching(/^Billing\/Client: 2 classes go by this name/)]);
  });

  it('fail the boot when a budget is theirs', async () => {
    const retried = () => clientWith(() => Retryable('network') as MethodDecorator);
    expect(await bootIssues(bootOf(retried(), retried()))).toHaveLength(1);
  });

  it('boot when one of them names its state', async () => {
    const [First, Second] = [guarded(), guarded({ name: 'second' })];
    const { get, service } = await startApp(bootOf(First, Second));
    await rejection(get(First).load());
    expect(await rejection(get(Second).load())).toMatchObject({ message: 'down' });
    expect(service.breakers().map(({ name }) => name)).toEqual(['Billing/Client.load', 'second']);
  });

  it('boot when the operations have names', async () => {
    const named = (operation: string) =>
      clientWith(() => Resilient('timed', { operation, circuitBreaker: {} }) as MethodDecorator);
    const { service } = await startApp({
      ...bootOf(named('first'), named('second')),
      options: { policies: { timed: { timeout: '1s' } } },
    });
    expect(service.breakers().map(({ name }) => name)).toEqual(['first', 'second']);
  });

  it('boot under a kill switch', async () => {
    await expect(
      startApp({ ...bootOf(guarded(), guarded()), options: { enabled: false } }),
    ).resolves.toBeDefined();
  });
});

describe('a breaker', () => {
  it('is one for all methods of a class with `scope: "service"`', async () => {
    @CircuitBreaker({ failureThreshold: 1, scope: 'service' })
    class Client {
      async load(): Promise<never> {
        throw new Error('down');
      }
      async save(): Promise<string> {
        return 'saved';
      }
    }
    const { get, service } = await startApp([Client]);
    await rejection(get(Client).load());
    expect(await rejection(get(Client).save())).toMatchObject({ code: 'CIRCUIT_OPEN', breaker: 'Client' });
    expect(service.breakers()).toHaveLength(1);
  });

  it('is shared by all who give the same name', async () => {
    class First {
      @CircuitBreaker({ failureThreshold: 1, name: 'payments' })
      async load(): Promise<never> {
        throw new Error('down');
      }
    }
    class Second {
      @CircuitBreaker({ name: 'payments' })
      async load(): Promise<string> {
        return 'x';
      }
    }
    const { get } = await startApp([First, Second]);
    await rejection(get(First).load());
    expect(await rejection(get(Second).load())).toMatchObject({ code: 'CIRCUIT_OPEN', breaker: 'payments' });
  });

  it('exists from boot, before its first call', async () => {
    const { service } = await startApp({ imports: [moduleOf('Billing', guarded())] });
    expect(service.breakers()).toEqual([expect.objectContaining({ name: 'Client.load', state: 'closed' })]);
  });
});
