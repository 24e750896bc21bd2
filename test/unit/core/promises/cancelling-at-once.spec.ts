import type { FallbackOptions } from '../../../../lib/core/fallback/fallback-options.js';
import { getEventListeners } from 'node:events';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import type { Policy } from '../../../../lib/core/policy.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import type { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import {
  eventsOf,
  noBackoff,
  plainBackoff,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const hangs = (): Promise<never> => new Promise(() => {});
const down = new Error('down');
const reason = { because: 'the tab was closed' };

const everything: NamedPolicyOptions = {
  timeout: { total: '1m', attempt: '30s' },
  retry: { maxAttempts: 5, backoff: plainBackoff, budget: true },
  circuitBreaker: { failureThreshold: 1 },
};

/** Adds and removes must be even. */
function countListeners(signal: AbortSignal): () => number {
  const add = jest.spyOn(signal, 'addEventListener');
  const remove = jest.spyOn(signal, 'removeEventListener');
  return () => add.mock.calls.length - remove.mock.calls.length;
}

/** What has run by the end of the microtasks of this tick. */
async function sameTick(): Promise<void> {
  let turned = false;
  void nextTurn().then(() => {
    turned = true;
  });
  for (let i = 0; i < 20; i++) await Promise.resolve();
  expect(turned).toBe(false);
}

interface Situation {
  readonly options: NamedPolicyOptions;
  readonly operation: () => unknown;
  /** Brings the call to where it is aborted. */
  readonly reach: (clock: VirtualClock) => Promise<void>;
}

const nowhere = async (): Promise<void> => {};

const situations: Record<string, Situation> = {
  'in the tick of the start': { options: everything, operation: hangs, reach: nowhere },
  'while an attempt runs': { options: everything, operation: hangs, reach: (clock) => clock.advance('1s') },
  'in a backoff': {
    options: { ...everything, circuitBreaker: { failureThreshold: 2 } },
    operation: scripted([down]),
    reach: (clock) => clock.advance('500ms'),
  },
  'in a fallback': {
    options: { ...everything, retry: false, fallback: hangs },
    operation: scripted([Object.assign(new Error('missing'), { status: 404 })]),
    reach: (clock) => clock.advance('1s'),
  },
  'in a fallback with a timeout': {
    options: { ...everything, retry: false, fallback: { handlers: [hangs, () => 'second'], timeout: '1m' } },
    operation: scripted([Object.assign(new Error('missing'), { status: 404 })]),
    reach: (clock) => clock.advance('1s'),
  },
  'while chaos delays an attempt': {
    options: { ...everything, chaos: { latency: '10s', enabled: true } },
    operation: () => 'never',
    reach: (clock) => clock.advance('1s'),
  },
};

function start(name: string, signal: AbortSignal) {
  const { options, operation } = situations[name] as Situation;
  const run = jest.fn(operation);
  const made = virtualPolicy(options);
  return { ...made, run, call: () => watched(made.policy.execute(run, { signal })) };
}

describe.each(Object.keys(situations))('cancelling %s', (name) => {
  const { reach } = situations[name] as Situation;

  it("rejects in the same tick with the caller's reason and runs nothing more", async () => {
    const controller = new AbortController();
    const { clock, run, call } = start(name, controller.signal);
    const result = call();
    await reach(clock);
    expect(result.settled).toBe(false);
    const calls = run.mock.calls.length;
    controller.abort(reason);
    await sameTick();

    expect(result).toEqual({ settled: true, error: reason });
    await clock.advance('10m');
    expect(run).toHaveBeenCalledTimes(calls);
  });

  it('leaves no timer and no listener behind', async () => {
    const controller = new AbortController();
    const listeners = countListeners(controller.signal);
    const { clock, call } = start(name, controller.signal);
    call();
    await reach(clock);
    controller.abort(reason);
    await sameTick();

    expect(clock.pending).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(listeners()).toBe(0);
  });

  it('is no failure of the circuit, and one aborted call in events and statistics', async () => {
    const controller = new AbortController();
    const { policy, clock, call } = start(name, controller.signal);
    const events = eventsOf(policy);
    const before = policy.breaker()?.snapshot();
    call();
    await reach(clock);
    const failures = policy.breaker()?.snapshot().failures;
    controller.abort(reason);
    await sameTick();

    expect(policy.breaker()?.snapshot()).toMatchObject({ state: before?.state, failures, probes: 0 });
    expect(policy.stats()).toMatchObject({ calls: 1, aborted: 1, failures: 0, timeouts: 0, fallbacks: 0 });
    expect(events.at(-1)).toMatchObject({
      type: 'failure',
      outcome: 'aborted',
      category: 'aborted',
      error: reason,
    });
    expect(events.filter(({ type }) => ['success', 'failure', 'fallbackUsed'].includes(type))).toHaveLength(
      1,
    );
  });
});

