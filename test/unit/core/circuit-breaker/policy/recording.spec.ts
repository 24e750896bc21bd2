import type { Policy } from '../../../../../lib/core/policy.js';
import { CircuitOpenError } from '../../../../../lib/core/errors/circuit-open-error.js';
import { heldOperation, settled } from '../../../../support/held-operation.js';
import {
  EPOCH,
  eventsOf,
  noBackoff,
  plainBackoff,
  rejection,
  virtualEngine,
  virtualPolicy,
  watched,
} from '../../../../support/virtual-policy.js';

const fails = (error: unknown) => () => Promise.reject(error);
const withStatus = (status: number): Error => Object.assign(new Error(`status ${status}`), { status });

/** Counts everything, and opens practically never. */
const counting = { failureRatio: 1, minimumCalls: 1000, window: { type: 'count', size: 1000 } } as const;

function counts(policy: Policy) {
  const { failures = 0, successes = 0 } = policy.breaker()?.snapshot() ?? {};
  return { failures, successes };
}

describe('what a circuit breaker records', () => {
  it.each([
    ['a result', () => 'fine', { failures: 0, successes: 1 }],
    ['undefined, returned synchronously', () => undefined, { failures: 0, successes: 1 }],
    ['a thrown error', fails(new Error('down')), { failures: 1, successes: 0 }],
    ['a thrown undefined', fails(undefined), { failures: 1, successes: 0 }],
    ['a thrown string', fails('down'), { failures: 1, successes: 0 }],
    ['a thrown symbol', fails(Symbol('down')), { failures: 1, successes: 0 }],
    ['status 503', fails(withStatus(503)), { failures: 1, successes: 0 }],
    ['status 404, an answer', fails(withStatus(404)), { failures: 0, successes: 1 }],
    ['status 409, an answer', fails(withStatus(409)), { failures: 0, successes: 1 }],
    ['status 429', fails(withStatus(429)), { failures: 0, successes: 0 }],
    ['a programming error', fails(new TypeError('x is not a function')), { failures: 0, successes: 0 }],
  ])('of %s', async (_, operation, expected) => {
    const { policy } = virtualPolicy({ circuitBreaker: counting });
    await policy.tryExecute(operation);
    expect(counts(policy)).toEqual(expected);
  });

  it('is a failure of a result that recordResult names, and the caller gets the result', async () => {
    const { policy } = virtualPolicy({
      circuitBreaker: { ...counting, recordResult: (value: { ok: boolean }) => !value.ok },
    });
    expect(await policy.execute(() => ({ ok: false }))).toEqual({ ok: false });
    expect(await policy.execute(() => ({ ok: true }))).toEqual({ ok: true });
    expect(counts(policy)).toEqual({ failures: 1, successes: 1 });
  });

  it('is a failure `timeout` of an attempt that times out, on each attempt', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: { attempt: '1s' },
      retry: { maxAttempts: 2, backoff: noBackoff },
      circuitBreaker: counting,
    });
    const call = watched(policy.execute(heldOperation().operation));
    await clock.advance('2s');
    expect(call.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'attempt' });
    expect(policy.breaker()?.snapshot()).toMatchObject({
      failures: 2,
      successes: 0,
      lastError: 'timeout',
      lastFailureAt: EPOCH + 2000,
    });
  });

  it('is one failure `timeout` of a total timeout that ends an attempt', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '1s', circuitBreaker: counting });
    const call = watched(policy.execute(heldOperation().operation));
    await clock.advance('1s');
    expect(call.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'total' });
    expect(policy.breaker()?.snapshot()).toMatchObject({ failures: 1, lastError: 'timeout' });
  });

  it('is nothing further of a total timeout that ends a backoff', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '1500ms',
      retry: { backoff: { jitter: false, initialDelay: '1s' } },
      circuitBreaker: counting,
    });
    const call = watched(policy.execute(fails(new Error('down'))));
    await clock.advance('1500ms');
    expect(call.settled).toBe(true);
    expect(counts(policy)).toEqual({ failures: 2, successes: 0 });
  });

  it.each([
    ['attempt', { attempt: '1s' }],
    ['attempt', { total: '1s' }],
    ['call', { attempt: '1s' }],
    ['call', { total: '1s' }],
  ] as const)(
    'is a failure, per: %j, of the timeout %j though recordOn does not name it',
    async (per, timeout) => {
      const { policy, clock } = virtualPolicy({
        timeout,
        circuitBreaker: { ...counting, per, recordOn: [RangeError] },
      });
      const call = watched(policy.execute(heldOperation().operation));
      await clock.advance('1s');
      expect(call.settled).toBe(true);
      expect(counts(policy)).toEqual({ failures: 1, successes: 0 });
      await rejection(policy.execute(fails(new Error('not named'))));
      expect(counts(policy)).toEqual({ failures: 1, successes: 1 });
    },
  );

  it('is nothing of a timeout that ignore names', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '1s',
      circuitBreaker: { ...counting, ignore: ['default', 'timeout'] },
    });
    const call = watched(policy.execute(heldOperation().operation));
    await clock.advance('1s');
    expect(call.settled).toBe(true);
    expect(counts(policy)).toEqual({ failures: 0, successes: 0 });
  });

  it('is what recordOn says of a timeout further in', async () => {
    const { policy: inner, clock } = virtualPolicy({ name: 'inner', timeout: '1s' });
    const { policy } = virtualPolicy({ circuitBreaker: { ...counting, recordOn: [RangeError] } });
    const call = watched(policy.execute(() => inner.execute(heldOperation().operation)));
    await clock.advance('1s');
    expect(call.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', policy: 'inner' });
    expect(counts(policy)).toEqual({ failures: 0, successes: 1 });
  });

  it('is nothing of an attempt that comes in after its timeout', async () => {
    const { policy, clock } = virtualPolicy({ timeout: { attempt: '1s' }, circuitBreaker: counting });
    const { runs, operation } = heldOperation();
    const call = watched(policy.execute(operation));
    await clock.advance('1s');
    expect(call.settled).toBe(true);
    runs[0]?.resolve('late');
    await settled();
    expect(counts(policy)).toEqual({ failures: 1, successes: 0 });
  });

  it('is nothing of a call that its caller aborts: before, while it runs, and in a backoff', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: plainBackoff }, circuitBreaker: counting });
    const aborted = AbortSignal.abort(new Error('before'));
    await rejection(policy.execute(() => 'fine', { signal: aborted }));
    expect(counts(policy)).toEqual({ failures: 0, successes: 0 });

    const running = new AbortController();
    const run = watched(policy.execute(heldOperation().operation, { signal: running.signal }));
    running.abort(new Error('running'));
    await settled();
    expect(run.error).toEqual(new Error('running'));
    expect(counts(policy)).toEqual({ failures: 0, successes: 0 });

    const waiting = new AbortController();
    const wait = watched(policy.execute(fails(new Error('down')), { signal: waiting.signal }));
    await clock.advance(500);
    waiting.abort(new Error('waiting'));
    await settled();
    expect(wait.error).toEqual(new Error('waiting'));
    expect(counts(policy)).toEqual({ failures: 1, successes: 0 });
  });

  it('is nothing of an operation that fails because its caller aborted, whatever it throws', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: counting });
    const abort = new AbortController();
    const call = policy.execute(
      () => {
        abort.abort(new Error('the caller left'));
        throw new Error('connection lost');
      },
      { signal: abort.signal },
    );
    expect(await rejection(call)).toEqual(new Error('the caller left'));
    expect(counts(policy)).toEqual({ failures: 0, successes: 0 });
  });

  it('is a failure of an operation whose own abort or timeout the caller did not cause', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: counting });
    await rejection(policy.execute(fails(new DOMException('too slow', 'TimeoutError'))));
    await rejection(policy.execute(fails(new DOMException('stopped', 'AbortError'))));
    expect(counts(policy)).toEqual({ failures: 2, successes: 0 });
  });

  it('is nothing of a deadline from outside, also where it is shorter than the total timeout', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '5s', circuitBreaker: counting });
    const call = watched(
      policy.execute(heldOperation().operation, { deadline: new Date(clock.epoch() + 1000) }),
    );
    await clock.advance('1s');
    expect(call.error).toMatchObject({ scope: 'deadline' });
    expect(counts(policy)).toEqual({ failures: 0, successes: 0 });
  });

  it('is a failure of the total timeout, also where there is a longer deadline from outside', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '1s', circuitBreaker: counting });
    const call = watched(
      policy.execute(heldOperation().operation, { deadline: new Date(clock.epoch() + 5000) }),
    );
    await clock.advance('1s');
    expect(call.error).toMatchObject({ scope: 'total' });
    expect(counts(policy)).toEqual({ failures: 1, successes: 0 });
  });

  it.each(['attempt', 'call'] as const)(
    'is nothing of an attempt that the shutdown aborts, per: %j',
    async (per) => {
      const { engine, policyOf } = virtualEngine();
      const policy = policyOf('payments', { circuitBreaker: { ...counting, per } });
      const obeying = policy.execute(
        ({ signal }) =>
          new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new Error('socket closed'))),
          ),
      );
      engine.drain();
      engine.abortRunning();
      await rejection(obeying);
      expect(counts(policy)).toEqual({ failures: 0, successes: 0 });
    },
  );

  it.each(['attempt', 'call'] as const)('is nothing of its own rejections, per: %j', async (per) => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { failureThreshold: 1, per } });
    await rejection(policy.execute(fails(new Error('down'))));
    const before = policy.breaker()?.snapshot();
    await clock.advance('1s');
    for (let i = 0; i < 5; i++) {
      expect(await rejection(policy.execute(fails(new Error('never runs'))))).toBeInstanceOf(
        CircuitOpenError,
      );
    }
    expect(policy.breaker()?.snapshot()).toEqual(before);
  });

  it('is nothing of the rejection of a breaker further in', async () => {
    const { policy: inner } = virtualPolicy({ name: 'inner', circuitBreaker: {} });
    const { policy: outer } = virtualPolicy({ name: 'outer', circuitBreaker: counting });
    inner.breaker()?.forceOpen();
    const error = await rejection(outer.execute(() => inner.execute(() => 'fine')));
    expect(error).toMatchObject({ code: 'CIRCUIT_OPEN', policy: 'inner' });
    expect(counts(outer)).toEqual({ failures: 0, successes: 0 });
  });

  it('does not depend on whether the error can be read', async () => {
    const hostile = new Proxy(new Error('down'), {
      get: () => {
        throw new Error('no access');
      },
      getPrototypeOf: () => {
        throw new Error('no access');
      },
    });
    const { policy } = virtualPolicy({
      circuitBreaker: { ...counting, recordOn: ['default', RangeError, 404] },
    });
    const result = await policy.tryExecute(fails(hostile));
    expect(!result.ok && result.error === hostile).toBe(true);
    expect(counts(policy)).toEqual({ failures: 1, successes: 0 });
  });

  it('leaves the error as it is', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {}, retry: { backoff: noBackoff } });
    const error = Object.freeze(new Error('frozen'));
    expect(await rejection(policy.execute(fails(error)))).toBe(error);
  });
});

