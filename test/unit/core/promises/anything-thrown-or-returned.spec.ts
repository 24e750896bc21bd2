import { callReport } from '../../../../lib/core/call-report.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { eventsOf, noBackoff, rejection, virtualPolicy } from '../../../support/virtual-policy.js';

function hostile(): object {
  const refuse = (): never => {
    throw new Error('hands off');
  };
  return new Proxy(
    {},
    {
      get: refuse,
      has: refuse,
      ownKeys: refuse,
      getPrototypeOf: refuse,
      getOwnPropertyDescriptor: refuse,
      set: refuse,
      defineProperty: refuse,
    },
  );
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

class Unprintable extends Error {
  override get message(): string {
    throw new Error('no message');
  }
  override get name(): string {
    throw new Error('no name');
  }
}

const cyclic = new Error('cyclic');
cyclic.cause = cyclic;

const thrown: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['an empty string', ''],
  ['a string', 'down'],
  ['0', 0],
  ['NaN', NaN],
  ['a bigint', 10n],
  ['a symbol', Symbol('down')],
  ['a function', () => 'down'],
  ['a plain object', { code: 'down' }],
  ['an object without prototype', Object.create(null)],
  ['a frozen error', Object.freeze(new Error('frozen'))],
  ['an error that is its own cause', cyclic],
  ['an error without a message that can be read', new Unprintable()],
  ['a proxy that throws on access', hostile()],
  ['a revoked proxy', revoked()],
  ['an AggregateError of nothing', new AggregateError([])],
];

// Everything that looks at errors takes part.
const everything = {
  timeout: { total: '1m', attempt: '30s' },
  retry: {
    backoff: noBackoff,
    budget: true,
    abortOn: ['never', 418, RangeError],
    retryOn: ['default', 'E42', 503, EvalError],
  },
  circuitBreaker: { failureThreshold: 100, ignore: ['E43'], recordOn: ['default', 'E44'] },
} as const;

// …and everything that stands between breaker and operation.
const guarded = {
  ...everything,
  idempotent: true,
  hedge: { delay: '1s', budget: { ratio: 1 } },
  adaptiveThrottle: { k: 1 },
  rateLimiter: { limit: 100 },
  bulkhead: { maxConcurrent: 2, maxQueue: 1, adaptive: { min: 2, max: 4 } },
} as const;

describe('whatever an operation throws, hedged and in a bulkhead,', () => {
  it.each(thrown)('%s: is thrown as it is, and all slots come back', async (_, error) => {
    for (const operation of [() => Promise.reject(error), () => fail(error), () => thenable(error)]) {
      const { policy, clock } = virtualPolicy(guarded, { random: () => 0.999 });
      const events = eventsOf(policy);
      const result = await policy.tryExecute(operation);

      expect(result.ok).toBe(false);
      expect(Object.is((result as { error: unknown }).error, error)).toBe(true);
      expect(result.report).toMatchObject({ attempts: 3, reason: 'exhausted' });
      expect(events.filter(({ type }) => type === 'hedged').length).toBeGreaterThan(0);
      expect(events.some(({ type }) => type === 'diagnostic')).toBe(false);
      expect(clock.pending).toBe(0);
      const both = [1, 2].map(() => policy.execute(() => nextTurn(), { idempotent: false }));
      await Promise.all(both);
    }
  });
});

describe('whatever an operation returns, hedged and in a bulkhead,', () => {
  it.each([[undefined], [null], [0], [''], [false], [NaN], [Object.freeze({})], [hostileResult()]])(
    '%# is a success, synchronous or not',
    async (value) => {
      const { policy, clock } = virtualPolicy(guarded);

      expect(Object.is(await policy.execute(() => value), value)).toBe(true);
      expect(Object.is(await policy.execute(() => Promise.resolve(value)), value)).toBe(true);
      expect(policy.stats()).toMatchObject({ calls: 2, attempts: 2, successes: 2 });
      expect(clock.pending).toBe(0);
    },
  );
});

/** Refuses every look but the one that tells a promise from anything else. */
function hostileResult(): object {
  return new Proxy(
    {},
    {
      get(_, key) {
        if (key === 'then') return undefined;
        throw new Error('hands off');
      },
    },
  );
}

