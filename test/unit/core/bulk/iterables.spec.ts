import { bulkFailure, heldOperations } from '../../../support/bulk.js';
import { settled } from '../../../support/held-operation.js';
import { eventsOf, virtualPolicy, watched } from '../../../support/virtual-policy.js';

const bare = () => virtualPolicy({}).policy;

describe('the operations of executeAll', () => {
  it('are read from an iterable only when they can begin, so that a million need no million closures', async () => {
    const { operations, settle } = heldOperations(5);
    let read = 0;
    const bulk = bare().executeAll(
      (function* () {
        for (const operation of operations) {
          read++;
          yield operation;
        }
      })(),
      { concurrency: 2 },
    );
    expect(read).toBe(2);

    settle[1]?.resolve('b');
    await settled();
    expect(read).toBe(3);

    for (const index of [0, 2, 3, 4]) {
      settle[index]?.resolve(index);
      await settled();
    }
    expect(await bulk).toMatchObject({ successful: [0, 1, 2, 3, 4].map((index) => ({ index })) });
  });

  it('are read from an async iterable one at a time, never twice at once', async () => {
    let reading = 0;
    let most = 0;
    const source = {
      next: 0,
      [Symbol.asyncIterator]() {
        return {
          next: async () => {
            most = Math.max(most, ++reading);
            await settled();
            reading--;
            const value = this.next++;
            return value < 20 ? { done: false, value: () => value } : { done: true, value: undefined };
          },
        } as AsyncIterator<() => number>;
      },
    };
    const { successful } = await bare().executeAll(source, { concurrency: 4 });

    expect(most).toBe(1);
    expect(successful.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('that come slowly are run while the next one is waited for', async () => {
    const { policy, clock } = virtualPolicy({});
    const ended = jest.fn();
    async function* slowly() {
      for (const value of [1, 2]) {
        await new Promise<void>((resolve) => clock.setTimer({ expire: resolve }, 1000));
        yield () => value;
      }
    }
    const bulk = watched(policy.executeAll(slowly(), { onProgress: ended }));
    await clock.advance('1s');
    expect(ended).toHaveBeenCalledTimes(1);
    await clock.advance('1s');

    expect(bulk.value).toMatchObject({ successful: [{ value: 1 }, { value: 2 }], ok: true });
  });

  it('of an array are those that were in it when the bulk began', async () => {
    const { operations, settle } = heldOperations(2);
    const bulk = bare().executeAll(operations, { concurrency: 1 });
    operations.length = 0;
    for (const index of [0, 1]) {
      settle[index]?.resolve(index);
      await settled();
    }

    expect(await bulk).toMatchObject({ successRate: 1, successful: [{ index: 0 }, { index: 1 }] });
  });

  it('fail alone where an iterable gives something that is no function', async () => {
    const wrong = [() => 1, Promise.reject(new Error('unobserved')), () => 3] as (() => number)[];
    const { failed, successful } = await bulkFailure(bare().executeAll(new Set(wrong)));

    expect(successful.map(({ value }) => value)).toEqual([1, 3]);
    expect(failed).toMatchObject([
      { index: 1, error: { code: 'CONFIG_INVALID' }, report: { attempts: 0, reason: 'permanent' } },
    ]);
  });

  it.each(['sync', 'async'])(
    'that cannot be read to their end (%s) end the bulk after what runs, with that error as its cause',
    async (kind) => {
      const lost = new Error('the cursor is lost');
      const { operations, settle } = heldOperations(2);
      function* sync() {
        yield* operations;
        throw lost;
      }
      async function* async() {
        yield* operations;
        throw lost;
      }
      const bulk = watched(bulkFailure(bare().executeAll(kind === 'sync' ? sync() : async())));
      await settled();
      settle[0]?.resolve('a');
      await settled();
      expect(bulk.settled).toBe(false);
      settle[1]?.resolve('b');
      await settled();

      expect(bulk.value).toMatchObject({ cause: lost, successRate: 1, failed: [] });
      expect(bulk.value?.successful).toHaveLength(2);
      expect(bulk.value?.message).toBe('The bulk was cut short: 0 failed, 100 % succeeded (policy=payments)');
    },
  );

  it('that are no iterator after all end it the same way', async () => {
    const broken = { [Symbol.iterator]: () => ({ next: () => undefined }) };

    expect((await bulkFailure(bare().executeAll(broken as never))).cause).toBeInstanceOf(TypeError);
  });

  it('let the event loop turn, however fast a million of them end', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 1 } });
    policy.breaker()?.forceOpen();
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    function* many() {
      for (let n = 0; n < 5000; n++) yield () => n;
    }
    const { failed } = await bulkFailure(policy.executeAll(many()));
    isOver = true;

    expect(failed).toHaveLength(5000);
    expect(turns).toBeGreaterThanOrEqual(45);
  });

  it('that fail while they are closed make one diagnostic event', async () => {
    const { policy } = virtualPolicy({});
    const events = eventsOf(policy);
    const abort = new AbortController();
    const fault = new Error('close');
    function* endless() {
      try {
        for (;;) yield () => new Promise(() => undefined);
      } finally {
        // eslint-disable-next-line no-unsafe-finally
        throw fault;
      }
    }
    const bulk = policy.executeAll(endless(), { signal: abort.signal });
    abort.abort();
    await bulkFailure(bulk);

    expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([
      expect.objectContaining({ source: 'operations', error: fault, policy: 'payments' }),
    ]);
  });
});
