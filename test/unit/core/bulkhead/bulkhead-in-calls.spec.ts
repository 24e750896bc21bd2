import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { heldOperation, settled } from '../../../support/held-operation.js';
import {
  eventsOf,
  noBackoff,
  rejection,
  virtualEngine,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const down = new Error('down');

function guarded(bulkhead: NonNullable<NamedPolicyOptions['bulkhead']>, options: NamedPolicyOptions = {}) {
  const world = virtualPolicy({ bulkhead, ...options });
  return { ...world, ...heldOperation(), events: eventsOf(world.policy) };
}

describe('a call under a bulkhead', () => {
  it('runs while there is a slot and is refused without being invoked when there is none', async () => {
    const { policy, runs, operation } = guarded(2);
    void policy.execute(operation);
    void policy.execute(operation);
    const error = await rejection(policy.execute(operation));

    expect(runs).toHaveLength(2);
    expect(error).toMatchObject({
      code: 'BULKHEAD_FULL',
      reason: 'full',
      maxConcurrent: 2,
      maxQueue: 0,
      policy: 'payments',
      operation: 'payments',
    });
  });

  it.each([
    ['a result', (run: { resolve(): void }) => run.resolve()],
    ['an error', (run: { reject(error: unknown): void }) => run.reject(down)],
  ])('frees its slot with %s', async (_, end) => {
    const { policy, runs, operation } = guarded(1);
    const first = policy.execute(operation).catch(() => undefined);
    end(runs[0] as never);
    await first;
    void policy.execute(operation);

    expect(runs).toHaveLength(2);
  });

  it('frees its slot when the operation throws synchronously', async () => {
    const { policy } = guarded(1);
    const thrower = (): never => {
      throw down;
    };
    await rejection(policy.execute(thrower));

    expect(await rejection(policy.execute(thrower))).toBe(down);
  });

  it('waits in the queue in order of arrival', async () => {
    const { policy, runs, operation } = guarded({ maxConcurrent: 1, maxQueue: 2 });
    const order: number[] = [];
    for (const id of [1, 2, 3]) {
      void policy.execute(() => {
        order.push(id);
        return operation();
      });
    }
    expect(order).toEqual([1]);
    runs[0]?.resolve();
    await settled();
    expect(order).toEqual([1, 2]);
    runs[1]?.resolve();
    await settled();

    expect(order).toEqual([1, 2, 3]);
  });

  it('is rejected when it has waited for queueTimeout, and leaves its place', async () => {
    const { policy, clock, operation } = guarded({ maxConcurrent: 1, maxQueue: 1, queueTimeout: '1s' });
    void policy.execute(operation);
    const waiting = watched(policy.execute(operation));
    await clock.advance(999);
    expect(waiting.settled).toBe(false);
    await clock.advance(1);

    expect(waiting.error).toMatchObject({ code: 'BULKHEAD_FULL', reason: 'queueTimeout' });
    expect(watched(policy.execute(operation)).settled).toBe(false);
    expect(clock.pending).toBe(1);
  });

  it('leaves the queue in the same tick when it is aborted', async () => {
    const { policy, runs, operation } = guarded({ maxConcurrent: 1, maxQueue: 1 });
    const controller = new AbortController();
    const reason = new Error('gone');
    void policy.execute(operation);
    const waiting = watched(policy.execute(operation, { signal: controller.signal }));
    controller.abort(reason);
    const next = watched(policy.execute(operation));
    await settled();

    expect(waiting.error).toBe(reason);
    expect(next.settled).toBe(false);
    runs[0]?.resolve();
    await settled();
    expect(runs).toHaveLength(2);
  });

  it('leaves the queue when its total timeout is over', async () => {
    const { policy, clock, runs, operation } = guarded({ maxConcurrent: 1, maxQueue: 1 }, { timeout: '1s' });
    void policy.execute(operation).catch(() => undefined);
    await clock.advance(500);
    const waiting = watched(policy.execute(operation));
    await clock.advance(1000);

    expect(waiting.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'total' });
    expect(runs).toHaveLength(1);
  });

  it('starts its attempt timeout when it is invoked, not while it waits', async () => {
    const { policy, clock, runs, operation } = guarded(
      { maxConcurrent: 1, maxQueue: 1 },
      { timeout: { attempt: '1s' } },
    );
    void policy.execute(operation);
    await clock.advance(900);
    const waiting = watched(policy.execute(operation));
    await clock.advance(50);
    runs[0]?.resolve();
    await clock.advance(999);
    expect(waiting.settled).toBe(false);
    await clock.advance(1);

    expect(waiting.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'attempt' });
  });

  describe('that was answered by a timeout', () => {
    it('holds its slot until the operation has settled', async () => {
      const { policy, clock, runs, operation } = guarded(1, { timeout: '1s' });
      void policy.execute(operation).catch(() => undefined);
      await clock.advance('1s');
      expect(await rejection(policy.execute(operation))).toMatchObject({ code: 'BULKHEAD_FULL' });
      runs[0]?.reject(down);
      await settled();
      void policy.execute(operation).catch(() => undefined);

      expect(runs).toHaveLength(2);
    });

    it("gives its slot back at once with releaseOn: 'answered'", async () => {
      const { policy, clock, runs, operation } = guarded(
        { maxConcurrent: 1, releaseOn: 'answered' },
        { timeout: '1s' },
      );
      void policy.execute(operation).catch(() => undefined);
      await clock.advance('1s');
      void policy.execute(operation).catch(() => undefined);
      expect(runs).toHaveLength(2);
      runs[0]?.resolve();
      await settled();

      expect(await rejection(policy.execute(operation))).toMatchObject({ code: 'BULKHEAD_FULL' });
    });
  });

  describe('with a circuit breaker', () => {
    it('counts a rejection for nothing', async () => {
      const { policy, operation } = guarded(1, {
        circuitBreaker: { failureThreshold: 1, recordOn: ['rejected'] },
      });
      void policy.execute(operation);
      await rejection(policy.execute(operation));

      expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 0 });
    });

    it.each(['attempt', 'call'] as const)('asks it again when its turn comes (per: %s)', async (per) => {
      const { policy, runs, operation } = guarded(
        { maxConcurrent: 1, maxQueue: 1 },
        { circuitBreaker: { per, failureThreshold: 1 } },
      );
      void policy.execute(operation).catch(() => undefined);
      const waiting = watched(policy.execute(operation));
      runs[0]?.reject(down);
      await settled();

      expect(waiting.error).toBeInstanceOf(CircuitOpenError);
      expect(runs).toHaveLength(1);
      policy.breaker()?.close();
      void policy.execute(operation);
      expect(runs).toHaveLength(2);
    });

    it('asks one with per: call anew for each attempt until it has let one through', async () => {
      const { policy, runs, operation } = guarded(
        { maxConcurrent: 1, maxQueue: 1 },
        {
          retry: { maxAttempts: 3, backoff: noBackoff, retryOn: ['rejected'], retryAfter: () => 0 },
          circuitBreaker: { per: 'call', failureThreshold: 1 },
        },
      );
      void policy.execute(operation).catch(() => undefined);
      const waiting = watched(policy.execute(operation));
      runs[0]?.reject(down);
      await settled();

      expect(waiting.error).toBeInstanceOf(CircuitOpenError);
      expect(runs).toHaveLength(1);
    });

    it('asks one with per: call again after each refusal before it is let through', async () => {
      const { policy, clock, runs, operation } = guarded(1, {
        retry: { maxAttempts: 3, backoff: { initialDelay: '1s', jitter: false }, retryOn: ['BULKHEAD_FULL'] },
        circuitBreaker: { per: 'call', failureThreshold: 1, resetTimeout: '10s' },
      });
      void policy.execute(operation);
      const refused = watched(policy.execute(operation));
      await clock.advance('1s');
      policy.breaker()?.open();
      runs[0]?.resolve();
      await clock.advance('3s');

      expect(refused.error).toBeInstanceOf(CircuitOpenError);
      expect(runs).toHaveLength(1);
    });

    it('holds no place of a probe of one with per: call while it backs off from a refusal', async () => {
      const { policy, clock, operation } = guarded(1, {
        retry: { maxAttempts: 2, backoff: { initialDelay: '5s', jitter: false }, retryOn: ['rejected'] },
        circuitBreaker: { per: 'call', resetTimeout: '1s' },
      });
      void policy.execute(operation);
      policy.breaker()?.open();
      await clock.advance('1s');
      void policy.execute(operation).catch(() => undefined);
      await settled();

      expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 0 });
    });

    it('is no probe of one with per: call after the place of a probe went back', async () => {
      const { policy, clock, runs, operation } = guarded(
        { maxConcurrent: 1, maxQueue: 1, queueTimeout: '1s' },
        {
          retry: { maxAttempts: 2, backoff: noBackoff, retryOn: ['BULKHEAD_FULL'], retryAfter: () => 0 },
          circuitBreaker: { per: 'call', resetTimeout: '1s' },
        },
      );
      void policy.execute(operation);
      policy.breaker()?.open();
      await clock.advance('1s');
      const waiting = watched(policy.execute(operation));
      await clock.advance('1s');
      runs[0]?.resolve();
      await settled();

      expect(runs).toHaveLength(2);
      expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 1 });
      runs[1]?.resolve('answer');
      await settled();
      expect(waiting.value).toBe('answer');
      expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed' });
    });

    it.each(['attempt', 'call'] as const)(
      'counts nothing where the total timeout ends the wait (per: %s)',
      async (per) => {
        const { policy, clock, operation } = guarded(
          { maxConcurrent: 1, maxQueue: 1 },
          { timeout: '1s', circuitBreaker: { per, failureThreshold: 1 } },
        );
        void policy.execute(operation, { deadline: clock.epoch() + 5_000 }).catch(() => undefined);
        await clock.advance(500);
        policy.breaker()?.reset();
        const waiting = watched(policy.execute(operation));
        await clock.advance(1000);

        expect(waiting.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'total' });
        expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 0 });
      },
    );

    it.each(['attempt', 'call'] as const)(
      'is not slow because it waited for its turn (per: %s)',
      async (per) => {
        const { policy, clock, runs, operation } = guarded(
          { maxConcurrent: 1, maxQueue: 1 },
          { circuitBreaker: { per, slowCallDuration: '1s', slowCallRatio: 0.1, minimumCalls: 2 } },
        );
        void policy.execute(operation);
        await clock.advance('1s');
        const waiting = watched(policy.execute(operation));
        runs[0]?.resolve();
        await settled();
        const queued = watched(policy.execute(operation));
        await clock.advance('1s');
        runs[1]?.resolve();
        await clock.advance('1s');
        runs[2]?.resolve();
        await settled();

        expect([waiting.settled, queued.settled]).toEqual([true, true]);
        expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', successes: 3 });
      },
    );

    it('asks it again when its turn comes, also where the one before it in the queue has just opened it', async () => {
      const { policy, runs, operation } = guarded(
        { maxConcurrent: 2, maxQueue: 2 },
        { circuitBreaker: { failureThreshold: 1 } },
      );
      const running = [policy.execute(operation), policy.execute(operation)];
      const failing = policy.tryExecute(() => {
        throw down;
      });
      const next = jest.fn();
      const refused = rejection(policy.execute(next));
      for (const run of runs) run.resolve();
      await Promise.all([...running, failing]);

      expect(await refused).toBeInstanceOf(CircuitOpenError);
      expect(next).not.toHaveBeenCalled();
    });

    it('holds no probe while it waits', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      const shared = { bulkhead: { name: 'pool', maxConcurrent: 1, maxQueue: 1 } };
      const other = policyOf('other', shared);
      const policy = policyOf('probing', {
        bulkhead: { name: 'pool' },
        circuitBreaker: { resetTimeout: '1s' },
      });
      const { runs, operation } = heldOperation();
      void other.execute(operation);
      policy.breaker()?.open();
      await clock.advance('1s');
      const waiting = watched(policy.execute(operation));
      expect(policy.breaker()?.snapshot()).toMatchObject({ probes: 0 });
      runs[0]?.resolve();
      await settled();
      expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 1 });
      runs[1]?.resolve('answer');
      await settled();

      expect(waiting.value).toBe('answer');
      expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed' });
      engine.stop();
    });
  });

  it('is retried only where retryOn names the rejection', async () => {
    const retry = { maxAttempts: 2, backoff: noBackoff };
    const plain = guarded(1, { retry });
    void plain.policy.execute(plain.operation);
    await rejection(plain.policy.execute(plain.operation));
    const naming = guarded(1, { retry: { ...retry, retryOn: ['BULKHEAD_FULL'] } });
    void naming.policy.execute(naming.operation);
    const call = watched(naming.policy.execute(naming.operation));
    // The rejection says to come back after a second, and is jittered by a tenth of that.
    await naming.clock.advance(1100);

    expect(plain.events.filter(({ type }) => type === 'callRejected')).toHaveLength(1);
    expect(naming.events.filter(({ type }) => type === 'callRejected')).toHaveLength(2);
    expect(call.error).toMatchObject({ code: 'BULKHEAD_FULL' });
  });

  it('refused on a later attempt has the error before as its cause', async () => {
    const { policy, clock, runs, operation } = guarded(1, {
      timeout: { attempt: '1s' },
      retry: { maxAttempts: 2, backoff: noBackoff },
    });
    const call = watched(policy.execute(operation));
    await clock.advance('1s');

    // The first attempt timed out and still holds the only slot.
    expect(runs).toHaveLength(1);
    expect(call.error).toMatchObject({ code: 'BULKHEAD_FULL', cause: { code: 'TIMEOUT_EXCEEDED' } });
  });

  it('ends with a ShutdownError when it waits while the application ends', async () => {
    const { engine, policyOf } = virtualEngine();
    const policy = policyOf('payments', { bulkhead: { maxConcurrent: 1, maxQueue: 5 } });
    const { runs, operation } = heldOperation();
    void policy.execute(operation);
    const waiting = watched(policy.execute(operation));
    engine.drain();
    const later = watched(policy.execute(operation));
    await settled();

    expect(waiting.error).toMatchObject({ code: 'SHUTDOWN' });
    expect(later.error).toMatchObject({ code: 'SHUTDOWN' });
    expect(runs).toHaveLength(1);
  });

  it('is answered by a fallback when it is refused', async () => {
    const { policy, operation } = guarded(1, { fallback: { value: 'busy' } });
    void policy.execute(operation);

    await expect(policy.execute(operation)).resolves.toBe('busy');
  });

  it('has slots by key', async () => {
    const { policy, runs, operation } = guarded(1);
    void policy.execute(operation, { key: 'a' });
    void policy.execute(operation, { key: 'b' });
    await rejection(policy.execute(operation, { key: 'a' }));

    expect(runs).toHaveLength(2);
  });

  it('tells its rejection', async () => {
    const { policy, operation, events } = guarded(1);
    void policy.execute(operation);
    await rejection(policy.execute(operation));

    expect(events.filter(({ type }) => type === 'callRejected')).toMatchObject([
      { reason: 'bulkhead', attempt: 1, error: { code: 'BULKHEAD_FULL' } },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'failure', outcome: 'rejected', category: 'rejected' });
  });
});

