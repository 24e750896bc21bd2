import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { heldOperation } from '../../../support/held-operation.js';
import {
  eventsOf,
  plainBackoff,
  rejection,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const down = new Error('down');
const HOUR = 3_600_000;

function world(options: NamedPolicyOptions) {
  const made = virtualPolicy(options, { random: () => 0.999 });
  return { ...made, ...heldOperation(), events: eventsOf(made.policy) };
}

type World = ReturnType<typeof world>;

interface Timing {
  readonly options: NamedPolicyOptions;
  /** Begins what takes time. */
  readonly begin: (made: World) => unknown;
  /** How long it takes. */
  readonly ms: number;
  /** Whether that time is over. */
  readonly isOver: (made: World) => boolean | Promise<boolean>;
}

const runs = (made: World, count: number): boolean => made.runs.length >= count;
const ended = (made: World): boolean => made.events.some(({ type }) => type === 'failure');

const timings: Record<string, Timing> = {
  'a total timeout': {
    options: { timeout: '5s' },
    begin: ({ policy, operation }) => policy.tryExecute(operation),
    ms: 5000,
    isOver: ended,
  },
  'an attempt timeout': {
    options: { timeout: { attempt: '5s' } },
    begin: ({ policy, operation }) => policy.tryExecute(operation),
    ms: 5000,
    isOver: ended,
  },
  'a backoff': {
    options: { retry: { backoff: plainBackoff } },
    begin: ({ policy }) => policy.tryExecute(scripted([down, 'fine'])),
    ms: 1000,
    isOver: ({ events }) => events.some(({ type }) => type === 'success'),
  },
  'the open state': {
    options: { circuitBreaker: { resetTimeout: '5s' } },
    begin: ({ policy }) => policy.breaker()?.open(),
    ms: 5000,
    isOver: ({ policy }) => policy.breaker()?.snapshot().state === 'halfOpen',
  },
  'a forced state with a time to live': {
    options: { circuitBreaker: {} },
    begin: ({ policy }) => policy.breaker()?.forceOpen({ ttl: '5s' }),
    ms: 5000,
    isOver: ({ policy }) => policy.breaker()?.snapshot().state === 'closed',
  },
  "a breaker's window": {
    options: {
      circuitBreaker: { failureRatio: 1, minimumCalls: 100, window: { type: 'time', duration: '5s' } },
    },
    begin: ({ policy }) => policy.tryExecute(scripted([down])),
    ms: 5000,
    isOver: ({ policy }) => policy.breaker()?.snapshot().failures === 0,
  },
  'the queue timeout of a bulkhead': {
    options: { bulkhead: { maxConcurrent: 1, maxQueue: 1, queueTimeout: '5s' } },
    begin: ({ policy, operation }) => [policy.tryExecute(operation), policy.tryExecute(operation)],
    ms: 5000,
    isOver: ended,
  },
  'a wait for a rate limit': {
    options: { rateLimiter: { limit: 1, interval: '5s', maxWait: '1m' } },
    begin: ({ policy, operation }) => [policy.tryExecute(operation), policy.tryExecute(operation)],
    ms: 5000,
    isOver: (made) => runs(made, 2),
  },
  'the delay of a hedge': {
    options: { idempotent: true, hedge: { delay: '5s' } },
    begin: ({ policy, operation }) => policy.tryExecute(operation),
    ms: 5000,
    isOver: (made) => runs(made, 2),
  },
};

describe.each(Object.keys(timings))('%s', (name) => {
  const { options, begin, ms, isOver } = timings[name] as Timing;

  it.each([
    ['forward', HOUR],
    ['back', -HOUR],
  ])('takes as long as ever when the wall clock jumps an hour %s', async (_, jump) => {
    const made = world(options);
    begin(made);
    await made.clock.advance(ms / 2);
    made.clock.jumpEpoch(jump);
    await made.clock.advance(ms / 2 - 1);
    expect(await isOver(made)).toBe(false);
    await made.clock.advance(1);

    expect(await isOver(made)).toBe(true);
  });
});

describe('a retry budget, and an adaptive throttle', () => {
  it.each([HOUR, -HOUR])('keep their windows when the wall clock jumps by %d ms', async (jump) => {
    const { policy, clock } = world({
      retry: {
        maxAttempts: 2,
        backoff: { initialDelay: 0 },
        budget: { ratio: 0.1, minPerSecond: 0.05, window: '10s' },
      },
    });
    const throttled = world({ adaptiveThrottle: { window: '10s' } });
    const charge = scripted([down]);
    await policy.tryExecute(charge);
    for (let i = 0; i < 2000; i++) await throttled.policy.tryExecute(charge);
    clock.jumpEpoch(jump);
    throttled.clock.jumpEpoch(jump);
    const before = policy.stats().retries;
    await policy.tryExecute(charge);
    await clock.advance('10s');
    await policy.tryExecute(charge);

    // One retry in the window, and another one when it is over.
    expect([before, policy.stats().retries]).toEqual([1, 2]);
    expect(await rejection(throttled.policy.execute(charge))).toMatchObject({ code: 'ADAPTIVE_THROTTLE' });
    await throttled.clock.advance('11s');
    const later = watched(throttled.policy.execute(() => 'fine'));
    await throttled.clock.advance(0);
    expect(later.value).toBe('fine');
  });
});
