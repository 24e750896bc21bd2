import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import type { EngineOptions } from '../../../../lib/core/engine-options.js';
import type { DiagnosticEvent } from '../../../../lib/core/events/event-types.js';
import type { Policy } from '../../../../lib/core/policy.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import type { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { noBackoff, virtualPolicy } from '../../../support/virtual-policy.js';

const down = new Error('down');
const fault = new Error('fault of the user');
const retry = { backoff: noBackoff, maxAttempts: 2 };

type Code = (...args: any[]) => any;

interface Place {
  /** The name of the place in the diagnostic event. */
  readonly source: string;
  readonly options: (code: Code) => NamedPolicyOptions;
  readonly runtime?: (code: Code) => EngineOptions;
  readonly script?: unknown[];
  /** What the call ends with; by default the error of the operation. */
  readonly ends?: object;
  /** How the call is driven to its end. */
  readonly drive?: (clock: VirtualClock) => Promise<void>;
  /** A promise may be given: it is observed, not refused. */
  readonly hook?: true;
}

const places: Record<string, Place> = {
  'a predicate of retryOn': {
    source: 'retryOn',
    options: (code) => ({ retry: { ...retry, retryOn: [code] } }),
    ends: { report: { attempts: 1, reason: 'permanent' } },
  },
  'a predicate of abortOn': {
    source: 'abortOn',
    options: (code) => ({ retry: { ...retry, abortOn: [code] } }),
    ends: { report: { attempts: 1, reason: 'permanent' } },
  },
  retryResult: {
    source: 'retryResult',
    options: (retryResult) => ({ retry: { ...retry, retryResult } }),
    script: ['value'],
    ends: { ok: true, value: 'value' },
  },
  retryAfter: {
    source: 'retryAfter',
    options: (retryAfter) => ({ retry: { ...retry, retryAfter } }),
  },
  onRetry: {
    source: 'onRetry',
    options: (onRetry) => ({ retry: { ...retry, onRetry } }),
    hook: true,
  },
  'a key function': {
    source: 'key',
    options: (key) => ({ key, retry: { ...retry, budget: true }, circuitBreaker: {} }),
  },
  'a key function of the bulkhead': {
    source: 'key',
    options: (key) => ({ bulkhead: { maxConcurrent: 1, key } }),
  },
  'a key function of the rate limiter': {
    source: 'key',
    options: (key) => ({ rateLimiter: { limit: 1, key } }),
  },
  'a key function of the adaptive throttle': {
    source: 'key',
    options: (key) => ({ adaptiveThrottle: { key } }),
  },
  'a key function of the hedge budget': {
    source: 'key',
    options: (key) => ({ idempotent: true, hedge: { delay: '1h', budget: { key } } }),
    script: [Object.assign(new Error('missing'), { status: 404 })],
    ends: { ok: false, error: { message: 'missing' } },
  },
  'a key function of all strategies': {
    source: 'key',
    options: (key) => ({
      key,
      retry: { ...retry, budget: true },
      circuitBreaker: {},
      adaptiveThrottle: true,
      rateLimiter: { limit: 10 },
      bulkhead: 1,
    }),
    // Else the throttle holds back the call that looks for a free slot.
    runtime: () => ({ random: () => 0.999 }),
  },
  'a predicate of retryOn in a bulkhead': {
    source: 'retryOn',
    options: (code) => ({ retry: { ...retry, retryOn: [code] }, bulkhead: 1 }),
    ends: { report: { attempts: 1, reason: 'permanent' } },
  },
  'recordResult in a bulkhead': {
    source: 'recordResult',
    options: (recordResult) => ({ circuitBreaker: { recordResult }, bulkhead: 1 }),
    script: ['value'],
    ends: { ok: true, value: 'value' },
  },
  'a listener of hedges': {
    source: 'listener',
    options: (hedged) => ({
      idempotent: true,
      hedge: { delay: '1h', budget: { ratio: 1 } },
      bulkhead: 2,
      on: { hedged },
    }),
    hook: true,
  },
  'a listener of attempts in a bulkhead': {
    source: 'listener',
    options: (attemptStarted) => ({ bulkhead: 1, on: { attemptStarted } }),
    hook: true,
  },
  'a predicate of recordOn': {
    source: 'recordOn',
    options: (code) => ({ circuitBreaker: { recordOn: [code] } }),
  },
  'a predicate of ignore': {
    source: 'recordOn',
    options: (code) => ({ circuitBreaker: { ignore: [code] } }),
  },
  recordResult: {
    source: 'recordResult',
    options: (recordResult) => ({ circuitBreaker: { recordResult } }),
    script: ['value'],
    ends: { ok: true, value: 'value' },
  },
  'a predicate of fallback.on': {
    source: 'fallback.on',
    options: (code) => ({ fallback: { handlers: [() => 'cached'], on: [code] } }),
  },
  discard: {
    source: 'discard',
    options: (discard) => ({ discard, timeout: '1s' }),
    script: [() => new Promise((resolve) => void nextTurn().then(() => resolve('late')))],
    ends: { ok: false, error: { code: 'TIMEOUT_EXCEEDED' } },
    hook: true,
  },
  'a listener': {
    source: 'listener',
    options: (attemptStarted) => ({ on: { attemptStarted } }),
    hook: true,
  },
};