describe('a call under an adaptive bulkhead', () => {
  it('makes the limit smaller when it times out, and larger when it answers while the bulkhead is in use', async () => {
    const { policy, clock, runs, operation } = guarded(
      { maxConcurrent: 10, adaptive: { min: 1, max: 20 }, releaseOn: 'answered' },
      { timeout: { attempt: '1s' } },
    );
    const full = async (): Promise<number> => {
      const calls = Array.from({ length: 30 }, () => policy.execute(operation).catch(() => undefined));
      await settled();
      void calls;
      return runs.length;
    };
    expect(await full()).toBe(10);
    await clock.advance('1s');
    const before = runs.length;
    await full();
    expect(runs.length - before).toBe(9);
    runs.slice(before).forEach((run) => run.resolve());
    await settled();
    const again = runs.length;
    await full();

    expect(runs.length - again).toBeGreaterThan(9);
  });

  it('learns nothing from an attempt that began before the limit was adaptive', async () => {
    const { engine, clock, policyOf } = virtualEngine();
    const { runs, operation } = heldOperation();
    const pool = { name: 'pool', maxConcurrent: 10 };
    void policyOf('before', { bulkhead: pool }).execute(operation);
    engine.releaseDefinitions();
    const policy = policyOf('after', { bulkhead: { ...pool, adaptive: { min: 1, max: 100 } } });
    policy.prepare();
    runs[0]?.resolve();
    for (let i = 0; i < 20; i++) await policy.execute(() => 'fast');
    const slow = policy.execute(operation);
    await clock.advance('1s');
    runs[1]?.resolve();
    await slow;

    expect(engine.bulkheads.get('pool')?.of(undefined).limit).toBe(9);
  });
});
