import { AsyncLocalStorage } from 'node:async_hooks';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import type { EngineOptions } from '../../../../lib/core/engine-options.js';
import type { ResilienceEventType } from '../../../../lib/core/events/event-types.js';
import { Policy } from '../../../../lib/core/policy.js';
import { resolvePolicy } from '../../../../lib/core/policy-options.js';
import { systemClock } from '../../../../lib/core/time/system-clock.js';
import { eventsOf, virtualEngine, virtualPolicy, watched } from '../../../support/virtual-policy.js';

const context = new AsyncLocalStorage<string>();
const down = new Error('down');
const reason = new Error('the caller left');

/** Where user code ran, and in whose context. */
class Log {
  readonly seen = new Map<string, Set<string | undefined>>();

  note(place: string): void {
    const contexts = this.seen.get(place) ?? new Set();
    this.seen.set(place, contexts.add(context.getStore()));
  }

  in<A extends unknown[], R>(place: string, run: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      this.note(place);
      return run(...args);
    };
  }

  /** Places that ran in a context other than the caller's. */
  get strangers(): string[] {
    return [...this.seen].filter(([, all]) => all.size !== 1 || !all.has('caller')).map(([place]) => place);
  }
}

const eventTypes: ResilienceEventType[] = [
  'attemptStarted',
  'attemptFailed',
  'retry',
  'success',
  'failure',
  'retriesExhausted',
  'fallbackUsed',
  'fallbackFailed',
  'timeout',
  'budgetExhausted',
  'callRejected',
  'circuitOpened',
];

function instrumented(log: Log, options: NamedPolicyOptions = {}, runtime: EngineOptions = {}) {
  const on = Object.fromEntries(eventTypes.map((type) => [type, log.in(`listener of ${type}`, () => {})]));
  const made = virtualPolicy(
    {
      timeout: { total: '1m', attempt: '5s' },
      key: log.in('key', () => 'acme'),
      retry: {
        backoff: log.in('backoff', () => 1000),
        retryOn: [log.in('retryOn', () => true)],
        abortOn: [log.in('abortOn', () => false)],
        retryResult: log.in('retryResult', (value) => value === 'again'),
        retryAfter: log.in('retryAfter', () => undefined),
        onRetry: log.in('onRetry', () => {}),
        budget: true,
      },
      circuitBreaker: {
        failureThreshold: 3,
        recordOn: [log.in('recordOn', () => true)],
        ignore: [log.in('ignore', () => false)],
        recordResult: log.in('recordResult', () => false),
      },
      discard: log.in('discard', () => {}),
      on,
      ...options,
    },
    { classifiers: [log.in('classifier', () => undefined)], ...runtime },
  );
  return made;
}

const asCaller = <T>(run: () => T): T => context.run('caller', run);
const asStranger = <T>(run: () => T): T => context.run('stranger', run);

