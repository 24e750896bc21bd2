import type { RateLimiterOptions } from '../../../../lib/core/rate-limiter/rate-limiter-options.js';
import { createPolicy, type NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { settled } from '../../../support/held-operation.js';
import { issuesOf } from '../../../support/issues-of.js';
import {
  eventsOf,
  noBackoff,
  rejection,
  virtualEngine,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const down = new Error('down');

function limited(rateLimiter: RateLimiterOptions, options: NamedPolicyOptions = {}) {
  const world = virtualPolicy({ rateLimiter, ...options });
  return { ...world, events: eventsOf(world.policy), operation: scripted(['done']) };
}

describe('a call under a rate limit', () => {
  it('runs while there is a token, and is refused with the exact time to the next one', async () => {
    const { policy, operation, events } = limited({ limit: 4, interval: '1s', burst: 2 });
    await policy.execute(operation);
    await policy.execute(operation);
    const error = await rejection(policy.execute(operation));

    expect(operation.calls).toBe(2);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 250, policy: 'payments' });
    expect(events.filter(({ type }) => type === 'callRejected')).toMatchObject([{ reason: 'rateLimiter' }]);
  });

  it('runs again when the next token has come, not a millisecond before', async () => {
    const { policy, clock, operation } = limited({ limit: 4, burst: 1 });
    await policy.execute(operation);
    await clock.advance(249);
    expect(await rejection(policy.execute(operation))).toMatchObject({ retryAfter: 1 });
    await clock.advance(1);

    await expect(policy.execute(operation)).resolves.toBe('done');
  });

  it('waits for its token in order, up to maxWait', async () => {
    const { policy, clock, operation } = limited({ limit: 2, burst: 1, maxWait: '1s' });
    const order: number[] = [];
    const calls = [1, 2, 3, 4].map((id) => watched(policy.execute(operation).then(() => order.push(id))));
    await settled();
    expect(calls.map((call) => call.settled)).toEqual([true, false, false, true]);
    expect(calls[3]?.error).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1500 });
    await clock.advance(500);
    expect(order).toEqual([1, 2]);
    await clock.advance(500);

    expect(order).toEqual([1, 2, 3]);
    expect(clock.pending).toBe(0);
  });

  it('is refused at once when the wait would end after its total timeout', async () => {
    const { policy, operation } = limited({ limit: 1, maxWait: '1m' }, { timeout: '900ms' });
    await policy.execute(operation);

    expect(await rejection(policy.execute(operation))).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: 1000,
    });
  });

  it('leaves the line in the same tick when it is aborted, and those behind move up', async () => {
    const { policy, clock, operation } = limited({ limit: 1, burst: 1, maxWait: '1m' });
    await policy.execute(operation);
    const controller = new AbortController();
    const reason = new Error('gone');
    const aborted = watched(policy.execute(operation, { signal: controller.signal }));
    const behind = watched(policy.execute(operation));
    controller.abort(reason);
    await settled();
    expect(aborted.error).toBe(reason);
    await clock.advance('1s');

    expect(behind.settled).toBe(true);
    expect(operation.calls).toBe(2);
  });

  it('asks the breaker again when its turn comes', async () => {
    const { policy, clock, operation } = limited(
      { limit: 1, burst: 1, maxWait: '1m' },
      { circuitBreaker: {} },
    );
    await policy.execute(operation);
    const waiting = watched(policy.execute(operation));
    policy.breaker()?.open();
    await clock.advance('1s');

    expect(waiting.error).toBeInstanceOf(CircuitOpenError);
    expect(operation.calls).toBe(1);
  });

  it('ends with a ShutdownError when it waits while the application ends', async () => {
    const { engine, policyOf } = virtualEngine();
    const policy = policyOf('payments', { rateLimiter: { limit: 1, maxWait: '1m' } });
    await policy.execute(() => 'first');
    const waiting = watched(policy.execute(() => 'second'));
    engine.drain();
    await settled();

    expect(waiting.error).toMatchObject({ code: 'SHUTDOWN' });
  });

  it('is refused when a lower limit makes its wait longer than maxWait; those behind may move up in time', async () => {
    const { engine, clock, policyOf } = virtualEngine();
    const rateLimiter = { name: 'smtp', limit: 10, burst: 1 };
    const impatient = policyOf('impatient', { rateLimiter: { ...rateLimiter, maxWait: '1s' } });
    const patient = policyOf('patient', { rateLimiter: { name: 'smtp', maxWait: '10s' } });
    await impatient.execute(() => 'first');
    const calls = [impatient, impatient, patient, impatient].map((policy) =>
      watched(policy.execute(() => clock.now())),
    );
    engine.releaseDefinitions();
    policyOf('slower', { rateLimiter: { ...rateLimiter, limit: 1 } }).prepare();
    await settled();

    expect(calls.map(({ settled: isOver }) => isOver)).toEqual([false, true, false, true]);
    expect(calls[1]?.error).toMatchObject({ code: 'RATE_LIMITED', policy: 'impatient', retryAfter: 3000 });
    await clock.advance('2s');
    expect([calls[0]?.value, calls[2]?.value]).toEqual([1000, 2000]);
    expect(clock.pending).toBe(0);
  });

  it('takes a token for every attempt', async () => {
    const { policy } = limited({ limit: 2 }, { retry: { maxAttempts: 3, backoff: noBackoff } });
    const operation = scripted([down]);
    const error = await rejection(policy.execute(operation));

    expect(operation.calls).toBe(2);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', cause: down });
  });

  it('is shared by all operations of the policy unless told otherwise', async () => {
    const shared = limited({ limit: 1 });
    await shared.policy.execute(shared.operation, { operation: 'A.a' });
    expect(await rejection(shared.policy.execute(shared.operation, { operation: 'B.b' }))).toMatchObject({
      code: 'RATE_LIMITED',
    });
    const apart = limited({ limit: 1, scope: 'operation' });
    await apart.policy.execute(apart.operation, { operation: 'A.a' });

    await expect(apart.policy.execute(apart.operation, { operation: 'B.b' })).resolves.toBe('done');
  });

  it('has a limit by key', async () => {
    const { policy, operation } = limited({ limit: 1, key: (tenant: string) => tenant });
    await policy.execute(operation, { args: ['a'] });
    await policy.execute(operation, { args: ['b'] });

    expect(await rejection(policy.execute(operation, { args: ['a'] }))).toMatchObject({
      code: 'RATE_LIMITED',
    });
  });

  it('gives back its own token, not a later one, when it leaves the queue of the bulkhead behind', async () => {
    const { policy, clock, operation } = limited(
      { limit: 1, burst: 1 },
      { bulkhead: { maxConcurrent: 1, maxQueue: 5, scope: 'operation' } },
    );
    const hang = (): Promise<never> => new Promise(() => {});
    void policy.execute(hang, { operation: 'Hang.hang' });
    await clock.advance('1s');
    const controller = new AbortController();
    const queued = watched(policy.execute(hang, { operation: 'Hang.hang', signal: controller.signal }));
    await clock.advance('1s');
    await policy.execute(operation);
    controller.abort();
    await settled();
    expect(queued.settled).toBe(true);

    // The call before took the token of this second, whatever became of the one before.
    expect(await rejection(policy.execute(operation))).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('gives its token back when the bulkhead behind refuses it', async () => {
    const { policy, operation } = limited({ limit: 2 }, { bulkhead: 1 });
    void policy.execute(() => new Promise(() => {}), { operation: 'Hang.hang' });
    for (let i = 0; i < 5; i++) {
      await rejection(policy.execute(() => 'never', { operation: 'Hang.hang' }));
    }

    await expect(policy.execute(operation)).resolves.toBe('done');
  });
});

