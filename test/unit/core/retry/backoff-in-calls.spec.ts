import { callReport } from '../../../../lib/core/call-report.js';
import { BackoffError } from '../../../../lib/core/retry/backoff/backoff-error.js';
import type { BackoffFunction, BackoffOptions } from '../../../../lib/core/retry/backoff/backoff-options.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { eventsOf, rejection, virtualPolicy, watched } from '../../../support/virtual-policy.js';

const down = new Error('down');

async function delaysOf(
  backoff: BackoffOptions | BackoffFunction,
  random: () => number = () => 0.5,
): Promise<readonly number[]> {
  const { policy, clock } = virtualPolicy({ retry: { maxAttempts: 5, backoff } }, { random });
  const result = policy.tryExecute(scripted([down]));
  await clock.advance('10m');
  return (await result).report.delays;
}

describe('the delays of a call', () => {
  it.each<[string, BackoffOptions, number[]]>([
    ['full jitter by default', {}, [500, 1000, 2000, 4000]],
    ['exponential', { jitter: false }, [1000, 2000, 4000, 8000]],
    ['fixed', { type: 'fixed', jitter: false }, [1000, 1000, 1000, 1000]],
    ['linear', { type: 'linear', jitter: false }, [1000, 2000, 3000, 4000]],
    ['fibonacci', { type: 'fibonacci', jitter: false }, [1000, 1000, 2000, 3000]],
    ['bounded', { jitter: false, maxDelay: 3000, minDelay: 1500 }, [1500, 2000, 3000, 3000]],
    ['equal jitter', { jitter: 'equal' }, [750, 1500, 3000, 6000]],
    ['factor jitter', { jitter: { factor: 0.2 } }, [1000, 2000, 4000, 8000]],
    // i + u · (3 · previous − i), previous starting at i.
    ['decorrelated', { jitter: 'decorrelated' }, [2000, 3500, 5750, 9125]],
    ['decorrelated, bounded', { jitter: 'decorrelated', maxDelay: 3000 }, [2000, 3000, 3000, 3000]],
  ])('are %s', async (_, backoff, delays) => {
    expect(await delaysOf(backoff)).toEqual(delays);
  });

  it('are what a function says, of the attempt and its context', async () => {
    const backoff: BackoffFunction = (attempt, { maxAttempts, operation, lastError }) =>
      attempt * 10 + maxAttempts + operation.length + (lastError === undefined ? 0 : 1000);

    expect(await delaysOf(backoff)).toEqual([23, 1033, 1043, 1053]);
  });

  it('are waited for on the clock of the policy, to the millisecond', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: { jitter: false } } });
    const charge = scripted([down]);
    const result = watched(policy.execute(charge));
    await clock.advance(999);
    expect(charge.calls).toBe(1);
    await clock.advance(1);
    expect(charge.calls).toBe(2);
    await clock.advance(1999);
    expect(charge.calls).toBe(2);
    await clock.advance(1);
    expect(charge.calls).toBe(3);
    expect(result.error).toBe(down);
    expect(clock.pending).toBe(0);
  });

  it('are waited for in full beyond 2^31-1 ms', async () => {
    const days60 = 60 * 86_400_000;
    const { policy, clock } = virtualPolicy({
      retry: { backoff: { type: 'fixed', initialDelay: '60d', maxDelay: '90d', jitter: false } },
    });
    const charge = scripted([down, 'fine']);
    const result = watched(policy.execute(charge));
    await clock.advance(days60 - 1);
    expect(charge.calls).toBe(1);
    await clock.advance(1);

    expect(result.value).toBe('fine');
  });

  it('do not move with the wall clock', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '5s', retry: { backoff: { jitter: false } } });
    const charge = scripted([down, 'fine']);
    const result = watched(policy.execute(charge));
    clock.jumpEpoch(3_600_000);
    await clock.advance(999);
    clock.jumpEpoch(-7_200_000);
    expect(charge.calls).toBe(1);
    await clock.advance(1);

    expect(result.value).toBe('fine');
  });
});

describe('a backoff function', () => {
  it.each<[string, () => unknown]>([
    ['NaN', () => NaN],
    ['a negative number', () => -1],
    ['Infinity', () => Infinity],
    ['a string', () => '5'],
    ['undefined', () => undefined],
    ['a promise', () => Promise.resolve(5)],
    ['a promise that rejects', () => Promise.reject(new Error('late'))],
  ])('that gives %s fails the call with a BackoffError', async (_, backoff) => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: backoff as BackoffFunction } });
    const error = await rejection(policy.execute(scripted([down]), { operation: 'Payments.charge' }));

    expect(error).toBeInstanceOf(BackoffError);
    expect(error).toMatchObject({ policy: 'payments', operation: 'Payments.charge' });
    expect(callReport(error)).toMatchObject({ attempts: 1, errors: [down], delays: [] });
    expect(clock.pending).toBe(0);
    await nextTurn();
  });

  it.each<[string, unknown]>([
    ['an error', new Error('fault')],
    ['undefined', undefined],
  ])('that throws %s ends the call with it, and one event says so', async (_, fault) => {
    const { policy } = virtualPolicy({
      retry: {
        backoff: () => {
          throw fault;
        },
      },
      circuitBreaker: {},
    });
    const events = eventsOf(policy);

    expect(await rejection(policy.execute(scripted([down])))).toBe(fault);
    expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([
      expect.objectContaining({ source: 'backoff' }),
    ]);
  });

  it('is not asked after the last attempt', async () => {
    const backoff = jest.fn(() => 0);
    const { policy } = virtualPolicy({ retry: { backoff } });
    await rejection(policy.execute(scripted([down])));

    expect(backoff.mock.calls.map(([attempt]: unknown[]) => attempt)).toEqual([1, 2]);
  });
});

describe('random numbers that throw', () => {
  it('end the call and leave nothing behind', async () => {
    const fault = new Error('no entropy');
    const { policy, clock } = virtualPolicy(
      { timeout: '1m', retry: {} },
      {
        random: () => {
          throw fault;
        },
      },
    );
    const { signal } = new AbortController();

    expect(await rejection(policy.execute(scripted([down]), { signal }))).toBe(fault);
    expect(clock.pending).toBe(0);
    expect(policy.stats()).toMatchObject({ calls: 1, failures: 1 });
  });
});
