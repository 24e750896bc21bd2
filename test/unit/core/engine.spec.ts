import { callReport } from '../../../lib/core/call-report.js';
import { nextTurn } from '../../../lib/core/time/system-clock.js';
import { scripted } from '../../../lib/testing/scripted.js';
import { eventsOf, noBackoff, plainBackoff, virtualEngine, watched } from '../../support/virtual-policy.js';

const down = new Error('down');
const hangs = (): Promise<never> => new Promise(() => {});

/** An operation that ends when its signal aborts. */
const obeys = (ctx: { signal: AbortSignal }): Promise<never> =>
  new Promise((_, reject) =>
    ctx.signal.addEventListener('abort', () => reject(new Error('stopped', { cause: ctx.signal.reason }))),
  );

describe('the end of the application', () => {
  describe('when it drains', () => {
    it('ends every wait for a retry in the same tick, caused by the last error, and leaves no timer', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      const policy = policyOf('payments', { timeout: '1m', retry: { backoff: plainBackoff } });
      const events = eventsOf(policy);
      const calls = Array.from({ length: 100 }, () =>
        watched(policy.execute(scripted([down]), { operation: 'Payments.charge' })),
      );
      await clock.advance(1500);
      engine.drain();
      for (let i = 0; i < 20; i++) await Promise.resolve();

      for (const { error } of calls) {
        expect(error).toMatchObject({
          code: 'SHUTDOWN',
          policy: 'payments',
          operation: 'Payments.charge',
          cause: down,
        });
        expect(callReport(error)).toMatchObject({ reason: 'shutdown', attempts: 2 });
      }
      expect(new Set(calls.map(({ error }) => error)).size).toBe(100);
      expect(clock.pending).toBe(0);
      expect(engine.waits.size).toBe(0);
      expect(policy.stats()).toMatchObject({ calls: 100, rejections: 100 });
      expect(events.at(-1)).toMatchObject({ type: 'failure', outcome: 'rejected', category: 'rejected' });
    });

    it('lets attempts that run come to their end', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      const policy = policyOf('p', { timeout: '1m', retry: {} });
      const result = watched(
        policy.execute(() => new Promise((resolve) => clock.setTimer({ expire: () => resolve('fine') }, 10))),
      );
      engine.drain();
      await clock.advance(10);

      expect(result.value).toBe('fine');
    });

    it('begins no wait any more: a failed attempt is the last one', async () => {
      const { engine, policyOf } = virtualEngine();
      for (const backoff of [plainBackoff, noBackoff]) {
        const policy = policyOf(`p ${backoff.type}`, { retry: { backoff } });
        const onRetry = eventsOf(policy);
        engine.drain();
        const charge = scripted([down]);
        const { ok, report } = await policy.tryExecute(charge);

        expect(ok).toBe(false);
        expect(report).toMatchObject({ reason: 'shutdown', attempts: 1, delays: [] });
        expect(charge.calls).toBe(1);
        expect(onRetry.some(({ type }) => type === 'retry')).toBe(false);
      }
    });

    it('throws a permanent error as it is', async () => {
      const { engine, policyOf } = virtualEngine();
      const policy = policyOf('p', { retry: {} });
      const missing = Object.assign(new Error('missing'), { status: 404 });
      engine.drain();

      expect(await policy.tryExecute(scripted([missing]))).toMatchObject({ error: missing });
    });

    it('lets fallbacks that run answer', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      const policy = policyOf('p', {
        fallback: {
          handlers: [() => new Promise((resolve) => clock.setTimer({ expire: () => resolve('cached') }, 10))],
          timeout: '1m',
        },
      });
      const result = watched(policy.execute(scripted([down])));
      await clock.advance(5);
      engine.drain();
      await clock.advance(5);

      expect(result.value).toBe('cached');
    });

    it('asks no fallback for a call that it ends, by default', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      const fallback = jest.fn();
      const policy = policyOf('p', { retry: { backoff: plainBackoff }, fallback });
      const result = watched(policy.execute(scripted([down])));
      await clock.advance(1);
      engine.drain();
      await nextTurn();

      expect(result.error).toMatchObject({ code: 'SHUTDOWN' });
      expect(fallback).not.toHaveBeenCalled();
    });
  });

  describe('when the grace is over', () => {
    it('aborts the signals that were read; what follows is no failure and the call ends as shut down', async () => {
      const { engine, policyOf } = virtualEngine();
      const policy = policyOf('p', { retry: {}, circuitBreaker: { failureThreshold: 1 } });
      const result = watched(policy.execute(obeys));
      engine.drain();
      engine.abortRunning();
      await nextTurn();

      expect(result.error).toMatchObject({ code: 'SHUTDOWN', cause: { message: 'stopped' } });
      expect(result.error).toHaveProperty('cause.cause.code', 'SHUTDOWN');
      expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 0 });
      expect(engine.abortables.size).toBe(0);
    });

    it('takes a result that comes all the same', async () => {
      const { engine, policyOf } = virtualEngine();
      const policy = policyOf('p', { retry: {} });
      const result = watched(
        policy.execute(
          (ctx) => new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve('saved'))),
        ),
      );
      engine.abortRunning();
      await nextTurn();

      expect(result.value).toBe('saved');
    });

    it('gives the permit of a probe back', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      for (const per of ['attempt', 'call'] as const) {
        const policy = policyOf(per, { circuitBreaker: { resetTimeout: '1s', per } });
        policy.breaker()?.open();
        await clock.advance('1s');
        watched(policy.execute(obeys));
        expect(policy.breaker()?.snapshot().probes).toBe(1);
        engine.abortRunning();
        await nextTurn();

        expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 0 });
      }
    });

    it('counts what fails for itself as a failure, where no signal was read', async () => {
      const { engine, policyOf } = virtualEngine();
      const policy = policyOf('p', { circuitBreaker: { failureThreshold: 1 } });
      let reject = (_: Error): void => {};
      const result = watched(policy.execute(() => new Promise((_, no) => (reject = no))));
      engine.abortRunning();
      reject(down);
      await nextTurn();

      expect(result.error).toBe(down);
      expect(policy.breaker()?.snapshot().state).toBe('open');
    });
  });

  describe('when it has stopped', () => {
    it('refuses new calls with a ShutdownError each, runs nothing, counts them as rejected', async () => {
      const { engine, policyOf } = virtualEngine();
      const policy = policyOf('payments', { timeout: '1m', retry: {}, fallback: { value: 'cached' } });
      const events = eventsOf(policy);
      engine.stop();
      const operation = jest.fn();
      const [first, second] = [await policy.tryExecute(operation), await policy.tryExecute(operation)];

      expect(operation).not.toHaveBeenCalled();
      expect(first).toMatchObject({
        ok: false,
        error: { code: 'SHUTDOWN', policy: 'payments' },
        report: { reason: 'shutdown', attempts: 0 },
      });
      expect(first).not.toHaveProperty('error.cause');
      expect((second as { error: unknown }).error).not.toBe((first as { error: unknown }).error);
      expect(policy.stats()).toMatchObject({ calls: 2, attempts: 0, rejections: 2 });
      expect(events.slice(0, 2)).toEqual([
        expect.objectContaining({ type: 'callRejected', reason: 'shutdown', attempt: 1 }),
        expect.objectContaining({ type: 'failure', outcome: 'rejected' }),
      ]);
    });

    it('ends waits as well, and stays stopped', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      const policy = policyOf('p', { retry: { backoff: plainBackoff } });
      const result = watched(policy.execute(scripted([down])));
      await clock.advance(1);
      engine.stop();
      engine.drain();
      await nextTurn();

      expect(result.error).toMatchObject({ code: 'SHUTDOWN' });
      expect(engine.isStopped).toBe(true);
    });
  });
});

