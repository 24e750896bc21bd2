import { AsyncResource } from 'node:async_hooks';
import type { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { carryingEngine } from '../../../support/attempt-storage.js';
import { collectGarbage } from '../../../support/collect-garbage.js';
import { noBackoff, plainBackoff, rejection, watched } from '../../../support/virtual-policy.js';

const down = new Error('down');
const hangs = (): Promise<never> => new Promise(() => {});

describe('the attempt that code runs in', () => {
  it('is that of its operation, before and after each wait, on every attempt', async () => {
    const { clock, policyOf, attempt } = carryingEngine();
    const seen: [AttemptContext, unknown, unknown][] = [];
    const answer = watched(
      policyOf('payments', { retry: { backoff: plainBackoff }, timeout: '9s' }).execute(async (ctx) => {
        const before = attempt();
        await nextTurn();
        seen.push([ctx, before, attempt()]);
        if (ctx.attempt < 3) throw down;
      }),
    );
    await clock.advance('4s');

    expect(answer.settled).toBe(true);
    expect(seen.map(([ctx]) => ctx.attempt)).toEqual([1, 2, 3]);
    for (const [ctx, before, after] of seen) expect([before, after]).toEqual([ctx, ctx]);
  });

  it('is nobody outside of a call, nor for code that follows one', async () => {
    const { policyOf, attempt } = carryingEngine();
    await policyOf('payments', { retry: {} }).execute(() => nextTurn());

    expect(attempt()).toBeUndefined();
  });

  it('is the innermost one, and the outer one again after it', async () => {
    const { policyOf, attempt } = carryingEngine();
    const inner = policyOf('inner', { retry: { backoff: noBackoff } });
    const seen = await policyOf('outer', {}).execute(async () => {
      const within = await inner.execute(() => attempt()?.policy);
      return [within, attempt()?.policy];
    });

    expect(seen).toEqual(['inner', 'outer']);
  });

  it('is a loop’s where it runs its operation, not in the rest of its body', async () => {
    const { policyOf, attempt } = carryingEngine();
    const seen: unknown[] = [];
    for await (const turn of policyOf('loop', { retry: { backoff: noBackoff } }).attempts()) {
      seen.push(attempt());
      await turn.run(async (ctx) => {
        await nextTurn();
        seen.push(attempt() === ctx && ctx.attempt);
        if (ctx.attempt === 1) throw down;
      });
    }

    expect(seen).toEqual([undefined, 1, undefined, 2]);
  });

  it('is each hedge’s own', async () => {
    const { clock, policyOf, attempt } = carryingEngine();
    const own: boolean[] = [];
    const hedged = policyOf('hedged', { hedge: { delay: '1s' }, idempotent: true, timeout: '9s' });
    void watched(
      hedged.execute(async (ctx) => {
        await nextTurn();
        own.push(attempt() === ctx);
        return hangs();
      }),
    );
    await clock.advance('1s');
    await clock.advance('8s');

    expect(own).toEqual([true, true]);
  });

  it('is the surrounding one in fallbacks, hooks and listeners', async () => {
    const { policyOf, attempt } = carryingEngine();
    const seen = new Set<unknown>();
    const note = (): true => Boolean(seen.add(attempt()?.policy)) as true;
    const inner = policyOf('inner', {
      retry: { backoff: noBackoff, retryOn: [note], onRetry: note },
      fallback: note,
      on: { retry: note, attemptFailed: note },
    });
    await policyOf('outer', {}).execute(() => inner.execute(() => Promise.reject(down)));

    expect([...seen]).toEqual(['outer']);
  });

  it('is the surrounding one for what a settled operation has left behind', async () => {
    const { clock, policyOf, attempt } = carryingEngine();
    const inner = policyOf('inner', { timeout: '1s' });
    const seen: unknown[] = [];
    const later = async (): Promise<void> => {
      await new Promise<void>((expire) => clock.setTimer({ expire }, 2000));
      seen.push(attempt()?.policy, await inner.execute((ctx) => ctx.remaining()));
    };
    const outer = watched(
      policyOf('outer', { timeout: '5s' }).execute(async () => {
        await inner.execute(() => void later());
        await new Promise<void>((expire) => clock.setTimer({ expire }, 3000));
        void later();
      }),
    );
    await clock.advance('3s');
    expect(outer.settled).toBe(true);
    await clock.advance('3s');

    expect(seen).toEqual(['outer', 1000, undefined, 1000]);
  });

  it('stays for an operation that its call has left behind, until that has settled', async () => {
    const { clock, policyOf, attempt } = carryingEngine();
    const seen: unknown[] = [];
    const wait = (ms: number): Promise<void> => new Promise((expire) => void clock.setTimer({ expire }, ms));
    const answer = watched(
      policyOf('payments', { timeout: '1s' }).execute(async () => {
        await wait(2000);
        seen.push(attempt()?.remaining());
        void wait(1000).then(() => seen.push(attempt()));
      }),
    );
    await clock.advance('4s');

    expect(answer.settled).toBe(true);
    expect(seen).toEqual([0, undefined]);
  });

  it('does not grow with a chain of calls that each begins the next', async () => {
    const { clock, policyOf, attempt } = carryingEngine();
    const policy = policyOf('poll', { timeout: '1s' });
    const wait = (): Promise<void> => new Promise((expire) => void clock.setTimer({ expire }, 10_000));
    const surroundings: unknown[] = [];
    const poll = async (): Promise<void> => {
      surroundings.push(attempt());
      if (surroundings.length < 5) await policy.execute(() => void wait().then(poll));
    };
    await poll();
    await clock.advance('60s');

    expect(surroundings).toEqual(Array.from({ length: 5 }, () => undefined));
  });

  it('tells what it began with: an operation that fails goes on in no attempt of its own', async () => {
    const { policyOf, attempt } = carryingEngine();
    let after: Promise<unknown> = Promise.resolve();
    const charge = scripted([down]);
    await rejection(
      policyOf('payments', {}).execute(() => {
        after = nextTurn().then(() => attempt());
        return charge();
      }),
    );

    expect(await after).toBeUndefined();
  });

  it('keeps no object of the user’s alive once the call is over', async () => {
    const { policyOf, attempt } = carryingEngine();
    const policy = policyOf('payments', { fallback: { value: 1 } });
    class Service {
      charge(_order: object): Promise<void> {
        left.push(AsyncResource.bind(attempt));
        return nextTurn();
      }
    }
    const left: (() => unknown)[] = [];
    const call = async (): Promise<WeakRef<object>[]> => {
      const [service, order] = [new Service(), {}];
      await policy.call(service.charge, service, [order]);
      return [new WeakRef(service), new WeakRef(order)];
    };
    const kept = await call();
    await collectGarbage();

    expect(kept.map((ref) => ref.deref())).toEqual([undefined, undefined]);
    expect(left.map((ask) => ask())).toEqual([undefined]);
  });
});