describe('a rejection', () => {
  it('is not retried unless retryOn names it', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff }, circuitBreaker: {} });
    policy.breaker()?.forceOpen();
    const events = eventsOf(policy);
    await rejection(policy.execute(() => 'fine'));
    expect(events.map(({ type }) => type)).toEqual(['callRejected', 'failure']);
  });

  it('is retried where retryOn names it, and never invokes the operation', async () => {
    const operation = jest.fn();
    const { policy } = virtualPolicy({
      retry: { maxAttempts: 3, backoff: noBackoff, retryOn: ['default', 'rejected'] },
      circuitBreaker: {},
    });
    policy.breaker()?.forceOpen();
    const events = eventsOf(policy);
    await rejection(policy.execute(operation));
    expect(events.filter(({ type }) => type === 'callRejected')).toHaveLength(3);
    expect(operation).not.toHaveBeenCalled();
    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 0 });
  });

  it('is waited out where its retryAfter fits: the retry then is the probe', async () => {
    const { policy, clock } = virtualPolicy({
      retry: { maxAttempts: 2, backoff: noBackoff, retryOn: ['rejected'] },
      circuitBreaker: { resetTimeout: '2s' },
    });
    policy.breaker()?.open();
    const call = watched(policy.execute(() => 'fine'));
    await clock.advance('1999ms');
    expect(call.settled).toBe(false);
    await clock.advance('1s');
    expect(call.value).toBe('fine');
    expect(policy.breaker()?.snapshot().state).toBe('closed');
  });
});