describe('attempts whose signal was read', () => {
  it('are forgotten when they end, with and without limits', async () => {
    const { engine, policyOf } = virtualEngine();
    for (const timeout of ['1m', false] as const) {
      const policy = policyOf(`p ${timeout}`, { timeout, retry: { backoff: noBackoff } });
      await policy.tryExecute((ctx) => (ctx.signal.aborted ? 1 : Promise.reject(down)));
      await policy.tryExecute((ctx) => ctx.signal.aborted);
    }

    expect(engine.abortables.size).toBe(0);
  });

  it('are not remembered where the signal is read only after the end', async () => {
    const { engine, policyOf } = virtualEngine();
    const context = await policyOf('p', {}).execute((ctx) => ctx);

    expect(context.signal.aborted).toBe(false);
    expect(engine.abortables.size).toBe(0);
    engine.abortRunning();
    await nextTurn();
    expect(context.signal.aborted).toBe(false);
  });

  it('are waited for by whenNothingRuns', async () => {
    const { engine, clock, policyOf } = virtualEngine();
    const policy = policyOf('p', {});
    const idleAtOnce = watched(engine.whenNothingRuns());
    await nextTurn();
    expect(idleAtOnce.settled).toBe(true);

    for (const ms of [10, 20]) {
      watched(
        policy.execute((ctx) => {
          expect(ctx.signal.aborted).toBe(false);
          return new Promise((resolve) => clock.setTimer({ expire: () => resolve('fine') }, ms));
        }),
      );
    }
    const idle = watched(engine.whenNothingRuns());
    await clock.advance(10);
    expect(idle.settled).toBe(false);
    await clock.advance(10);
    expect(idle.settled).toBe(true);
  });

  it('may be aborted late: one that has ended meanwhile is left alone', async () => {
    const { engine, policyOf } = virtualEngine();
    const policy = policyOf('p', {});
    let end = (_: unknown): void => {};
    let signal: AbortSignal | undefined;
    const result = watched(
      policy.execute((ctx) => {
        signal = ctx.signal;
        return new Promise((resolve) => (end = resolve));
      }),
    );
    end('fine');
    engine.abortRunning();
    await nextTurn();

    expect(result.value).toBe('fine');
    expect(signal?.aborted).toBe(false);
  });
});

describe('two engines', () => {
  it('share nothing', async () => {
    const [first, second] = [virtualEngine(), virtualEngine()];
    const [a, b] = [first, second].map(({ policyOf }) =>
      policyOf('p', { circuitBreaker: { name: 'shared', failureThreshold: 1 } }),
    );
    await a?.tryExecute(scripted([down]));
    first.engine.stop();

    expect(b?.breaker()?.snapshot().state).toBe('closed');
    expect(await b?.execute(() => 'fine')).toBe('fine');
    expect(watched(b?.execute(hangs) as Promise<never>).settled).toBe(false);
  });
});
