import v8 from 'node:v8';
import vm from 'node:vm';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { noBackoff, rejection, virtualPolicy, watched } from '../../../support/virtual-policy.js';

const down = new Error('down');

function exposedGc(): () => void {
  v8.setFlagsFromString('--expose-gc');
  return vm.runInNewContext('gc') as () => void;
}

function countAlive(refs: readonly WeakRef<object>[]): number {
  return refs.filter((ref) => ref.deref() !== undefined).length;
}

function fails(calls: { count: number }): Promise<never> {
  calls.count++;
  return Promise.reject(down);
}

describe('ten thousand immediate retries', () => {
  it('use no timer', async () => {
    const { policy, clock } = virtualPolicy({ retry: { maxAttempts: 10_000, backoff: noBackoff } });
    const setTimer = jest.spyOn(clock, 'setTimer');
    const calls = { count: 0 };

    expect(await rejection(policy.execute(() => fails(calls)))).toBe(down);
    expect(calls.count).toBe(10_000);
    expect(setTimer).not.toHaveBeenCalled();
  });

  it('let the event loop turn every 100 attempts', async () => {
    const { policy } = virtualPolicy({ retry: { maxAttempts: 1000, backoff: noBackoff } });
    const calls = { count: 0 };
    const result = watched(policy.execute(() => fails(calls)));
    const perTurn: number[] = [];
    while (!result.settled) {
      const before = calls.count;
      await nextTurn();
      perTurn.push(calls.count - before);
    }

    expect(Math.max(...perTurn)).toBeLessThanOrEqual(100);
    expect(perTurn.length).toBeGreaterThanOrEqual(9);
  });

  it('end on an abort between two of them', async () => {
    const { policy } = virtualPolicy({ retry: { maxAttempts: 10_000, backoff: noBackoff } });
    const controller = new AbortController();
    const calls = { count: 0 };
    const result = watched(policy.execute(() => fails(calls), { signal: controller.signal }));
    await nextTurn();
    const before = calls.count;
    controller.abort('enough');
    await Promise.resolve();
    await Promise.resolve();
    await nextTurn();

    expect(before).toBeLessThan(10_000);
    expect(calls.count).toBe(before);
    expect(result.error).toBe('enough');
  });

  it('grow no stack', async () => {
    const depths: number[] = [];
    const { policy } = virtualPolicy({ retry: { maxAttempts: 10_000, backoff: noBackoff } });
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1000;
    try {
      await rejection(
        policy.execute(({ attempt }) => {
          if (attempt % 2500 === 0) depths.push((new Error('here').stack ?? '').split('\n').length);
          throw down;
        }),
      );
    } finally {
      Error.stackTraceLimit = limit;
    }

    expect(depths).toHaveLength(4);
    // A frame more or less comes and goes with what the engine inlines; growth would be thousands.
    expect(Math.max(...depths)).toBeLessThan(50);
  });

  it('keep the heap flat: of each attempt nothing stays but its error, of these 18', async () => {
    const collectGarbage = exposedGc();
    const { policy } = virtualPolicy({ retry: { maxAttempts: 10_000, backoff: noBackoff } });
    const kept: { errors: WeakRef<object>[]; contexts: WeakRef<object>[] } = { errors: [], contexts: [] };
    let alive = { errors: NaN, contexts: NaN };
    await rejection(
      policy.execute((ctx) => {
        const error = new Error('down');
        kept.errors.push(new WeakRef(error));
        kept.contexts.push(new WeakRef(ctx));
        if (ctx.attempt === 10_000) {
          collectGarbage();
          alive = { errors: countAlive(kept.errors), contexts: countAlive(kept.contexts) };
        }
        throw error;
      }),
    );

    // What was made in this turn of the event loop, about 100 attempts, is alive in any case; a leak keeps all 10,000.
    expect(alive.errors).toBeLessThan(500);
    expect(alive.contexts).toBeLessThan(500);
  });

  it('keep 18 errors, however many there were', async () => {
    const { policy } = virtualPolicy({ retry: { maxAttempts: 10_000, backoff: noBackoff } });
    const { report } = await policy.tryExecute(({ attempt }) => Promise.reject(attempt));

    expect(report.errors).toEqual([
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => 9991 + i),
    ]);
    expect(report.delays).toHaveLength(18);
  });
});