describe('whatever an operation throws', () => {
  it.each(thrown)('%s: is thrown as it is, after the retries', async (_, error) => {
    for (const operation of [() => Promise.reject(error), () => fail(error), () => thenable(error)]) {
      const { policy, clock } = virtualPolicy(everything);
      const events = eventsOf(policy);
      const result = await policy.tryExecute(operation);

      expect(result.ok).toBe(false);
      expect(Object.is((result as { error: unknown }).error, error)).toBe(true);
      expect(result.report).toMatchObject({ attempts: 3, reason: 'exhausted' });
      expect(result.report.errors).toHaveLength(3);
      expect(events.at(-1)?.type).toBe('failure');
      expect(events.some(({ type }) => type === 'diagnostic')).toBe(false);
      expect(clock.pending).toBe(0);
    }
  });

  it.each(thrown)('%s: is given to the fallback, and may be the cause of its failure', async (_, error) => {
    const seen: unknown[] = [];
    const { policy } = virtualPolicy({
      fallback: {
        handlers: [
          (given) => {
            seen.push(given);
            throw given;
          },
        ],
        on: [() => true],
      },
    });
    const result = await rejection(policy.execute(() => Promise.reject(error)));

    expect(seen.length).toBe(1);
    expect(Object.is(seen[0], error)).toBe(true);
    expect(result).toMatchObject({ code: 'ALL_FALLBACKS_FAILED' });
    expect((result as { errors: unknown[] }).errors.length).toBe(2);
  });

  it.each(thrown)('%s: may be the reason of an abort', async (_, reason) => {
    const { policy } = virtualPolicy(everything);
    const controller = new AbortController();
    const result = policy.tryExecute(() => new Promise(() => {}), { signal: controller.signal });
    controller.abort(reason);
    const ended = (await result) as { error: unknown };

    // An abort without a reason gets one from the platform.
    if (reason === undefined) expect(ended.error).toMatchObject({ name: 'AbortError' });
    else expect(Object.is(ended.error, reason)).toBe(true);
  });
});

function fail(error: unknown): never {
  throw error;
}

function thenable(error: unknown): PromiseLike<never> {
  return {
    then(_resolve: unknown, reject?: ((reason: unknown) => any) | null) {
      reject?.(error);
      return undefined as never;
    },
  };
}

describe('whatever an operation returns', () => {
  it.each([[undefined], [null], [0], [''], [false], [NaN], [Symbol.iterator], [[]], [() => 1]])(
    '%p is a success, synchronous or not',
    async (value) => {
      const { policy } = virtualPolicy(everything);

      expect(await policy.execute(() => value)).toBe(value);
      expect(await policy.execute(() => Promise.resolve(value))).toBe(value);
      expect(policy.stats()).toMatchObject({ calls: 2, attempts: 2, successes: 2 });
    },
  );

  it.each([
    ['with limits', everything],
    ['without limits', {}],
  ])('a thenable that calls both callbacks settles once, %s', async (_, options) => {
    const { policy } = virtualPolicy({ ...options });
    const events = eventsOf(policy);
    const both = (first: 'resolve' | 'reject') => ({
      then(resolve: (value: string) => void, reject: (error: Error) => void) {
        if (first === 'reject') reject(Object.assign(new Error('no'), { status: 404 }));
        resolve('yes');
        reject(new Error('too late'));
        resolve('far too late');
      },
    });

    expect(await policy.execute(() => both('resolve') as PromiseLike<string>)).toBe('yes');
    expect(await rejection(policy.execute(() => both('reject') as PromiseLike<string>))).toMatchObject({
      status: 404,
    });
    expect(events.filter(({ type }) => type === 'success' || type === 'failure')).toHaveLength(2);
  });

  it.each<[string, () => unknown]>([
    [
      'a thenable whose then throws',
      () => ({
        then() {
          throw new Error('then fails');
        },
      }),
    ],
    [
      'an object whose then cannot be read',
      () =>
        Object.defineProperty({}, 'then', {
          get() {
            throw new Error('then fails');
          },
        }),
    ],
    [
      'a promise of a subclass whose then throws',
      () => {
        class Hostile extends Promise<unknown> {
          override then(): never {
            throw new Error('then fails');
          }
        }
        return new Hostile(() => {});
      },
    ],
  ])('%s fails the attempt', async (_, operation) => {
    for (const options of [everything, { retry: { backoff: noBackoff } }]) {
      const { policy, clock } = virtualPolicy(options);
      const result = await policy.tryExecute(operation);

      expect(result).toMatchObject({ ok: false, error: { message: 'then fails' }, report: { attempts: 3 } });
      expect(clock.pending).toBe(0);
    }
  });

  it('a lazy query, as query builders make, is started once for each attempt', async () => {
    let started = 0;
    const query = () => ({
      then(resolve: (rows: number[]) => void, reject: (error: Error) => void) {
        started++;
        if (started < 3) reject(new Error('down'));
        else resolve([1, 2]);
      },
    });
    const { policy } = virtualPolicy(everything);

    expect(await policy.execute(() => query() as PromiseLike<number[]>)).toEqual([1, 2]);
    expect(started).toBe(3);
  });
});

describe('an operation that ends late', () => {
  it('is observed: nothing it throws is unhandled', async () => {
    for (const options of [{ timeout: '1s' }, { timeout: { attempt: '1s' } }]) {
      const { policy, clock } = virtualPolicy(options);
      let reject = (_: unknown): void => {};
      const result = policy.tryExecute(() => new Promise((_, no) => (reject = no)));
      await clock.advance('1s');
      await result;
      reject(new Error('late'));
      await nextTurn();
      await nextTurn();
    }
  });
});

describe('the report', () => {
  it('knows hostile objects, too, for it never looks into them', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const error = hostile();
    await policy.tryExecute(() => Promise.reject(error));

    expect(callReport(error)).toMatchObject({ attempts: 3 });
  });
});
