import { callReport } from '../../../../lib/core/call-report.js';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import type { RetryOptions } from '../../../../lib/core/retry/retry-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { eventsOf, rejection, virtualPolicy } from '../../../support/virtual-policy.js';

function busy(retryAfter: string): Error {
  return Object.assign(new Error('busy'), { status: 503, headers: { 'retry-after': retryAfter } });
}

/** The delay before the second attempt, with u always 0.5. */
async function delayAfter(
  error: unknown,
  retry: RetryOptions,
  rest: NamedPolicyOptions = {},
): Promise<number | undefined> {
  const { policy, clock } = virtualPolicy({ ...rest, retry });
  const result = policy.tryExecute(scripted([scripted.throws(error), 'fine']));
  await clock.advance('2m');
  return (await result).report.delays[0];
}

const plain = (initialDelay: number) => ({ initialDelay, jitter: false }) as const;

describe("a server's hint", () => {
  it.each([
    // hint, backoff, expected: max(backoff, hint) + 0.5 · min(hint / 10, 1 s)
    ['2', 100, 2100],
    ['2', 5000, 5100],
    ['0', 100, 100],
    ['0.5', 100, 525],
    ['10', 100, 10_500],
    ['30', 100, 30_500],
    ['59.9', 100, 60_000],
    ['60', 100, 60_000],
  ])('of %s s with a backoff of %i ms waits %i ms', async (hint, backoff, expected) => {
    expect(await delayAfter(busy(hint), { backoff: plain(backoff) })).toBe(expected);
  });

  it('of exactly the time left ends the call, for nothing would be left for the attempt', async () => {
    const { policy } = virtualPolicy({ timeout: '10s', retry: { backoff: plain(0) } });
    const error = busy('10');

    expect(await rejection(policy.execute(scripted([error])))).toBe(error);
    expect(callReport(error)?.reason).toBe('hint');
  });

  it('is bounded by no maxDelay under a backoff function', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: () => 0 } });
    const result = policy.tryExecute(scripted([busy('3600'), 'fine']));
    await clock.advance('2h');

    expect((await result).report.delays).toEqual([3_600_500]);
  });

  it('for no retry at all ends the call, even where nothing bounds the wait', async () => {
    const metadata = { get: (name: string) => (name === 'grpc-retry-pushback-ms' ? ['-1'] : []) };
    const error = Object.assign(new Error('go away'), { metadata });
    const { policy } = virtualPolicy({ retry: { backoff: () => 0 } });

    expect(await rejection(policy.execute(scripted([error])))).toBe(error);
    expect(callReport(error)).toMatchObject({ reason: 'hint', attempts: 1 });
  });

  it('makes no retry of an error that is permanent', async () => {
    const error = Object.assign(busy('1'), { status: 404 });

    expect(await delayAfter(error, {})).toBeUndefined();
  });
});

describe('the option retryAfter', () => {
  it('is asked first', async () => {
    const retryAfter = (error: { wait?: number }) => error.wait;
    const error = Object.assign(busy('2'), { wait: 700 });

    expect(await delayAfter(error, { backoff: plain(0), retryAfter })).toBe(735);
    expect(await delayAfter(busy('2'), { backoff: plain(0), retryAfter })).toBe(2100);
  });

  it('ends the call with a wait over maxDelay, or without end', async () => {
    expect(await delayAfter(new Error('x'), { retryAfter: () => 60_001 })).toBeUndefined();
    expect(await delayAfter(new Error('x'), { retryAfter: () => Infinity })).toBeUndefined();
    expect(
      await delayAfter(new Error('x'), { backoff: () => 0, retryAfter: () => Infinity }),
    ).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ['throws', () => JSON.parse('{')],
    ['gives NaN', () => NaN],
    ['gives a negative number', () => -1],
    ['gives a string', () => '5'],
    ['gives a promise', () => Promise.resolve(5)],
    ['gives a promise that rejects', () => Promise.reject(new Error('late'))],
  ])('that %s is passed over, and one event says so', async (_, retryAfter) => {
    const { policy, clock } = virtualPolicy({
      retry: { backoff: plain(0), retryAfter: retryAfter as () => number },
    });
    const events = eventsOf(policy);
    const result = policy.tryExecute(scripted([busy('2'), 'fine']));
    await clock.advance('1m');

    expect((await result).report.delays).toEqual([2100]);
    expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([
      expect.objectContaining({ source: 'retryAfter', error: expect.any(Error) }),
    ]);
  });
});
