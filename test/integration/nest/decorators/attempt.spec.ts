import { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import { FallbackValue, Fallback } from '../../../../lib/nest/decorators/fallback.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { SkipResilience } from '../../../../lib/nest/decorators/skip-resilience.decorator.js';
import { TimeLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import type { ResilienceModuleOptions } from '../../../../lib/nest/resilience-options.interface.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = { instant: { retry: { maxAttempts: 3, backoff: noBackoff }, timeout: '10s' } };

class Payments {
  readonly seen: AttemptContext[] = [];
  readonly args: unknown[][] = [];

  @Retryable('instant')
  async charge(id: string, @Attempt() attempt?: AttemptContext, ...more: unknown[]): Promise<string> {
    this.args.push([id, ...more]);
    this.seen.push(attempt as AttemptContext);
    if (this.seen.length < 3) throw new Error(`failed ${this.seen.length}`);
    return id;
  }

  @TimeLimit({ attempt: '2s', total: '5s' })
  async hang(@Attempt() attempt: AttemptContext, amount = 7): Promise<never> {
    this.seen.push(attempt);
    this.args.push([amount]);
    return new Promise(() => undefined);
  }

  @Fallback((_error, ...args: unknown[]) => args)
  async answered(_id: string, @Attempt() _attempt?: AttemptContext): Promise<unknown> {
    throw new Error('down');
  }

  @FallbackValue([])
  // oxlint-disable-next-line prefer-rest-params
  async countArguments(_id?: string, @Attempt() _attempt?: AttemptContext): Promise<unknown[]> {
    return [...arguments];
  }
}

describe('@Attempt()', () => {
  const start = async (options: ResilienceModuleOptions = { policies }) => {
    const app = await startApp({ providers: [Payments], options });
    return { ...app, payments: app.get(Payments) };
  };

  it('gives each attempt its own context', async () => {
    const { payments } = await start();
    await expect(payments.charge('A1')).resolves.toBe('A1');
    expect(payments.seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(payments.seen.map(({ lastError }) => lastError)).toEqual([
      undefined,
      new Error('failed 1'),
      new Error('failed 2'),
    ]);
    for (const context of payments.seen) {
      expect(context).toBeInstanceOf(AttemptContext);
      expect(context).toMatchObject({ maxAttempts: 3, policy: 'instant', operation: 'Payments.charge' });
      expect(context.remaining()).toBe(10_000);
    }
  });

  it('replaces whatever the caller passed there, and leaves the other arguments', async () => {
    const { payments } = await start();
    await payments.charge('A1', { attempt: 99, admin: true } as never, 'x', undefined);
    expect(payments.seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(payments.args[0]).toEqual(['A1', 'x', undefined]);
  });

  it('leaves default parameters behind it', async () => {
    const { payments } = await start();
    void rejection(payments.hang(undefined as never));
    expect(payments.args).toEqual([[7]]);
  });

  it('has a signal that aborts with the attempt, and the time that remains', async () => {
    const { payments, clock } = await start();
    const error = rejection(payments.hang(undefined as never));
    const [context] = payments.seen;
    expect(context?.signal.aborted).toBe(false);
    await clock.advance('500ms');
    expect(context?.remaining()).toBe(1500);
    await clock.advance('1500ms');
    expect(context?.signal.aborted).toBe(true);
    expect(context?.signal.reason).toBe(await error);
  });

  it('is no argument of fallbacks', async () => {
    const { payments } = await start();
    await expect(payments.answered('A1')).resolves.toEqual(['A1']);
    await expect(payments.answered('A1', 'fake' as never)).resolves.toEqual(['A1', 'fake']);
  });

  it('fills up arguments that the caller left out', async () => {
    const { payments } = await start();
    await expect(payments.countArguments()).resolves.toEqual([undefined, expect.any(AttemptContext)]);
  });

  it('without a policy says attempt 1 and never aborts', async () => {
    for (const instance of [new Payments(), (await start({ policies, enabled: false })).payments]) {
      await rejection(instance.charge('A1', { attempt: 99 } as never));
      expect(instance.seen[0]).toMatchObject({
        attempt: 1,
        maxAttempts: 1,
        lastError: undefined,
        operation: 'Payments.charge',
      });
      expect(instance.seen[0]?.signal.aborted).toBe(false);
      expect(instance.seen[0]?.signal).toBe(instance.seen[0]?.signal);
      expect(instance.seen[0]?.remaining()).toBe(Infinity);
    }
  });

  it('is given on methods that a class decorator protects, and where the class is extended', async () => {
    @Retryable('instant')
    class Base {
      async load(@Attempt() attempt?: AttemptContext): Promise<unknown> {
        return attempt?.operation;
      }
    }
    class Derived extends Base {
      override async load(attempt?: AttemptContext): Promise<unknown> {
        return [attempt, await super.load(attempt)];
      }
    }
    const { get } = await startApp({ providers: [Base, Derived], options: { policies } });
    await expect(get(Base).load()).resolves.toBe('Base.load');
    await expect(get(Derived).load('mine' as never)).resolves.toEqual(['mine', 'Derived.load']);
  });

  it('stands on one parameter of instance methods only', () => {
    expect(() => {
      class Twice {
        @Retryable()
        async load(@Attempt() _a?: AttemptContext, @Attempt() _b?: AttemptContext): Promise<void> {}
      }
      return Twice;
    }).toThrow(/@Attempt\(\) on Twice\.load: one parameter receives the attempt/);
    class Plain {
      static async load(): Promise<void> {}
    }
    for (const key of ['load', undefined])
      expect(() => Attempt()(Plain as never, key as never, 0)).toThrow(/only parameters of instance methods/);
  });

  describe('on a method that nothing protects', () => {
    const bare = expect.objectContaining({ attempt: 1, maxAttempts: 1 }) as unknown;

    @Retryable('instant', { except: ['excepted'] })
    class Exempting {
      @SkipResilience()
      async skipped(id: string, @Attempt() attempt?: AttemptContext): Promise<unknown> {
        return [id, attempt];
      }

      async excepted(id: string, @Attempt() attempt?: AttemptContext): Promise<unknown> {
        return [id, attempt];
      }

      plain(id: string, @Attempt() attempt?: AttemptContext): unknown {
        return [id, attempt];
      }
    }

    class Undecorated {
      plain(id: string, @Attempt() attempt?: AttemptContext): unknown {
        return [id, attempt];
      }
    }

    it.each(['skipped', 'excepted', 'plain'] as const)(
      'says attempt 1, whatever the caller passed: %s',
      async (key) => {
        const { get } = await startApp({ providers: [Exempting], options: { policies } });
        for (const instance of [get(Exempting), new Exempting()]) {
          expect(await instance[key]('A1')).toEqual(['A1', bare]);
          expect(await instance[key]('A1', { attempt: 99 } as never)).toEqual(['A1', bare]);
        }
        expect(Exempting.prototype[key].name).toBe(key);
      },
    );

    it('says so in a class without any decorator, too, however many applications provide it', async () => {
      const forms = new Set<unknown>();
      for (let n = 0; n < 3; n++) {
        const { get } = await startApp({ providers: [Undecorated], options: { policies } });
        expect(get(Undecorated).plain('A1', { attempt: 99 } as never)).toEqual(['A1', bare]);
        forms.add(Undecorated.prototype.plain);
      }
      expect(forms.size).toBe(1);
    });

    it('counts again where another decorator protects the method after all', async () => {
      @Retryable('instant')
      @Resilient('instant', { except: ['load'] })
      class Stacked {
        calls = 0;

        async load(@Attempt() attempt?: AttemptContext): Promise<unknown> {
          if (++this.calls < 2) throw new Error('down');
          return attempt?.attempt;
        }
      }
      const { get } = await startApp({ providers: [Stacked], options: { policies } });
      await expect(get(Stacked).load()).resolves.toBe(2);
    });
  });
});