describe('cancelling before the start', () => {
  it('rejects with the reason, runs no user code, starts no timer, adds no listener, counts no failure', async () => {
    const signal = AbortSignal.abort(reason);
    const add = jest.spyOn(signal, 'addEventListener');
    const [operation, key, fallback] = [jest.fn(), jest.fn(), jest.fn()];
    const { policy, clock } = virtualPolicy({ ...everything, key, fallback });
    const setTimer = jest.spyOn(clock, 'setTimer');
    const events = eventsOf(policy);
    const result = watched(policy.execute(operation, { signal }));
    await sameTick();

    expect(result.error).toBe(reason);
    for (const untouched of [operation, key, fallback, setTimer, add])
      expect(untouched).not.toHaveBeenCalled();
    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 0, aborted: 1 });
    expect(policy.breaker()?.snapshot().failures).toBe(0);
    expect(events).toEqual([
      expect.objectContaining({ type: 'failure', outcome: 'aborted', category: 'aborted', attempt: 0 }),
    ]);
  });
});

describe('cancelling', () => {
  it('a probe gives its permit back', async () => {
    const { policy, clock } = virtualPolicy({
      retry: false,
      circuitBreaker: { failureThreshold: 1, resetTimeout: '1s' },
    });
    await policy.tryExecute(scripted([down]));
    await clock.advance('1s');
    const controller = new AbortController();
    const probe = watched(policy.execute(hangs, { signal: controller.signal }));
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 1 });
    controller.abort(reason);
    await sameTick();

    expect(probe.error).toBe(reason);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 0 });
    expect(await policy.execute(scripted(['fine']))).toBe('fine');
  });

  it('a probe of a breaker per call gives its permit back', async () => {
    const { policy, clock } = virtualPolicy({
      retry: { backoff: plainBackoff },
      circuitBreaker: { failureThreshold: 1, resetTimeout: '1s', per: 'call' },
    });
    policy.breaker()?.open();
    await clock.advance('1s');
    const controller = new AbortController();
    const probe = watched(policy.execute(scripted([down]), { signal: controller.signal }));
    await clock.advance(500);
    controller.abort(reason);
    await sameTick();

    expect(probe.error).toBe(reason);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 0 });
  });

  it('aborts ctx.signal with the reason', async () => {
    const { policy } = virtualPolicy({});
    const controller = new AbortController();
    let signal: AbortSignal | undefined;
    watched(
      policy.execute(
        (ctx) => {
          signal = ctx.signal;
          return hangs();
        },
        { signal: controller.signal },
      ),
    );
    controller.abort(reason);
    await sameTick();

    expect(signal).toMatchObject({ aborted: true, reason });
  });

  it('while the operation is being invoked ends the call, whatever the operation gives', async () => {
    for (const operation of [hangs, () => 'value', () => Promise.reject(down)]) {
      const { policy } = virtualPolicy(everything);
      const controller = new AbortController();
      const result = watched(
        policy.execute(
          () => {
            controller.abort(reason);
            return operation() as unknown;
          },
          { signal: controller.signal },
        ),
      );
      await sameTick();

      expect(result.error).toBe(reason);
    }
  });

  it('in a listener, before the operation is invoked, runs nothing', async () => {
    const controller = new AbortController();
    const { policy } = virtualPolicy({ on: { attemptStarted: () => controller.abort(reason) } });
    const operation = jest.fn();
    const result = watched(policy.execute(operation, { signal: controller.signal }));
    await sameTick();

    expect(result.error).toBe(reason);
    expect(operation).not.toHaveBeenCalled();
  });

  it.each<[string, NamedPolicyOptions['retry']]>([
    ['retryOn', { retryOn: [() => true] }],
    ['onRetry', {}],
    ['a backoff function', { backoff: () => 1000 }],
  ])('in %s makes no further attempt', async (where, retry) => {
    const controller = new AbortController();
    const abort = (): void => controller.abort(reason);
    const { policy, clock } = virtualPolicy({
      retry: {
        backoff: plainBackoff,
        ...(retry as object),
        ...(where === 'retryOn' && { retryOn: [() => (abort(), true)] }),
        ...(where === 'onRetry' && { onRetry: abort }),
        ...(where === 'a backoff function' && { backoff: () => (abort(), 1000) }),
      },
    });
    const charge = scripted([down]);
    const result = watched(policy.execute(charge, { signal: controller.signal }));
    await sameTick();

    expect(result.error).toBe(reason);
    expect(charge.calls).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('in a fallback handler runs no further handler', async () => {
    const controller = new AbortController();
    const second = jest.fn();
    const first = (): Promise<never> => {
      controller.abort(reason);
      return hangs();
    };
    const { policy, clock } = virtualPolicy({ fallback: { handlers: [first, second], timeout: '1m' } });
    const result = watched(policy.execute(scripted([down]), { signal: controller.signal }));
    await sameTick();

    expect(result.error).toBe(reason);
    expect(second).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  it.each<[string, (abort: () => void) => NamedPolicyOptions, number]>([
    ['a listener of the end', (abort) => ({ on: { circuitOpened: abort } }), 0],
    ['a listener of the total timeout', (abort) => ({ timeout: '1s', on: { timeout: abort } }), 0],
    ['fallback.on', (abort) => ({ fallback: { handlers: [], on: [() => (abort(), true)] } }), 0],
    ['a listener of a handler', (abort) => ({ on: { fallbackFailed: abort } }), 1],
  ])('in %s runs no further fallback handler', async (_, optionsFor, runs) => {
    const controller = new AbortController();
    const handler = jest.fn(() => Promise.reject(down));
    const { fallback, ...options } = optionsFor(() => controller.abort(reason));
    const { policy, clock } = virtualPolicy({
      circuitBreaker: { per: 'call', failureThreshold: 1 },
      ...options,
      fallback: { ...(fallback as FallbackOptions | undefined), handlers: [handler, handler] },
    });
    const operation = options.timeout === undefined ? scripted([down]) : hangs;
    const result = watched(policy.execute(operation, { signal: controller.signal }));
    await clock.advance('1s');

    expect(result.error).toBe(reason);
    expect(handler).toHaveBeenCalledTimes(runs);
    expect(policy.stats()).toMatchObject({ aborted: 1, failures: 0, timeouts: 0 });
  });

  it('in a key function runs nothing', async () => {
    const controller = new AbortController();
    const operation = jest.fn();
    const { policy } = virtualPolicy({
      key: () => {
        controller.abort(reason);
        return 'acme';
      },
      circuitBreaker: {},
    });
    const result = watched(policy.execute(operation, { signal: controller.signal }));
    await sameTick();

    expect(result.error).toBe(reason);
    expect(operation).not.toHaveBeenCalled();
  });

  it("makes the outcome an abort whatever the operation threw in the caller's tick", async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 1 } });
    const controller = new AbortController();
    const result = watched(
      policy.execute(() => Promise.resolve().then(() => Promise.reject(down)), { signal: controller.signal }),
    );
    controller.abort(reason);
    await sameTick();

    expect(result.error).toBe(reason);
    expect(policy.breaker()?.snapshot().failures).toBe(0);
  });

  it('loses against a timeout that is processed first, and wins against a later one', async () => {
    const abortFirst = new AbortController();
    const timeoutFirst = new AbortController();
    const { policy, clock } = virtualPolicy({ timeout: '1s' });
    clock.setTimer({ expire: () => abortFirst.abort(reason) }, 1000);
    const [aborted, timedOut] = [abortFirst, timeoutFirst].map(({ signal }) =>
      watched(policy.execute(hangs, { signal })),
    );
    clock.setTimer({ expire: () => timeoutFirst.abort(reason) }, 1000);
    await clock.advance('1s');

    expect(aborted?.error).toBe(reason);
    expect(timedOut?.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
  });

  it('a thousand calls that share one signal adds one listener and leaves none', async () => {
    const controller = new AbortController();
    const { policy, clock } = virtualPolicy({ timeout: '1m', retry: { backoff: plainBackoff } });
    const calls = Array.from({ length: 1000 }, (_, i) =>
      watched(policy.execute(i % 2 ? hangs : scripted([down]), { signal: controller.signal })),
    );
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    await clock.advance(500);
    controller.abort(reason);
    await sameTick();

    expect(calls.every(({ error }) => error === reason)).toBe(true);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('is listened for by one listener while calls come and go, and by none afterwards', async () => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    for (let i = 0; i < 50; i++) await policy.tryExecute(scripted([down, 'fine']), { signal });
    await Promise.all(Array.from({ length: 50 }, () => policy.tryExecute(scripted([down]), { signal })));

    expect(listeners()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('a policy without anything', () => {
  it('ends on an abort as well', async () => {
    const { policy } = virtualPolicy({}) as { policy: Policy };
    const controller = new AbortController();
    const result = watched(policy.execute(hangs, { signal: controller.signal }));
    controller.abort();
    await sameTick();

    expect(result.error).toMatchObject({ name: 'AbortError' });
  });
});
