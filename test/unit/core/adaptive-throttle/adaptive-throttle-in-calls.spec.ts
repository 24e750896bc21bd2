import { BulkheadFullError } from '../../../../lib/core/errors/bulkhead-full-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { eventsOf, rejection, virtualPolicy } from '../../../support/virtual-policy.js';

function throttled(options: NamedPolicyOptions = {}) {
  let next = 0.5;
  const world = virtualPolicy({ adaptiveThrottle: true, ...options }, { random: () => next });
  const roll = (value: number): void => {
    next = value;
  };
  return { ...world, roll, events: eventsOf(world.policy) };
}

const refusing = Object.assign(new Error('unavailable'), { status: 503 });
const busy = Object.assign(new Error('slow down'), { status: 429 });

function fail(error: unknown) {
  return (): never => {
    throw error;
  };
}

describe('a call under an adaptive throttle', () => {
  it('passes while the dependency accepts', async () => {
    const { policy, roll } = throttled();
    roll(0);
    for (let i = 0; i < 10; i++) await policy.execute(() => 'done');

    expect(policy.stats()).toMatchObject({ successRate: 1 });
  });

  it('is held back with the probability of the formula when the dependency refuses', async () => {
    const { policy, roll, events } = throttled();
    roll(0.999);
    for (let i = 0; i < 9; i++) await rejection(policy.execute(fail(refusing)));
    // 9 requests, none accepted: 9 / 10.
    roll(0.899);
    const error = await rejection(policy.execute(() => 'never'));

    expect(error).toMatchObject({ code: 'ADAPTIVE_THROTTLE', policy: 'payments' });
    expect(events.filter(({ type }) => type === 'callRejected')).toMatchObject([
      { reason: 'adaptiveThrottle' },
    ]);
    // Held-back calls are requests, too: 10 / 11 by now.
    roll(0.91);
    await expect(policy.execute(() => 'done')).resolves.toBe('done');
  });

  it.each([
    ['a 429', busy, false],
    ['a 503', refusing, false],
    ['a permanent error', new PermanentError('no'), true],
    ['a 404', Object.assign(new Error('nothing there'), { status: 404 }), true],
  ])('takes %s for what it says: accepted is %s', async (_, error, accepted) => {
    const { policy, roll } = throttled();
    roll(0.999);
    for (let i = 0; i < 9; i++) await rejection(policy.execute(fail(error)));
    roll(0);
    const last = policy.execute(() => 'done');

    if (accepted) await expect(last).resolves.toBe('done');
    else expect(await rejection(last)).toMatchObject({ code: 'ADAPTIVE_THROTTLE' });
  });

  it.each([
    ['alone', {}],
    ['hedged', { idempotent: true, hedge: { delay: 100, budget: { ratio: 1 } } }],
  ])('counts requests, %s, that the total timeout ended', async (_, options) => {
    const { policy, clock, roll } = throttled({ timeout: '1s', ...options });
    roll(0.999);
    for (let i = 0; i < 9; i++) {
      const call = rejection(policy.execute(() => new Promise(() => {})));
      await clock.advance('1s');
      await call;
    }
    roll(0.89);

    expect(await rejection(policy.execute(() => 'never'))).toMatchObject({ code: 'ADAPTIVE_THROTTLE' });
  });

  it('forgets requests whose callers left', async () => {
    const { policy, roll } = throttled();
    for (let i = 0; i < 9; i++) {
      const controller = new AbortController();
      const call = policy.execute(() => new Promise(() => {}), { signal: controller.signal });
      controller.abort();
      await rejection(call);
    }
    roll(0);

    await expect(policy.execute(() => 'done')).resolves.toBe('done');
  });

  it('forgets requests that a strategy behind it refused', async () => {
    const { policy, roll } = throttled({ bulkhead: 1 });
    void policy.execute(() => new Promise(() => {}), { key: 'other' });
    roll(0.999);
    const hang = policy.execute(() => new Promise((resolve) => setImmediate(resolve)));
    for (let i = 0; i < 9; i++)
      expect(await rejection(policy.execute(() => 'never'))).toBeInstanceOf(BulkheadFullError);
    await hang;
    roll(0);

    await expect(policy.execute(() => 'done')).resolves.toBe('done');
  });

  it('passes again when the window has passed', async () => {
    const { policy, clock, roll } = throttled({ adaptiveThrottle: { window: '1m' } });
    roll(0.999);
    for (let i = 0; i < 9; i++) await rejection(policy.execute(fail(refusing)));
    await clock.advance('61s');
    roll(0);

    await expect(policy.execute(() => 'done')).resolves.toBe('done');
  });
});
