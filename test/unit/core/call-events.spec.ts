import type { ResilienceEvent } from '../../../lib/core/events/event-types.js';
import { scripted } from '../../../lib/testing/scripted.js';
import {
  EPOCH,
  eventsOf,
  noBackoff,
  plainBackoff,
  rejection,
  virtualEngine,
  virtualPolicy,
} from '../../support/virtual-policy.js';

const down = Object.assign(new Error('down'), { code: 'ECONNRESET' });
const missing = Object.assign(new Error('missing'), { status: 404 });
const base = { policy: 'payments', operation: 'Payments.charge', callId: 'call-1' };
const options = { operation: 'Payments.charge' };

const isOutcome = ({ type }: ResilienceEvent): boolean =>
  type === 'success' || type === 'failure' || type === 'fallbackUsed';

describe('the events of a call', () => {
  it('that succeeds after a retry', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: plainBackoff } });
    const events = eventsOf(policy);
    const slowly = (outcome: () => unknown) => () =>
      new Promise((resolve) => clock.setTimer({ expire: () => resolve(outcome()) }, 50));
    const result = policy.execute(
      scripted([slowly(() => Promise.reject(down)), slowly(() => 'fine')]),
      options,
    );
    await clock.advance('5s');
    await result;

    expect(events).toEqual([
      { type: 'attemptStarted', ...base, at: EPOCH, attempt: 1 },
      {
        type: 'attemptFailed',
        ...base,
        at: EPOCH + 50,
        attempt: 1,
        error: down,
        category: 'network',
        duration: 50,
      },
      {
        type: 'retry',
        ...base,
        at: EPOCH + 50,
        attempt: 2,
        maxAttempts: 3,
        delay: 1000,
        error: down,
        category: 'network',
      },
      { type: 'attemptStarted', ...base, at: EPOCH + 1050, attempt: 2 },
      { type: 'success', ...base, at: EPOCH + 1100, attempt: 2, duration: 1100 },
    ]);
  });

  it('that exhausts its attempts', async () => {
    const { policy } = virtualPolicy({ retry: { maxAttempts: 2, backoff: noBackoff } });
    const events = eventsOf(policy);
    await rejection(policy.execute(scripted([down]), options));

    expect(events.map(({ type }) => type)).toEqual([
      'attemptStarted',
      'attemptFailed',
      'retry',
      'attemptStarted',
      'attemptFailed',
      'retriesExhausted',
      'failure',
    ]);
    expect(events.slice(-2)).toEqual([
      {
        type: 'retriesExhausted',
        ...base,
        at: EPOCH,
        attempt: 2,
        maxAttempts: 2,
        error: down,
        category: 'network',
        reason: 'exhausted',
      },
      {
        type: 'failure',
        ...base,
        at: EPOCH,
        outcome: 'failure',
        attempt: 2,
        error: down,
        category: 'network',
        duration: 0,
      },
    ]);
  });

  it('that ends with a permanent error: nothing was exhausted', async () => {
    const { policy } = virtualPolicy({ retry: {} });
    const events = eventsOf(policy);
    await rejection(policy.execute(scripted([missing]), options));

    expect(events.map(({ type }) => type)).toEqual(['attemptStarted', 'attemptFailed', 'failure']);
    expect(events[2]).toMatchObject({ outcome: 'failure', category: 'notFound', attempt: 1 });
  });

  it('that a circuit refuses', async () => {
    const { policy } = virtualPolicy({ retry: {}, circuitBreaker: { name: 'psp' } });
    policy.breaker(undefined, 'Payments.charge')?.forceOpen();
    const events = eventsOf(policy);
    const error = await rejection(policy.execute(scripted([1]), options));

    expect(events).toEqual([
      {
        type: 'callRejected',
        ...base,
        at: EPOCH,
        attempt: 1,
        reason: 'circuitBreaker',
        breaker: 'psp',
        error,
      },
      {
        type: 'failure',
        ...base,
        at: EPOCH,
        outcome: 'rejected',
        attempt: 1,
        error,
        category: 'rejected',
        duration: 0,
      },
    ]);
  });

  it('that opens a circuit on the way', async () => {
    const { policy } = virtualPolicy({
      retry: { backoff: noBackoff },
      circuitBreaker: { failureThreshold: 1 },
    });
    const events = eventsOf(policy);
    await rejection(policy.execute(scripted([down]), options));

    expect(events.map(({ type }) => type)).toEqual([
      'attemptStarted',
      'circuitOpened',
      'attemptFailed',
      'retry',
      'callRejected',
      'failure',
    ]);
    expect(events[1]).toMatchObject({ ...base, breaker: 'Payments.charge', from: 'closed', to: 'open' });
  });

  it('that a fallback answers', async () => {
    const { policy } = virtualPolicy({
      fallback: { handlers: [() => Promise.reject(new Error('first')), { value: 'cached' }] },
    });
    const events = eventsOf(policy);
    await policy.execute(scripted([down]), options);

    expect(events.slice(2)).toEqual([
      { type: 'fallbackFailed', ...base, at: EPOCH, index: 0, error: new Error('first') },
      {
        type: 'fallbackUsed',
        ...base,
        at: EPOCH,
        index: 1,
        error: down,
        category: 'network',
        attempt: 1,
        duration: 0,
      },
    ]);
  });

  it('have one id for each call', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const events = eventsOf(policy);
    await Promise.all([policy.execute(scripted([down, 1])), policy.execute(scripted([down, 2]))]);
    const ids = new Set(events.map(({ callId }) => callId));

    expect(ids).toEqual(new Set(['call-1', 'call-2']));
    for (const id of ids) {
      expect(events.filter(({ callId }) => callId === id).map(({ type }) => type)).toEqual([
        'attemptStarted',
        'attemptFailed',
        'retry',
        'attemptStarted',
        'success',
      ]);
    }
  });

  it('reach the listeners of one type, of every type, and of the engine', async () => {
    const { engine, policyOf } = virtualEngine();
    const seen: string[] = [];
    const policy = policyOf('p', { on: { success: () => seen.push('on') } });
    policy.events.on('success', () => seen.push('events.on'));
    policy.events.onAny(({ type }) => seen.push(`any ${type}`));
    engine.events.on('success', () => seen.push('engine'));
    await policy.execute(() => 1);

    expect(seen).toEqual(['any attemptStarted', 'on', 'events.on', 'any success', 'engine']);
  });

  it('stop for a listener that has unsubscribed', async () => {
    const { policy } = virtualPolicy({});
    const listener = jest.fn();
    const off = policy.events.on('success', listener);
    await policy.execute(() => 1);
    off();
    off();
    await policy.execute(() => 1);

    expect(listener).toHaveBeenCalledTimes(1);
  });

  describe('have exactly one outcome', () => {
    it.each<[string, object, () => unknown]>([
      ['success', {}, () => 'fine'],
      ['failure', {}, () => Promise.reject(missing)],
      ['success', { retry: { backoff: noBackoff, retryResult: () => true } }, () => 'refused'],
      ['failure', { timeout: '1s' }, () => new Promise(() => {})],
      ['failure', { timeout: { attempt: '1s' } }, () => new Promise(() => {})],
      ['fallbackUsed', { fallback: { value: 1 } }, () => Promise.reject(down)],
      ['failure', { fallback: () => Promise.reject(down) }, () => Promise.reject(down)],
      ['failure', { retry: { backoff: () => NaN } }, () => Promise.reject(down)],
    ])('%s under %p', async (type, given, operation) => {
      const { policy, clock } = virtualPolicy(given);
      const events = eventsOf(policy);
      const result = policy.tryExecute(operation);
      await clock.advance('1m');
      await result;

      expect(events.filter(isOutcome).map((event) => event.type)).toEqual([type]);
      expect(isOutcome(events.at(-1) as ResilienceEvent)).toBe(true);
    });
  });
});
