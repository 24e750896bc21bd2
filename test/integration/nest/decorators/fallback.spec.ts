import { AllFallbacksFailedError } from '../../../../lib/core/errors/all-fallbacks-failed-error.js';
import { Fallback, FallbackValue } from '../../../../lib/nest/decorators/fallback.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = {
  instant: { retry: { maxAttempts: 2, backoff: noBackoff } },
  answered: { fallback: { value: 'of the policy' } },
};

const error = new Error('down');

class Orders {
  readonly name = 'orders';
  readonly seen: unknown[] = [];
  calls = 0;

  private async fail(): Promise<string> {
    this.calls++;
    throw error;
  }

  @Fallback(function (this: Orders, cause, id: string, amount: number) {
    return `${this.name} ${id} ${amount} ${(cause as Error).message}`;
  })
  async byFunction(_id: string, _amount: number): Promise<string> {
    return this.fail();
  }

  @Retryable('instant')
  @Fallback('cached')
  async byMethod(_id: string): Promise<string> {
    return this.fail();
  }

  async cached(cause: unknown, ...args: unknown[]): Promise<string> {
    this.seen.push(cause, ...args);
    return `cached by ${this.name}`;
  }

  @Fallback('hidden')
  async byPrivateMethod(): Promise<string> {
    return this.calls < 0 ? this.hidden() : this.fail();
  }

  private hidden(): string {
    return 'hidden';
  }

  @Fallback([
    'broken',
    () => {
      throw new Error('this one, too');
    },
    { value: 'last' },
  ])
  async byList(): Promise<string> {
    return this.fail();
  }

  async broken(): Promise<string> {
    throw new Error('broken');
  }

  @Fallback(['broken', 'broken'])
  async byBrokenList(): Promise<string> {
    return this.fail();
  }

  @Fallback({ value: null })
  async byValue(): Promise<string | null> {
    return this.fail();
  }

  @FallbackValue('constant')
  async byConstant(): Promise<string> {
    return this.fail();
  }

  @FallbackValue(() => ({ made: true }))
  async byMadeValue(): Promise<{ made: boolean }> {
    throw error;
  }

  @FallbackValue('of the method')
  @Resilient('answered')
  async replaced(): Promise<string> {
    return this.fail();
  }

  @Fallback('broken')
  @FallbackValue('second')
  async twice(): Promise<string> {
    return this.fail();
  }

  @Fallback(() => 'network only', { on: ['network'] })
  async onNetwork(cause: unknown): Promise<string> {
    throw cause;
  }

  @Fallback({ handlers: ['cached'], on: ['network'] })
  async byOptions(cause: unknown): Promise<string> {
    throw cause;
  }
}

describe('@Fallback', () => {
  const start = async () => {
    const app = await startApp({ providers: [Orders], options: { policies } });
    return { ...app, orders: app.get(Orders) };
  };

  it('with a function calls it with the error and the arguments, `this` being the instance', async () => {
    const { orders } = await start();
    await expect(orders.byFunction('A1', 5)).resolves.toBe('orders A1 5 down');
  });

  it('with the name of a method calls that method of the instance, once for a call', async () => {
    const { orders } = await start();
    await expect(orders.byMethod('A1')).resolves.toBe('cached by orders');
    expect(orders.seen).toEqual([error, 'A1']);
    expect(orders.calls).toBe(2);
  });

  it('takes the name of a method that TypeScript calls private', async () => {
    const { orders } = await start();
    await expect(orders.byPrivateMethod()).resolves.toBe('hidden');
  });

  it('with a list tries one after the other', async () => {
    const { orders } = await start();
    await expect(orders.byList()).resolves.toBe('last');
  });

  it('fails with the errors of all, the first being that of the call', async () => {
    const { orders } = await start();
    const thrown = await rejection(orders.byBrokenList());
    expect(thrown).toBeInstanceOf(AllFallbacksFailedError);
    expect(thrown).toMatchObject({ errors: [error, new Error('broken'), new Error('broken')], cause: error });
  });

  it('with a value answers with it', async () => {
    const { orders } = await start();
    await expect(orders.byValue()).resolves.toBeNull();
  });

  it('answers only the errors of `on`', async () => {
    const { orders } = await start();
    const network = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    await expect(orders.onNetwork(network)).resolves.toBe('network only');
    expect(await rejection(orders.onNetwork(error))).toBe(error);
  });

  it('takes its handlers and rules as one object, like the option of a policy', async () => {
    const { orders } = await start();
    const network = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    await expect(orders.byOptions(network)).resolves.toBe('cached by orders');
    expect(await rejection(orders.byOptions(error))).toBe(error);
  });

  it("replaces the policy's", async () => {
    const { orders } = await start();
    await expect(orders.replaced()).resolves.toBe('of the method');
  });

  it('several on one method are tried from the top', async () => {
    const { orders, events } = await start();
    await expect(orders.twice()).resolves.toBe('second');
    expect(events.filter(({ type }) => type === 'fallbackFailed')).toHaveLength(1);
  });

  it('answers with a protected method, too, which is a call of its own', async () => {
    class Twofold {
      @Fallback('second')
      async first(): Promise<string> {
        throw error;
      }

      @FallbackValue('third')
      async second(): Promise<string> {
        throw error;
      }
    }
    const { get, service } = await startApp([Twofold]);
    await expect(get(Twofold).first()).resolves.toBe('third');
    expect(service.stats('inline').calls).toBe(2);
  });

  it('answers with an inherited or overridden method of the instance', async () => {
    class Base {
      @Fallback('answer')
      async load(): Promise<string> {
        throw error;
      }

      answer(): string {
        return 'base';
      }
    }
    class Derived extends Base {
      override answer(): string {
        return 'derived';
      }
    }
    const { get } = await startApp([Base, Derived]);
    await expect(get(Base).load()).resolves.toBe('base');
    await expect(get(Derived).load()).resolves.toBe('derived');
  });

  describe('with the name of no method', () => {
    class Misspelt {
      readonly field = 'x';

      @Fallback('cachd')
      async load(): Promise<string> {
        return 'x';
      }

      @Fallback(['cached', 'constructor'])
      async save(): Promise<string> {
        return 'x';
      }

      @Fallback('toString')
      async remove(): Promise<string> {
        return 'x';
      }

      @Fallback({ handlers: ['cachd'], timeout: '1s' })
      async update(): Promise<string> {
        return 'x';
      }

      async cached(): Promise<string> {
        return 'x';
      }

      get accessor(): never {
        throw new Error('nobody asked for this');
      }
    }

    it('fails the boot, naming class, method and the nearest one, for every method', async () => {
      expect(await bootIssues([Misspelt])).toEqual([
        "Misspelt.load: @Fallback names the method 'cachd', which Misspelt does not have, did you mean 'cached'?",
        expect.stringMatching(/^Misspelt\.save: @Fallback names the method 'constructor'/),
        expect.stringMatching(/^Misspelt\.remove: @Fallback names the method 'toString'/),
        expect.stringMatching(/^Misspelt\.update: @Fallback names the method 'cachd'/),
      ]);
    });
  });
});

describe('@FallbackValue', () => {
  it('answers with the value', async () => {
    const { get } = await startApp({ providers: [Orders], options: { policies } });
    await expect(get(Orders).byConstant()).resolves.toBe('constant');
  });

  it('that is a function makes one for each call', async () => {
    const { get } = await startApp({ providers: [Orders], options: { policies } });
    const first = await get(Orders).byMadeValue();
    expect(first).toEqual({ made: true });
    expect(await get(Orders).byMadeValue()).not.toBe(first);
  });
});
