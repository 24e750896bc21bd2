import { callReport } from '../../../../lib/core/call-report.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import {
  EPOCH,
  eventsOf,
  plainBackoff,
  rejection,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const hangs = (): Promise<never> => new Promise(() => {});

describe('the deadline of a call', () => {
  it.each<[string, Date | number]>([
    ['a Date', new Date(EPOCH + 2000)],
    ['epoch milliseconds', EPOCH + 2000],
  ])('is given as %s', async (_, deadline) => {
    const { policy, clock } = virtualPolicy({});
    let left = NaN;
    const result = watched(
      policy.execute(
        (ctx) => {
          left = ctx.remaining();
          return hangs();
        },
        { deadline },
      ),
    );
    await clock.advance(1999);
    expect(result.settled).toBe(false);
    await clock.advance(1);

    expect(result.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'deadline', timeout: 2000 });
    expect(left).toBe(2000);
    expect(clock.pending).toBe(0);
  });

  it('does not move with the wall clock once the call has begun', async () => {
    const { policy, clock } = virtualPolicy({});
    const result = watched(policy.execute(hangs, { deadline: EPOCH + 2000 }));
    clock.jumpEpoch(3_600_000);
    await clock.advance(1999);
    expect(result.settled).toBe(false);
    clock.jumpEpoch(-7_200_000);
    await clock.advance(1);

    expect(result.error).toMatchObject({ scope: 'deadline' });
  });

  it('counts as no failure', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { failureThreshold: 1 } });
    const result = watched(policy.execute(hangs, { deadline: EPOCH + 1000 }));
    await clock.advance('1s');

    expect(result.settled).toBe(true);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 0 });
  });

  it.each([
    ['past', EPOCH - 1],
    ['now', EPOCH],
    ['-Infinity', -Infinity],
  ])('that is %s refuses the call at once and records nothing', async (_, deadline) => {
    const { policy, clock } = virtualPolicy({
      retry: {},
      timeout: '5s',
      circuitBreaker: { failureThreshold: 1 },
    });
    const setTimer = jest.spyOn(clock, 'setTimer');
    const charge = scripted(['fine']);
    const error = await rejection(policy.execute(charge, { deadline }));

    expect(error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'deadline', timeout: 0 });
    expect(charge.calls).toBe(0);
    expect(setTimer).not.toHaveBeenCalled();
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 0 });
    expect(callReport(error)).toMatchObject({ reason: 'timeout', attempts: 0, errors: [] });
    expect(policy.stats()).toMatchObject({ calls: 1, attempts: 0, timeouts: 1 });
  });

  it('gives way to a shorter total timeout, which is a failure', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '1s', circuitBreaker: { failureThreshold: 1 } });
    const result = watched(policy.execute(hangs, { deadline: EPOCH + 2000 }));
    await clock.advance('1s');

    expect(result.error).toMatchObject({ scope: 'total', timeout: 1000 });
    expect(policy.breaker()?.snapshot().state).toBe('open');
  });

  it('ends a pause, and pauses that would pass it are not begun', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: plainBackoff } });
    const down = new Error('down');
    const result = watched(policy.execute(scripted([down]), { deadline: EPOCH + 2000 }));
    await clock.advance('2s');

    expect(result.error).toBe(down);
    expect(callReport(down)).toMatchObject({ reason: 'timeout', attempts: 2 });
  });

  it('has the last error as cause', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: plainBackoff } });
    const down = new Error('down');
    const result = watched(policy.execute(scripted([down, hangs]), { deadline: EPOCH + 2000 }));
    await clock.advance('2s');

    expect((result.error as Error).cause).toBe(down);
  });

  it('is one of its event, with the outcome timeout', async () => {
    const { policy, clock } = virtualPolicy({});
    const events = eventsOf(policy);
    watched(policy.execute(hangs, { deadline: EPOCH + 1000 }));
    await clock.advance('1s');

    expect(events.map(({ type }) => type)).toEqual(['attemptStarted', 'attemptFailed', 'timeout', 'failure']);
    expect(events[2]).toMatchObject({ scope: 'deadline', attempt: 1, timeout: 1000 });
    expect(events[3]).toMatchObject({ outcome: 'timeout' });
  });

  it.each<[string, unknown]>([
    ['an invalid Date', new Date('yesterday')],
    ['NaN', NaN],
    ['words', 'soon'],
  ])('that is %s is refused, at once and by name', async (_, deadline) => {
    const { policy } = virtualPolicy({ fallback: { value: 'cached' } });
    const charge = scripted(['fine']);
    const error = await rejection(policy.execute(charge, { deadline: deadline as number }));

    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [expect.stringMatching(/^deadline: expected a valid Date or epoch milliseconds \(got /)],
    });
    expect(charge.calls).toBe(0);
  });
});

describe('the signal of a call', () => {
  it('that is no AbortSignal is refused by name', async () => {
    const { policy } = virtualPolicy({});
    const signal = new AbortController() as unknown as AbortSignal;

    expect(await rejection(policy.execute(() => 1, { signal }))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [expect.stringContaining('signal: expected an AbortSignal')],
    });
  });
});