describe("the async context of user code is the caller's", () => {
  it('in operation, predicates, hooks and listeners, after a backoff and an attempt timeout', async () => {
    const log = new Log();
    const { policy, clock } = instrumented(log);
    let release = (_: string): void => {};
    const operation = log.in('operation', (ctx: { attempt: number; signal: AbortSignal }): unknown => {
      if (ctx.attempt === 1) return Promise.reject(down);
      if (ctx.attempt === 3) return 'fine';
      ctx.signal.addEventListener('abort', () => log.note('abort listener'));
      return new Promise((resolve) => (release = resolve));
    });
    const result = asCaller(() => watched(policy.execute(operation)));
    // Time is moved by somebody else, who also lets the late result come.
    await asStranger(() => clock.advance('10s'));
    asStranger(() => release('late'));
    await asStranger(() => clock.advance('1s'));

    expect(result.value).toBe('fine');
    expect(log.strangers).toEqual([]);
    expect([...log.seen.keys()]).toEqual(
      expect.arrayContaining([
        'operation',
        'retryOn',
        'abortOn',
        'retryResult',
        'retryAfter',
        'onRetry',
        'backoff',
        'recordOn',
        'recordResult',
        'key',
        'discard',
        'abort listener',
        'listener of retry',
        'listener of timeout',
        'listener of success',
      ]),
    );
  });

  it('in fallbacks and listeners after a total timeout, and in abort listeners', async () => {
    const log = new Log();
    const { policy, clock } = instrumented(log, {
      retry: false,
      circuitBreaker: { failureThreshold: 1 },
      fallback: {
        handlers: [
          log.in('first fallback', () => new Promise(() => {})),
          log.in('second fallback', () => 'cached'),
        ],
        on: [log.in('fallback.on', () => true)],
        timeout: '1s',
      },
    });
    const operation = log.in('operation', (ctx: { signal: AbortSignal }) => {
      ctx.signal.addEventListener('abort', () => log.note('abort listener'));
      return new Promise(() => {});
    });
    const result = asCaller(() => watched(policy.execute(operation)));
    await asStranger(() => clock.advance('2m'));

    expect(result.value).toBe('cached');
    expect(log.strangers).toEqual([]);
    expect(log.seen.has('second fallback')).toBe(true);
    expect(log.seen.has('abort listener')).toBe(true);
    expect(log.seen.has('listener of circuitOpened')).toBe(true);
  });

  it.each<[string, number]>([
    ['while an attempt runs', 10],
    ['in a backoff', 5500],
  ])("in abort listeners and listeners when a stranger's code aborts %s", async (_, abortAfter) => {
    const log = new Log();
    const { policy, clock } = instrumented(log);
    const controller = new AbortController();
    const operation = log.in('operation', (ctx: { signal: AbortSignal }) => {
      ctx.signal.addEventListener('abort', () => log.note('abort listener'));
      return new Promise(() => {});
    });
    const result = asCaller(() => watched(policy.execute(operation, { signal: controller.signal })));
    await asStranger(() => clock.advance(abortAfter));
    asStranger(() => controller.abort(reason));
    await asStranger(() => clock.advance(0));

    expect(result.error).toBe(reason);
    expect(log.strangers).toEqual([]);
    expect(log.seen.has('abort listener')).toBe(true);
    expect(log.seen.has('listener of failure')).toBe(true);
  });

  it.each<[string, NamedPolicyOptions]>([
    ['a queue', { bulkhead: { maxConcurrent: 1, maxQueue: 5, queueTimeout: '30s' } }],
    ['a wait for a rate limit', { rateLimiter: { limit: 1, interval: '1s', maxWait: '30s' } }],
    ['a queue behind a rate limit', { rateLimiter: { limit: 1, maxWait: '30s' }, bulkhead: 1 }],
    [
      'a queue that was waited in for too long',
      { bulkhead: { maxConcurrent: 1, maxQueue: 5, queueTimeout: 500 } },
    ],
  ])('after %s', async (_, options) => {
    const log = new Log();
    const { policy, clock } = instrumented(log, { ...options, retry: false, key: () => 'acme' });
    let release = (): void => {};
    const taken = context.run('taker', () =>
      watched(policy.execute(() => new Promise<void>((resolve) => (release = resolve)))),
    );
    const operation = log.in('operation', () => 'fine');
    const result = asCaller(() => watched(policy.execute(operation)));
    expect(log.seen.has('operation')).toBe(false);
    await asStranger(() => clock.advance('1s'));
    asStranger(() => release());
    await asStranger(() => clock.advance('5s'));

    expect([taken.settled, result.settled]).toEqual([true, true]);
    // Either the operation ran, or its rejection was told.
    const places = ['operation', 'listener of callRejected'].filter((place) => log.seen.has(place));
    expect(places).toHaveLength(1);
    for (const place of places) expect([...(log.seen.get(place) ?? [])]).toEqual(['caller']);
    const contexts = new Set([...log.seen.values()].flatMap((all) => [...all]));
    expect(contexts).toEqual(new Set(['caller', 'taker']));
  });

  it('in hedges, their listeners, and what is discarded', async () => {
    const log = new Log();
    const { policy, clock } = instrumented(log, {
      idempotent: true,
      retry: false,
      hedge: { delay: '1s', budget: { ratio: 1 } },
      bulkhead: 2,
      on: { hedged: log.in('listener of hedged', () => {}) },
    });
    const settle: ((value: string) => void)[] = [];
    const operation = log.in('operation', (ctx: { signal: AbortSignal }) => {
      ctx.signal.addEventListener('abort', () => log.note('abort listener'));
      return new Promise<string>((resolve) => settle.push(resolve));
    });
    const result = asCaller(() => watched(policy.execute(operation)));
    await asStranger(() => clock.advance('1s'));
    asStranger(() => settle[1]?.('second'));
    await asStranger(() => clock.advance(0));
    asStranger(() => settle[0]?.('late'));
    await asStranger(() => clock.advance(0));

    expect(result.value).toBe('second');
    expect(settle).toHaveLength(2);
    expect(log.strangers).toEqual([]);
    expect([...log.seen.keys()]).toEqual(
      expect.arrayContaining(['operation', 'abort listener', 'discard', 'listener of hedged']),
    );
  });

  it('in abort listeners when the grace of a shutdown is over', async () => {
    const log = new Log();
    const { engine, clock, policyOf } = virtualEngine();
    const policy = policyOf('p', { on: { failure: log.in('listener of failure', () => {}) } });
    const result = asCaller(() =>
      watched(
        policy.execute(
          (ctx) =>
            new Promise((_, reject) => {
              ctx.signal.addEventListener('abort', () => {
                log.note('abort listener');
                reject(ctx.signal.reason);
              });
            }),
        ),
      ),
    );
    asStranger(() => engine.abortRunning());
    await asStranger(() => clock.advance(0));

    expect(result.error).toMatchObject({ code: 'SHUTDOWN' });
    expect(log.strangers).toEqual([]);
    expect(log.seen.size).toBe(2);
  });

  it('on the system clock, where calls of several callers share one timer', async () => {
    const { engine } = virtualEngine({ clock: systemClock });
    const settings = resolvePolicy('p', {
      retry: { backoff: { type: 'fixed', initialDelay: 1, jitter: false } },
    });
    const policy = new Policy(engine, settings);
    const contextsOf = (caller: string): Promise<(string | undefined)[]> =>
      context.run(caller, async () => {
        const seen: (string | undefined)[] = [];
        await policy.tryExecute(() => {
          seen.push(context.getStore());
          return Promise.reject(down);
        });
        return seen;
      });

    expect(await Promise.all([contextsOf('a'), contextsOf('b')])).toEqual([
      ['a', 'a', 'a'],
      ['b', 'b', 'b'],
    ]);
  });

  it('in the body of a loop over attempts, and in its operation', async () => {
    const { policy, clock } = virtualPolicy({ retry: {} });
    const seen = new Set<string | undefined>();
    const loop = asCaller(async () => {
      for await (const attempt of policy.attempts()) {
        seen.add(context.getStore());
        await attempt.run(() => {
          seen.add(context.getStore());
          if (attempt.attempt < 3) throw down;
        });
      }
    });
    await asStranger(() => clock.advance('1m'));
    await loop;

    expect(seen).toEqual(new Set(['caller']));
  });

  it('keeps callers apart who use one policy at once', async () => {
    const { policy, clock } = virtualPolicy({ timeout: { attempt: '1s' }, retry: {} });
    const events = eventsOf(policy);
    const seen = new Map<string, (string | undefined)[]>();
    const calls = Array.from({ length: 20 }, (_, i) => {
      const caller = `caller ${i}`;
      return context.run(caller, () =>
        policy.tryExecute(({ attempt }) => {
          seen.set(caller, [...(seen.get(caller) ?? []), context.getStore()]);
          return attempt < 3 ? new Promise(() => {}) : caller;
        }),
      );
    });
    await clock.advance('1m');
    await Promise.all(calls);

    for (const [caller, contexts] of seen) expect(contexts).toEqual([caller, caller, caller]);
    expect(events.filter(({ type }) => type === 'success')).toHaveLength(20);
  });
});
