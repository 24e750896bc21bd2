import { isResilienceError } from '../../../../lib/core/errors/is-resilience-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import type { AttemptContext } from '../../../../lib/core/attempt-context.js';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { heldOperation, settled } from '../../../support/held-operation.js';
import {
  eventsOf,
  noBackoff,
  virtualEngine,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const down = new Error('down');

function hedged(options: NamedPolicyOptions = {}, hedge: NamedPolicyOptions['hedge'] = { delay: 100 }) {
  const world = virtualPolicy({ idempotent: true, hedge, ...options });
  return { ...world, ...heldOperation(), events: eventsOf(world.policy) };
}

/** Remembers the context of every invocation. */
function seeing(operation: (context: AttemptContext) => unknown) {
  const contexts: AttemptContext[] = [];
  return {
    contexts,
    operation: (context: AttemptContext) => {
      contexts.push(context);
      return operation(context);
    },
  };
}

const hedgesIn = (events: readonly { type: string }[]) => events.filter(({ type }) => type === 'hedged');

describe('hedging', () => {
  it('invokes nothing where a listener ends the call as its attempt begins', async () => {
    const { policy, runs, operation, clock } = hedged();
    const controller = new AbortController();
    policy.events.on('attemptStarted', () => controller.abort('enough'));
    const call = watched(policy.execute(operation, { signal: controller.signal }));
    await clock.advance(1_000);

    expect(call).toMatchObject({ settled: true, error: 'enough' });
    expect(runs).toHaveLength(0);
  });

  describe('when the primary answers within the delay', () => {
    it('invokes once and leaves no timer', async () => {
      const { policy, clock, runs, operation, events } = hedged();
      const call = watched(policy.execute(operation));
      await clock.advance(99);
      runs[0]?.resolve('fast');
      await clock.advance(1000);

      expect(call.value).toBe('fast');
      expect(runs).toHaveLength(1);
      expect(hedgesIn(events)).toEqual([]);
      expect(clock.pending).toBe(0);
    });
  });

  describe('when the primary takes longer than the delay', () => {
    it('invokes once more after the delay, counted from the invocation', async () => {
      const { policy, clock, runs, operation } = hedged();
      void policy.execute(operation);
      await clock.advance(99);
      expect(runs).toHaveLength(1);
      await clock.advance(1);
      expect(runs).toHaveLength(2);
      await clock.advance('1h');
      expect(runs).toHaveLength(2);
    });

    it('gives what the hedge answers first, aborts the primary and tells that the hedge won', async () => {
      const { policy, clock, runs, operation, events } = hedged();
      const seen = seeing(operation);
      const call = watched(policy.execute(seen.operation));
      const primary = seen.contexts[0]?.signal;
      await clock.advance(100);
      const second = seen.contexts[1]?.signal;
      runs[1]?.resolve('second');
      await settled();

      expect(call.value).toBe('second');
      expect(primary?.aborted).toBe(true);
      expect(primary?.reason).toMatchObject({ name: 'AbortError' });
      expect(second?.aborted).toBe(false);
      expect(hedgesIn(events)).toMatchObject([{ attempt: 1, hedge: 1, delay: 100, outcome: 'won' }]);
    });

    it('gives what the primary answers first and aborts the hedge', async () => {
      const { policy, clock, runs, operation, events } = hedged();
      const seen = seeing(operation);
      const call = watched(policy.execute(seen.operation));
      await clock.advance(100);
      const second = seen.contexts[1]?.signal;
      runs[0]?.resolve('first');
      await settled();

      expect(call.value).toBe('first');
      expect(second?.aborted).toBe(true);
      expect(hedgesIn(events)).toMatchObject([{ outcome: 'lost' }]);
    });

    it('hands the late result of the loser to discard', async () => {
      const discarded: unknown[] = [];
      const { policy, clock, runs, operation } = hedged({ discard: (value) => void discarded.push(value) });
      void policy.execute(operation);
      await clock.advance(100);
      runs[1]?.resolve('second');
      await settled();
      runs[0]?.resolve('late');
      await settled();

      expect(discarded).toEqual(['late']);
    });

    it('observes the late rejection of the loser', async () => {
      const { policy, clock, runs, operation } = hedged();
      void policy.execute(operation);
      await clock.advance(100);
      runs[1]?.resolve('second');
      await settled();
      runs[0]?.reject(down);
      await settled();

      expect(policy.stats()).toMatchObject({ calls: 1, attempts: 1, successRate: 1 });
    });

    it('makes up to maxHedges hedges, each after a further delay', async () => {
      const { policy, clock, runs, operation } = hedged(
        {},
        { delay: 100, maxHedges: 3, budget: { ratio: 1 } },
      );
      // The budget is a share of the attempts: earlier ones have earned what this one spends.
      for (let i = 0; i < 3; i++) {
        const early = policy.execute(() => 'early');
        await early;
      }
      void policy.execute(operation);
      await clock.advance(350);

      expect(runs).toHaveLength(4);
    });
  });

  describe('with a delay of 0', () => {
    it('makes all hedges at once', async () => {
      const { policyOf } = virtualEngine();
      const budget = { name: 'accounts', ratio: 1 };
      const patient = policyOf('patient', { idempotent: true, hedge: { delay: '1h', budget } });
      for (let i = 0; i < 2; i++) await patient.execute(() => 'early');
      const policy = policyOf('eager', { idempotent: true, hedge: { delay: 0, maxHedges: 2, budget } });
      const { runs, operation } = heldOperation();
      void policy.execute(operation);
      await settled();

      expect(runs).toHaveLength(3);
    });
  });

  describe('when an invocation fails', () => {
    it('hedges at once', async () => {
      const { policy, clock, runs, operation } = hedged();
      const call = watched(policy.execute(operation));
      await clock.advance(10);
      runs[0]?.reject(down);
      await settled();
      expect(runs).toHaveLength(2);
      runs[1]?.resolve('second');
      await settled();

      expect(call.value).toBe('second');
    });

    it('fails with the last error when all have failed', async () => {
      const { policy, runs, operation, events } = hedged();
      const last = new Error('last');
      const call = watched(policy.execute(operation));
      runs[0]?.reject(down);
      await settled();
      runs[1]?.reject(last);
      await settled();

      expect(call.error).toBe(last);
      expect(hedgesIn(events)).toMatchObject([{ outcome: 'failed' }]);
    });

    it('waits for the others that still run', async () => {
      const { policy, clock, runs, operation } = hedged();
      const call = watched(policy.execute(operation));
      await clock.advance(100);
      runs[1]?.reject(down);
      await settled();
      expect(call.settled).toBe(false);
      runs[0]?.resolve('first');
      await settled();

      expect(call.value).toBe('first');
    });

    it('does not ask again what was answered with a permanent error', async () => {
      const { policy, runs, operation } = hedged();
      const no = new PermanentError('no such account');
      const call = watched(policy.execute(operation));
      runs[0]?.reject(no);
      await settled();

      expect(call.error).toBe(no);
      expect(runs).toHaveLength(1);
    });

    it('is the attempt of a retry that follows it', async () => {
      const { policy, runs, operation } = hedged({ retry: { backoff: noBackoff } });
      const call = watched(policy.execute(operation));
      runs[0]?.reject(down);
      await settled();
      runs[1]?.reject(down);
      await settled();
      runs[2]?.resolve('third');
      await settled();

      expect(call.value).toBe('third');
      expect(policy.stats()).toMatchObject({ attempts: 2, retries: 1 });
    });

    it('treats an operation that throws synchronously as one that rejects', async () => {
      const { policy } = hedged();
      let calls = 0;
      const result = policy.execute(() => {
        if (++calls === 1) throw down;
        return 'second';
      });

      await expect(result).resolves.toBe('second');
    });
  });

  describe('under an attempt timeout', () => {
    it('gives each invocation its own limit from its own invocation', async () => {
      const { policy, clock, runs, operation } = hedged({ timeout: { attempt: 150 } });
      const call = watched(policy.execute(operation));
      await clock.advance(249);
      expect(runs).toHaveLength(2);
      expect(call.settled).toBe(false);
      await clock.advance(1);

      expect(isResilienceError(call.error, 'TIMEOUT_EXCEEDED')).toBe(true);
      expect(call.error).toMatchObject({ scope: 'attempt' });
    });

    it('aborts the invocation whose limit is over while the other one goes on', async () => {
      const { policy, clock, runs, operation } = hedged({ timeout: { attempt: 150 } });
      const seen = seeing(operation);
      const call = watched(policy.execute(seen.operation));
      const primary = seen.contexts[0]?.signal;
      await clock.advance(150);
      expect(primary?.aborted).toBe(true);
      runs[1]?.resolve('second');
      await settled();

      expect(call.value).toBe('second');
    });
  });

  describe('when the caller aborts', () => {
    it('rejects in the same tick with the reason, aborts all invocations and makes no more', async () => {
      const { policy, clock, runs, operation } = hedged({}, { delay: 100, maxHedges: 2 });
      const seen = seeing(operation);
      const controller = new AbortController();
      const call = watched(policy.execute(seen.operation, { signal: controller.signal }));
      await clock.advance(100);
      const signals = seen.contexts.map(({ signal }) => signal);
      const reason = new Error('gone');
      controller.abort(reason);
      await settled();
      await clock.advance('1h');

      expect(call.error).toBe(reason);
      expect(signals.map((signal) => signal.reason as unknown)).toEqual([reason, reason]);
      expect(runs).toHaveLength(2);
      expect(clock.pending).toBe(0);
    });
  });

  describe('when the total timeout is over', () => {
    it('ends with it and aborts all invocations', async () => {
      const { policy, clock, operation } = hedged({ timeout: '1s' });
      const seen = seeing(operation);
      const call = watched(policy.execute(seen.operation));
      await clock.advance(100);
      const signals = seen.contexts.map(({ signal }) => signal);
      await clock.advance(900);

      expect(call.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'total' });
      expect(signals.every(({ aborted }) => aborted)).toBe(true);
      expect(clock.pending).toBe(0);
    });
  });

  describe('under a circuit breaker', () => {
    it('records one outcome for all invocations of an attempt', async () => {
      const { policy, runs, operation } = hedged({ circuitBreaker: { failureRatio: 1, minimumCalls: 100 } });
      void policy.execute(operation).catch(() => undefined);
      runs[0]?.reject(down);
      await settled();
      runs[1]?.reject(down);
      await settled();

      expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 1, successes: 0 });
    });

    it('records no failure where a hedge won', async () => {
      const { policy, runs, operation } = hedged({ circuitBreaker: { failureRatio: 1, minimumCalls: 100 } });
      void policy.execute(operation);
      runs[0]?.reject(down);
      await settled();
      runs[1]?.resolve('second');
      await settled();

      expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 0, successes: 1 });
    });

    it.each(['attempt', 'call'] as const)('makes none while half-open, with per: %s', async (per) => {
      const { policy, clock, runs, operation } = hedged({ circuitBreaker: { per, resetTimeout: '1s' } });
      policy.breaker()?.open();
      await clock.advance('1s');
      void policy.execute(operation);
      await clock.advance(500);

      expect(runs).toHaveLength(1);
    });
  });

  describe('of what may not be made twice', () => {
    it.each([undefined, false])('makes none with idempotent: %s, and says so once', async (idempotent) => {
      const { policy, clock, runs, operation, events } = hedged(
        idempotent === undefined ? { idempotent: null as never } : { idempotent },
      );
      void policy.execute(operation);
      void policy.execute(operation);
      await clock.advance('1h');

      expect(runs).toHaveLength(2);
      expect(events.filter(({ type }) => type === 'diagnostic')).toMatchObject([
        {
          source: 'hedge',
          message: 'payments runs without a hedge: only operations with idempotent: true are hedged',
        },
      ]);
    });

    it('hedges where the call says that it may', async () => {
      const { policy, clock, runs, operation } = hedged({ idempotent: false });
      void policy.execute(operation, { idempotent: true });
      await clock.advance(100);

      expect(runs).toHaveLength(2);
    });
  });

  describe('of what is invoked by an adapter or a loop, one invocation after the other', () => {
    it('makes none, and says so once', async () => {
      const { policy, clock, runs, operation, events } = hedged();
      const loop = async (): Promise<void> => {
        for await (const attempt of policy.attempts()) await attempt.run(operation);
      };
      void loop();
      void loop();
      await clock.advance('1h');

      expect(runs).toHaveLength(2);
      expect(events.filter(({ type }) => type === 'diagnostic')).toMatchObject([
        {
          source: 'hedge',
          message:
            'payments runs without a hedge: handlers, streams and loops make one invocation after the other',
        },
      ]);
    });
  });

  describe('with a percentile', () => {
    it('makes none before 10 latencies are known, then hedges after that percentile of them', async () => {
      const { policy, clock, runs, operation } = hedged({}, { percentile: 90, budget: { ratio: 1 } });
      for (let latency = 10; latency <= 100; latency += 10) {
        const call = policy.execute(operation);
        await clock.advance(latency);
        expect(runs).toHaveLength(latency / 10);
        runs.at(-1)?.resolve();
        await call;
      }
      void policy.execute(operation);
      await clock.advance(89);
      expect(runs).toHaveLength(11);
      await clock.advance(1);

      expect(runs).toHaveLength(12);
    });
  });

  it('keeps the async context of the caller in every invocation', async () => {
    const { AsyncLocalStorage } = await import('node:async_hooks');
    const storage = new AsyncLocalStorage<string>();
    const { policy, clock } = hedged();
    const contexts: unknown[] = [];
    storage.run('of the caller', () => {
      void policy.execute(() => {
        contexts.push(storage.getStore());
        return new Promise(() => {});
      });
    });
    await clock.advance(100);

    expect(contexts).toEqual(['of the caller', 'of the caller']);
  });

  it('keeps to the share of attempts that the budget allows', async () => {
    const { policy, clock, runs, operation } = hedged({}, { delay: 10, budget: { ratio: 0.1 } });
    for (let call = 0; call < 100; call++) {
      const result = policy.execute(operation);
      await clock.advance(20);
      runs.at(-1)?.resolve();
      await result;
    }

    expect(runs).toHaveLength(110);
  });
});