describe('a policy that only joins a rate limiter by its name', () => {
  const joining = {
    rateLimiter: { name: 'smtp' },
    circuitBreaker: { resetTimeout: '1s', halfOpenMaxCalls: 1 },
    retry: { backoff: noBackoff },
  };
  const halfOpen = async () => {
    const { engine, clock, policyOf } = virtualEngine();
    const policy = policyOf('joiner', joining);
    policy.breaker()?.open();
    await clock.advance('1s');
    return { engine, policy, policyOf };
  };

  it('fails each call with what is wrong as long as nobody gives the limit, and holds nothing', async () => {
    const { policy } = await halfOpen();
    const operation = jest.fn();
    for (let i = 0; i < 2; i++)
      expect(await rejection(policy.execute(operation))).toMatchObject({ code: 'CONFIG_INVALID' });
    const { ok, report } = await policy.tryExecute(operation);

    expect([ok, report.reason]).toEqual([false, 'permanent']);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 0 });
    expect(policy.stats()).toMatchObject({ calls: 3, failures: 3, attempts: 0 });
    expect(operation).not.toHaveBeenCalled();
  });

  it('obeys the limit once somebody has given it, though it was called before', async () => {
    const { policy, policyOf } = await halfOpen();
    await rejection(policy.execute(() => 'too early'));
    policyOf('definer', { rateLimiter: { name: 'smtp', limit: 1 } }).prepare();

    expect(await policy.execute(() => 'sent')).toBe('sent');
    expect(await rejection(policy.execute(() => 'sent'))).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('cannot stand alone', () => {
    expect(issuesOf(() => createPolicy({ rateLimiter: { name: 'smtp' }, timeout: 0 }))).toEqual([
      "timeout: expected a duration such as 250 or '2s', greater than 0 (got 0)",
      'rateLimiter.limit: expected an integer >= 1 (not given): nobody else shares the limiter of a policy that stands alone',
    ]);
  });
});
