import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import type { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { bulkFailure, heldOperations } from '../../../support/bulk.js';
import { settled } from '../../../support/held-operation.js';
import { plainBackoff, virtualEngine, virtualPolicy, watched } from '../../../support/virtual-policy.js';

const reason = new Error('the user pressed Ctrl+C');
const never = (): Promise<never> => new Promise(() => undefined);

describe('executeAll', () => {
  it.each([true, false])(
    'makes the error of its deadline with its frames or without: %p',
    async (captureStacks) => {
      const { policy, clock } = virtualPolicy({}, { captureStacks });
      const bulk = watched(bulkFailure(policy.executeAll([never], { deadline: clock.epoch() + 1_000 })));
      await clock.advance('1s');

      const { cause } = bulk.value ?? {};
      expect(cause).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
      expect(/\n +at /.test((cause as Error).stack ?? '')).toBe(captureStacks);
    },
  );
});

describe("executeAll, when the caller's signal aborts", () => {
  it('aborts what runs, begins nothing more, and tells the rest as failed with the reason, at once', async () => {
    const { policy } = virtualPolicy({});
    const abort = new AbortController();
    const signals: AbortSignal[] = [];
    const held = ({ signal }: AttemptContext): Promise<never> => {
      signals.push(signal);
      return never();
    };
    const operations = [() => 'a', ...Array.from({ length: 9 }, () => held)];
    const bulk = watched(
      bulkFailure(policy.executeAll(operations, { concurrency: 3, signal: abort.signal })),
    );
    await settled();
    abort.abort(reason);
    await settled();

    expect(signals).toHaveLength(3);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    const { failed = [], successful, successRate, cause } = bulk.value ?? {};
    expect(successful).toEqual([{ index: 0, value: 'a' }]);
    expect(failed.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(failed.every(({ error }) => error === reason)).toBe(true);
    expect(failed.map(({ report }) => report.attempts)).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect(new Set(failed.map(({ report }) => report.reason))).toEqual(new Set(['aborted']));
    expect([successRate, cause]).toEqual([0.1, reason]);
    expect(policy.stats()).toMatchObject({ calls: 4, aborted: 3, failures: 0 });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  it('is well nevertheless where enough have succeeded', async () => {
    const { policy } = virtualPolicy({});
    const abort = new AbortController();
    const operations = [() => 1, () => 2, () => 3, never];
    const bulk = policy.executeAll(operations, { successThreshold: 0.75, signal: abort.signal });
    await settled();
    abort.abort(reason);

    expect(await bulk).toMatchObject({ ok: true, successRate: 0.75, failed: [{ index: 3, error: reason }] });
  });

  it('runs nothing where it has aborted before', async () => {
    const { policy } = virtualPolicy({});
    const signal = AbortSignal.abort(reason);
    const { operations, started } = heldOperations(3);
    const { failed } = await bulkFailure(policy.executeAll(operations, { signal }));

    expect(failed.map(({ error }) => error)).toEqual([reason, reason, reason]);
    expect(started).toEqual([]);
    expect(await policy.executeAll([], { signal })).toMatchObject({ ok: true });
  });

  it.each(['an operation', 'onProgress', 'the iterable'])('by %s itself, begins nothing more', async (by) => {
    const { policy } = virtualPolicy({});
    const abort = new AbortController();
    const begun: number[] = [];
    const does = (who: string, n: number): void => {
      if (who === by && n === 2) abort.abort(reason);
    };
    let closed = false;
    function* operations() {
      try {
        for (let n = 0; ; n++) {
          does('the iterable', n);
          yield () => {
            begun.push(n);
            does('an operation', n);
          };
        }
      } finally {
        closed = true;
      }
    }
    const onProgress = ({ completed }: { completed: number }): void => does('onProgress', completed);
    const bulk = policy.executeAll(operations(), { concurrency: 1, signal: abort.signal, onProgress });

    expect((await bulkFailure(bulk)).cause).toBe(reason);
    expect(begun).toEqual(by === 'an operation' ? [0, 1, 2] : [0, 1]);
    expect(closed).toBe(true);
  });

  it('waits for no iterable that is slow to give the next operation, and closes it', async () => {
    const { policy } = virtualPolicy({});
    const abort = new AbortController();
    let isClosed = false;
    const hanging = {
      [Symbol.asyncIterator]: () => ({
        next: never,
        return: () => {
          isClosed = true;
          return Promise.reject(new Error('unobserved'));
        },
      }),
    };
    const bulk = watched(bulkFailure(policy.executeAll(hanging, { signal: abort.signal })));
    await settled();
    expect(bulk.settled).toBe(false);
    abort.abort(reason);
    await settled();

    expect(bulk.value).toMatchObject({ cause: reason, failed: [], successRate: 1 });
    expect(isClosed).toBe(true);
  });

  it('with no rate that could tell of an iterable whose rest nobody knows, is never well', async () => {
    const { policy } = virtualPolicy({});
    const abort = new AbortController();
    const many = function* () {
      yield* [() => 1, () => 2, () => 3];
      yield never;
    };
    const bulk = policy.executeAll(many(), { successThreshold: 0.5, signal: abort.signal, concurrency: 4 });
    await settled();
    abort.abort(reason);

    expect(await bulkFailure(bulk)).toMatchObject({ successRate: 0.75, cause: reason });
  });

  it('leaves one listener on the signal while it runs, and none behind', async () => {
    const { policy } = virtualPolicy({});
    const { signal } = new AbortController();
    const { operations, settle } = heldOperations(100);
    const bulk = policy.executeAll(operations, { concurrency: 100, signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);

    for (const one of settle) one.resolve(1);
    await bulk;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('executeAll, when its deadline comes', () => {
  it('ends what runs and what would wait longer for a retry, and tells the rest with the same limit', async () => {
    const { policy, clock } = virtualPolicy({ retry: { maxAttempts: 9, backoff: plainBackoff } });
    const down = new Error('down');
    const operations = [() => 'a', () => Promise.reject(down), never, never, never];
    const options = { concurrency: 2, deadline: new Date(clock.epoch() + 5000) };
    const bulk = watched(bulkFailure(policy.executeAll(operations, options)));
    await clock.advance('4999ms');
    expect(bulk.settled).toBe(false);
    await clock.advance('1ms');

    const { failed = [], successful } = bulk.value ?? {};
    expect(successful).toHaveLength(1);
    expect(failed.map(({ index, report }) => [index, report.reason])).toEqual([
      [1, 'timeout'],
      [2, 'timeout'],
      [3, 'timeout'],
      [4, 'timeout'],
    ]);
    // A backoff that would go past the deadline ends its call with the last error as it is.
    expect(failed[0]?.error).toBe(down);
    for (const { error } of failed.slice(1))
      expect(error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'deadline' });
    expect(failed[3]?.error).toMatchObject({ timeout: 5000 });
    expect(clock.pending).toBe(0);
  });

  it('runs nothing where it has passed', async () => {
    const { policy, clock } = virtualPolicy({});
    const { operations, started } = heldOperations(2);
    const { failed } = await bulkFailure(policy.executeAll(operations, { deadline: clock.epoch() }));

    expect(failed).toMatchObject([{ error: { scope: 'deadline', timeout: 0 } }, { report: { attempts: 0 } }]);
    expect(started).toEqual([]);
  });

  it('leaves no timer where everything ends before', async () => {
    const { policy, clock } = virtualPolicy({});
    await policy.executeAll([() => 1, () => 2], { deadline: clock.epoch() + 1000 });

    expect(clock.pending).toBe(0);
  });
});

describe('executeAll, when the application ends', () => {
  it('lets come to their end what runs, ends waits for retries, and tells the rest with a ShutdownError', async () => {
    const { engine, policyOf, clock } = virtualEngine();
    const policy = policyOf('payments', { retry: { backoff: plainBackoff } });
    const { operations, settle } = heldOperations(1);
    const down = new Error('down');
    const all = [...operations, () => Promise.reject(down), never, never];
    const bulk = watched(bulkFailure(policy.executeAll(all, { concurrency: 2 })));
    await settled();
    engine.drain();
    await settled();
    expect(bulk.settled).toBe(false);
    settle[0]?.resolve('done');
    await settled();

    const { failed, successful, cause } = bulk.value ?? {};
    expect(successful).toEqual([{ index: 0, value: 'done' }]);
    expect(failed).toMatchObject([
      { index: 1, error: { code: 'SHUTDOWN', cause: down }, report: { attempts: 1, reason: 'shutdown' } },
      { index: 2, error: { code: 'SHUTDOWN' }, report: { attempts: 0, reason: 'shutdown' } },
      { index: 3, error: { code: 'SHUTDOWN' } },
    ]);
    expect(cause).toMatchObject({ code: 'SHUTDOWN', policy: 'payments' });
    expect([clock.pending, engine.waits.size]).toEqual([0, 0]);
  });

  it.each(['drain', 'stop'] as const)('runs nothing after %s', async (phase) => {
    const { engine, policyOf } = virtualEngine();
    const { operations, started } = heldOperations(2);
    engine[phase]();
    const { failed } = await bulkFailure(policyOf('payments', {}).executeAll(operations));

    expect(failed).toMatchObject([{ error: { code: 'SHUTDOWN' } }, { error: { code: 'SHUTDOWN' } }]);
    expect(started).toEqual([]);
  });
});

describe('user code of executeAll', () => {
  it('runs in the async context of its caller, whatever began or ended before it', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: plainBackoff } });
    const store = new AsyncLocalStorage<string>();
    const seen = new Set<string>();
    const see = (where: string): void => void seen.add(`${where}: ${store.getStore()}`);
    async function* operations() {
      try {
        for (let n = 0; n < 3; n++) {
          see('iterable');
          yield ({ attempt }: AttemptContext) => {
            see('operation');
            if (attempt === 1) throw new Error('down');
          };
        }
        await never();
      } finally {
        see('finally');
      }
    }
    const abort = new AbortController();
    const bulk = store.run('caller', () => {
      const onProgress = (): void => see('onProgress');
      return policy.executeAll(operations(), { concurrency: 1, onProgress, signal: abort.signal });
    });
    await store.run('clock', () => clock.advance('10s'));
    store.run('aborter', () => abort.abort(reason));
    await bulkFailure(bulk);

    expect([...seen]).toEqual(['iterable: caller', 'operation: caller', 'onProgress: caller']);
  });
});
