import type { AdapterCallOptions, Caller } from '../../../lib/core/caller.js';
import type { Interruption } from '../../../lib/core/interruption.js';
import type { PolicyOptions } from '../../../lib/core/policy-options.js';
import type { AbortWatcher } from '../../../lib/core/signal-hub.js';
import { operationNamed } from '../../../lib/core/state/operation.js';
import { noBackoff, rejection, virtualEngine, watched } from '../../support/virtual-policy.js';

/** A caller that a test lets leave. */
class TestCaller implements Caller {
  left: Interruption | null = null;
  repeats = true;
  told = 0;
  private call: AbortWatcher | undefined;

  watch(call: AbortWatcher): void {
    this.call = call;
  }

  mayRepeat(): boolean {
    return this.repeats;
  }

  willRepeat(): void {
    this.told++;
  }

  leave(error: unknown): void {
    this.left = { kind: 'aborted', error };
    this.call?.aborted(this.left);
  }
}

function setUp(options: PolicyOptions) {
  const { policyOf, clock } = virtualEngine();
  const caller = new TestCaller();
  const pipeline = policyOf('edge', options).pipelineFor(operationNamed('OrdersController.list'));
  const run = (operation: () => unknown, call: AdapterCallOptions = {}): Promise<unknown> =>
    pipeline?.run(operation, undefined, null, { caller, ...call }) ??
    Promise.reject(new TypeError('no pipeline'));
  return { run, caller, clock };
}

const gone = new Error('the client is gone');
const down = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('a call whose caller leaves', () => {
  it('is not begun when the caller has left before', async () => {
    const { run, caller } = setUp({});
    const operation = jest.fn();
    caller.leave(gone);

    expect(await rejection(run(operation))).toBe(gone);
    expect(operation).not.toHaveBeenCalled();
  });

  it('ends at once with its reason while the operation runs', async () => {
    const { run, caller } = setUp({});
    const call = watched(run(() => new Promise(() => undefined)));
    caller.leave(gone);
    await new Promise((resolve) => setImmediate(resolve));

    expect(call).toMatchObject({ settled: true, error: gone });
  });

  it('ends at once in a backoff, makes no further attempt and leaves no timer', async () => {
    const { run, caller, clock } = setUp({ retry: { backoff: { initialDelay: '1h', maxDelay: '1h' } } });
    const operation = jest.fn().mockRejectedValue(down);
    const call = run(operation);
    call.catch(() => undefined);
    await clock.advance('1s');
    caller.leave(gone);

    expect(await rejection(call)).toBe(gone);
    expect(operation).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it('ends a fallback that runs', async () => {
    const { run, caller } = setUp({ fallback: () => new Promise(() => undefined) });
    const call = run(() => Promise.reject(down));
    call.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    caller.leave(gone);

    expect(await rejection(call)).toBe(gone);
  });
});

describe('a caller that lets nothing be repeated', () => {
  it.each([
    ['an error that proves that nothing was sent', {}, () => Promise.reject(down)],
    ['a call that says idempotent: true', { idempotent: true }, () => Promise.reject(down)],
  ])('has no second attempt after %s', async (_, options, operation) => {
    const { run, caller } = setUp({ retry: { backoff: noBackoff } });
    caller.repeats = false;
    const attempt = jest.fn(operation);

    expect(await rejection(run(attempt, options))).toBe(down);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('gets the result that retryResult refuses', async () => {
    const { run, caller } = setUp({ retry: { backoff: noBackoff, retryResult: () => true } });
    caller.repeats = false;
    const operation = jest.fn().mockResolvedValue('pending');

    expect(await run(operation)).toBe('pending');
    expect(operation).toHaveBeenCalledTimes(1);
  });

  it('is asked only when another attempt would follow', async () => {
    const { run, caller } = setUp({ retry: { backoff: noBackoff } });
    const asked = jest.spyOn(caller, 'mayRepeat');

    await run(() => 'fine');
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('a caller that is told of retries', () => {
  it('hears of each before its backoff, and of nothing when there is none', async () => {
    const { run, caller, clock } = setUp({ retry: { maxAttempts: 2, backoff: { jitter: false } } });
    const call = run(() => Promise.reject(down));
    call.catch(() => undefined);
    await clock.advance(999);
    expect(caller.told).toBe(1);

    await clock.advance(1);
    expect(await rejection(call)).toBe(down);
    expect(caller.told).toBe(1);
  });
});

describe('what an adapter presumes of repeating', () => {
  const sent = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

  it.each([
    [{}, {}, 1],
    [{ idempotent: true }, {}, 2],
    [{}, { idempotent: true }, 2],
    [{ idempotent: true }, { idempotent: false }, 1],
  ])('gives way to the policy (%j) and the call (%j)', async (options, call, attempts) => {
    const { run } = setUp({ retry: { maxAttempts: 2, backoff: noBackoff }, ...options });
    const operation = jest.fn().mockRejectedValue(sent);

    await rejection(run(operation, { presumedIdempotent: false, ...call }));
    expect(operation).toHaveBeenCalledTimes(attempts);
  });
});