function watch(place: Place, code: Code) {
  const made = virtualPolicy(place.options(code), place.runtime?.(code));
  const diagnostics: DiagnosticEvent[] = [];
  made.policy.events.on('diagnostic', (event) => diagnostics.push(event));
  return { ...made, diagnostics };
}

/** Whether a slot is free, where there is but one: a call that is not refused has got it. */
function freeSlots(policy: Policy): boolean[] {
  if (policy.settings.bulkhead === undefined) return [];
  let ran = false;
  void policy.tryExecute(
    () => {
      ran = true;
      return new Promise(() => {});
    },
    { idempotent: false },
  );
  return [ran];
}

async function run(policy: Policy, clock: VirtualClock, place: Place): Promise<object> {
  if (place.source !== 'discard') return policy.tryExecute(scripted(place.script ?? [down]));
  let settle = (_: unknown): void => {};
  const result = policy.tryExecute(() => new Promise((resolve) => (settle = resolve)));
  await clock.advance('1s');
  settle('late');
  return result;
}

describe.each(Object.keys(places))('%s', (name) => {
  const place = places[name] as Place;
  const ends = place.ends ?? { ok: false, error: down };

  it.each<[string, Code]>([
    [
      'throws',
      () => {
        throw fault;
      },
    ],
    [
      'throws undefined',
      () => {
        throw undefined;
      },
    ],
    ['gives a promise that rejects', () => Promise.reject(fault)],
  ])('that %s harms no call; one diagnostic event says so', async (_, code) => {
    const { policy, clock, diagnostics } = watch(place, code);
    const result = await run(policy, clock, place);
    await nextTurn();
    await nextTurn();

    expect(result).toMatchObject(ends);
    expect(diagnostics).toEqual([
      expect.objectContaining({ source: place.source, policy: 'payments', operation: 'payments' }),
    ]);
    expect(diagnostics[0]?.callId).not.toBe('');
    expect(clock.pending).toBe(0);
    expect(policy.stats().calls).toBe(1);
    for (const { probes } of policy.breakers()) expect(probes).toBe(0);
    for (const free of freeSlots(policy)) expect(free).toBe(true);
  });

  if (place.hook !== true) {
    it('that gives a promise of true is refused, not taken for a yes', async () => {
      const { policy, clock, diagnostics } = watch(place, () => Promise.resolve(true));

      expect(await run(policy, clock, place)).toMatchObject(ends);
      expect(diagnostics).toHaveLength(1);
      expect(diagnostics[0]?.error).toBeInstanceOf(TypeError);
    });
  }
});

describe('a classifier', () => {
  it.each<[string, Code]>([
    [
      'throws',
      () => {
        throw fault;
      },
    ],
    ['gives a promise', () => Promise.reject(fault)],
    ['gives an unknown word', () => 'nonsense'],
  ])('that %s is passed over, and diagnostic events say so', async (_, classifier) => {
    const { policy } = virtualPolicy({ retry }, { classifiers: [classifier as never] });
    const diagnostics: DiagnosticEvent[] = [];
    policy.events.on('diagnostic', (event) => diagnostics.push(event));
    const result = await policy.tryExecute(scripted([down]));
    await nextTurn();

    expect(result).toMatchObject({ ok: false, error: down, report: { attempts: 2, reason: 'exhausted' } });
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(new Set(diagnostics.map(({ source }) => source))).toEqual(new Set(['classifier']));
  });
});

describe('a probe whose predicates throw', () => {
  it('gives its permit back', async () => {
    const { policy, clock } = virtualPolicy({
      circuitBreaker: {
        failureThreshold: 1,
        resetTimeout: '1s',
        recordOn: [
          () => {
            throw fault;
          },
        ],
      },
    });
    policy.breaker()?.open();
    await clock.advance('1s');
    await policy.tryExecute(scripted([down]));

    // The default rules decide in place of the predicate: an unknown error is a failure.
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'open', probes: 0 });
  });
});

describe('a listener for diagnostics that throws', () => {
  it('is not told of itself', async () => {
    let told = 0;
    const { policy } = virtualPolicy({
      on: {
        attemptStarted: () => {
          throw fault;
        },
        diagnostic: () => {
          told++;
          throw fault;
        },
      },
    });

    expect(await policy.execute(() => 'fine')).toBe('fine');
    expect(told).toBe(1);
  });
});

describe('code that is asked about several errors', () => {
  it('is diagnosed once for each of them, and not asked where no retry can follow', async () => {
    const { policy } = virtualPolicy({
      retry: {
        ...retry,
        maxAttempts: 3,
        retryAfter: () => {
          throw fault;
        },
      },
    });
    const diagnostics: DiagnosticEvent[] = [];
    policy.events.on('diagnostic', (event) => diagnostics.push(event));
    await policy.tryExecute(scripted([down]));

    expect(diagnostics).toHaveLength(2);
  });
});
