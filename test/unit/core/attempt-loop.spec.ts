import { getEventListeners } from 'node:events';
import type { LoopAttempt } from '../../../lib/core/attempt-loop.js';
import type { CallOptions } from '../../../lib/core/call-options.js';
import type { Policy } from '../../../lib/core/policy.js';
import { nextTurn } from '../../../lib/core/time/system-clock.js';
import { scripted, type ScriptedOperation } from '../../../lib/testing/scripted.js';
import {
  eventsOf,
  noBackoff,
  plainBackoff,
  rejection,
  virtualPolicy,
  watched,
} from '../../support/virtual-policy.js';

const down = new Error('down');
const hangs = (): Promise<never> => new Promise(() => {});

/** Runs the loop as a user writes it: the last value that `run` gave, and the numbers of the attempts. */
async function loop(
  policy: Policy,
  operation: ScriptedOperation<unknown> | (() => unknown),
  options?: CallOptions,
): Promise<{ value: unknown; attempts: number[] }> {
  const attempts: number[] = [];
  let value: unknown;
  for await (const attempt of policy.attempts(options)) {
    attempts.push(attempt.attempt);
    value = await attempt.run(operation);
  }
  return { value, attempts };
}

describe('a loop over attempts', () => {
  it('goes round until the operation succeeds', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const charge = scripted([down, down, 'fine']);

    expect(await loop(policy, charge)).toEqual({ value: 'fine', attempts: [1, 2, 3] });
    expect(charge.calls).toBe(3);
    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 3, retries: 2, successes: 1 });
  });

  it('goes round once where the operation succeeds at once', async () => {
    const { policy } = virtualPolicy({ retry: {} });

    expect(await loop(policy, () => 'fine')).toEqual({ value: 'fine', attempts: [1] });
  });

  it('waits between the turns as every call does', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: plainBackoff } });
    const charge = scripted([down, 'fine']);
    const result = watched(loop(policy, charge));
    await clock.advance(999);
    expect(charge.calls).toBe(1);
    await clock.advance(1);

    expect(result.value).toEqual({ value: 'fine', attempts: [1, 2] });
  });

  it('throws the last error from the last run once attempts are exhausted', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const errors = [new Error('1'), new Error('2'), new Error('3')];
    const ran: unknown[] = [];
    const charge = scripted(errors);
    const error = await rejection(
      (async () => {
        for await (const attempt of policy.attempts()) ran.push(await attempt.run(charge));
      })(),
    );

    expect(error).toBe(errors[2]);
    expect(ran).toEqual([undefined, undefined]);
    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 3, failures: 1 });
  });

  it('throws a permanent error from the first run', async () => {
    const { policy } = virtualPolicy({ retry: {} });
    const missing = Object.assign(new Error('missing'), { status: 404 });

    expect(await rejection(loop(policy, scripted([missing])))).toBe(missing);
  });

  it('gives the body the context of the attempt', async () => {
    const { policy } = virtualPolicy({ timeout: { attempt: '5s' }, retry: { backoff: noBackoff } });
    const seen: unknown[] = [];
    for await (const { attempt, context, run } of turnsOf(policy)) {
      seen.push([attempt, context.attempt, context.maxAttempts, context.operation, context.remaining()]);
      await run((given) => {
        expect(given).toBe(context);
        if (attempt === 1) throw down;
      });
    }

    expect(seen).toEqual([
      [1, 1, 3, 'Payments.charge', 5000],
      [2, 2, 3, 'Payments.charge', 5000],
    ]);
  });

  it('lets the body do other things around the operation', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const order: string[] = [];
    for await (const attempt of policy.attempts()) {
      order.push(`open ${attempt.attempt}`);
      try {
        await attempt.run(scripted([attempt.attempt === 1 ? down : 'fine']));
      } finally {
        order.push(`close ${attempt.attempt}`);
      }
    }

    expect(order).toEqual(['open 1', 'close 1', 'open 2', 'close 2']);
  });

  it('runs bare where the policy is switched off', async () => {
    const { policy } = virtualPolicy({ enabled: false, retry: {} });

    expect(await loop(policy, () => 'fine')).toEqual({ value: 'fine', attempts: [1] });
    expect(await rejection(loop(policy, scripted([down])))).toBe(down);
  });

  it('can be iterated once', async () => {
    const { policy } = virtualPolicy({});
    const attempts = policy.attempts();
    for await (const attempt of attempts) await attempt.run(() => 'fine');

    expect(await attempts.next()).toEqual({ done: true, value: undefined });
    expect(policy.stats().calls).toBe(1);
  });

  describe('with limits', () => {
    it('ends the run of an attempt that has timed out, though its operation hangs', async () => {
      const { policy, clock } = virtualPolicy({ timeout: { attempt: '1s' }, retry: { backoff: noBackoff } });
      const signals: AbortSignal[] = [];
      const values: unknown[] = [];
      const result = watched(
        (async () => {
          for await (const attempt of policy.attempts()) {
            signals.push(attempt.context.signal);
            values.push(await attempt.run(() => (attempt.attempt === 1 ? hangs() : 'fine')));
          }
        })(),
      );
      await clock.advance('1s');

      expect(result.settled).toBe(true);
      expect(values).toEqual([undefined, 'fine']);
      expect(signals[0]?.aborted).toBe(true);
    });

    it('throws the total timeout from the run', async () => {
      const { policy, clock } = virtualPolicy({ timeout: '1s' });
      const result = watched(loop(policy, hangs));
      await clock.advance('1s');

      expect(result.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'total' });
      expect(clock.pending).toBe(0);
    });

    it("throws the caller's reason from the run, and leaves no listener", async () => {
      const { policy } = virtualPolicy({ retry: {} });
      const controller = new AbortController();
      const result = watched(loop(policy, hangs, { signal: controller.signal }));
      await nextTurn();
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
      controller.abort('enough');
      await nextTurn();

      expect(result.error).toBe('enough');
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    });

    it('throws from the loop itself what the call ends with before any attempt', async () => {
      const { policy } = virtualPolicy({ circuitBreaker: {} });
      policy.breaker()?.forceOpen();
      const operation = jest.fn();

      expect(await rejection(loop(policy, operation))).toMatchObject({ code: 'CIRCUIT_OPEN' });
      expect(operation).not.toHaveBeenCalled();
    });
  });

  describe('with a fallback', () => {
    it('gives its value from the last run', async () => {
      const { policy } = virtualPolicy({ retry: { backoff: noBackoff }, fallback: { value: 'cached' } });

      expect(await loop(policy, scripted([down]))).toEqual({ value: 'cached', attempts: [1, 2, 3] });
    });

    it('gives its value where the call was refused before any attempt, and runs nothing', async () => {
      const { policy } = virtualPolicy({ circuitBreaker: {}, fallback: { value: 'cached' } });
      policy.breaker()?.forceOpen();
      const operation = jest.fn();

      expect(await loop(policy, operation)).toEqual({ value: 'cached', attempts: [1] });
      expect(operation).not.toHaveBeenCalled();
    });

    it('gives its value where a later attempt is refused', async () => {
      const { policy } = virtualPolicy({
        retry: { backoff: noBackoff },
        circuitBreaker: { failureThreshold: 1 },
        fallback: { value: 'cached' },
      });

      expect(await loop(policy, scripted([down]))).toEqual({ value: 'cached', attempts: [1] });
    });
  });

  describe('that is left early', () => {
    const failingBody = async (policy: Policy): Promise<void> => {
      for await (const attempt of policy.attempts()) {
        await attempt.run(scripted([down]));
        throw new Error('of the body');
      }
    };

    it.each<[string, (policy: Policy) => Promise<unknown>]>([
      [
        'by break after a failed attempt',
        async (policy) => {
          for await (const attempt of policy.attempts()) {
            await attempt.run(scripted([down]));
            break;
          }
        },
      ],
      [
        'by break before the run',
        async (policy) => {
          for await (const attempt of policy.attempts()) {
            expect(attempt.attempt).toBe(1);
            break;
          }
        },
      ],
      [
        'by return',
        async (policy) => {
          for await (const attempt of policy.attempts()) return attempt.attempt;
          return undefined;
        },
      ],
      ['by an error of the body', async (policy) => rejection(failingBody(policy))],
      [
        'by a break out of a loop around it',
        async (policy) => {
          outer: for (let i = 0; i < 3; i++) {
            for await (const attempt of policy.attempts()) {
              await attempt.run(scripted([down]));
              break outer;
            }
          }
        },
      ],
    ])('%s is an abort: no failure, no permit, nothing left', async (_, leave) => {
      const { policy, clock } = virtualPolicy({
        timeout: '1m',
        retry: { backoff: noBackoff },
        circuitBreaker: { resetTimeout: '1s', ignore: ['unknown'] },
      });
      policy.breaker()?.open();
      await clock.advance('1s');
      const events = eventsOf(policy);
      await leave(policy);
      await nextTurn();
      await nextTurn();

      expect(policy.breaker()?.snapshot().probes).toBe(0);
      expect(policy.stats()).toMatchObject({ calls: 1, aborted: 1, failures: 0 });
      expect(events.filter(({ type }) => type === 'failure')).toHaveLength(1);
      expect(clock.pending).toBe(0);
    });

    it.each<[string, (policy: Policy) => Promise<unknown>]>([
      [
        'by break before the run',
        async (policy) => {
          for await (const attempt of policy.attempts()) return attempt.attempt;
          return undefined;
        },
      ],
      [
        'by a turn without run',
        (policy) =>
          rejection(
            (async () => {
              for await (const attempt of policy.attempts()) void attempt.attempt;
            })(),
          ),
      ],
    ])('%s holds no slot of a bulkhead', async (_, leave) => {
      const { policy } = virtualPolicy({ bulkhead: 1 });
      await leave(policy);
      await nextTurn();

      expect(await policy.execute(() => 'fine')).toBe('fine');
    });

    it('by break after success is that success', async () => {
      const { policy } = virtualPolicy({ retry: {} });
      for await (const attempt of policy.attempts()) {
        await attempt.run(() => 'fine');
        break;
      }

      expect(policy.stats()).toMatchObject({ calls: 1, successes: 1, aborted: 0 });
    });
  });

  describe('whose body comes late to its run', () => {
    it('runs nothing for an attempt that has timed out, and goes on with the next', async () => {
      const { policy, clock } = virtualPolicy({ timeout: { attempt: '1s' }, retry: { backoff: noBackoff } });
      const ran: number[] = [];
      const attempts = policy.attempts();
      const first = (await attempts.next()).value as LoopAttempt;
      await clock.advance('1s');

      expect(await first.run(() => ran.push(1))).toBeUndefined();
      const second = (await attempts.next()).value as LoopAttempt;
      await second.run(() => ran.push(2));
      expect(ran).toEqual([2]);
    });

    it('runs nothing once the caller has aborted, and holds no slot', async () => {
      const { policy } = virtualPolicy({ retry: {}, bulkhead: 1 });
      const controller = new AbortController();
      const operation = jest.fn();
      const attempts = policy.attempts({ signal: controller.signal });
      const first = (await attempts.next()).value as LoopAttempt;
      controller.abort('enough');

      expect(await rejection(first.run(operation))).toBe('enough');
      expect(operation).not.toHaveBeenCalled();
      expect(await policy.execute(() => 'fine')).toBe('fine');
    });
  });

  describe('that is misused', () => {
    it('by a turn without run ends with an error that says so, instead of hanging', async () => {
      const { policy, clock } = virtualPolicy({ timeout: '1m', retry: {} });
      const turns: number[] = [];
      const error = await rejection(
        (async () => {
          for await (const attempt of policy.attempts()) turns.push(attempt.attempt);
        })(),
      );
      await nextTurn();

      expect(error).toMatchObject({
        name: 'TypeError',
        message: 'a turn of the loop over the attempts ended without attempt.run()',
      });
      expect(turns).toEqual([1]);
      expect(policy.stats()).toMatchObject({ calls: 1, aborted: 1 });
      expect(clock.pending).toBe(0);
    });

    it('by leaving it twice is left once', async () => {
      const { policy } = virtualPolicy({ retry: {} });
      const turns = policy.attempts()[Symbol.asyncIterator]();
      await turns.next();
      for (const _ of [1, 2]) expect(await turns.return?.()).toEqual({ done: true, value: undefined });
      await nextTurn();

      expect(policy.stats()).toMatchObject({ calls: 1, aborted: 1 });
    });

    it('by two runs in one turn refuses the second', async () => {
      const { policy } = virtualPolicy({ retry: {} });
      const second = jest.fn();
      for await (const attempt of policy.attempts()) {
        await attempt.run(() => 'fine');
        expect(await rejection(attempt.run(second))).toBeInstanceOf(TypeError);
      }

      expect(second).not.toHaveBeenCalled();
    });
  });
});

async function* turnsOf(policy: Policy): AsyncGenerator<Pick<LoopAttempt, 'attempt' | 'context' | 'run'>> {
  for await (const turn of policy.attempts({ operation: 'Payments.charge' })) {
    yield { attempt: turn.attempt, context: turn.context, run: (operation) => turn.run(operation) };
  }
}
