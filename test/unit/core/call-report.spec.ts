import { callReport } from '../../../lib/core/call-report.js';
import { scripted } from '../../../lib/testing/scripted.js';
import { noBackoff, plainBackoff, rejection, virtualPolicy, watched } from '../../support/virtual-policy.js';

const numbered = (count: number): Error[] =>
  Array.from({ length: count }, (_, i) => new Error(`down ${i + 1}`));

describe('callReport', () => {
  it('tells attempts, errors, delays, reason and names', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: plainBackoff } });
    const errors = numbered(3);
    const result = watched(policy.execute(scripted(errors), { operation: 'Payments.charge' }));
    await clock.advance('3s');

    expect(result.error).toBe(errors[2]);
    expect(callReport(errors[2])).toEqual({
      policy: 'payments',
      operation: 'Payments.charge',
      attempts: 3,
      errors,
      delays: [1000, 2000],
      reason: 'exhausted',
    });
  });

  it.each([18, 19, 30])('keeps the first and the last 9 of %i errors', async (count) => {
    const { policy } = virtualPolicy({ retry: { maxAttempts: count, backoff: noBackoff } });
    const errors = numbered(count);
    const { report } = await policy.tryExecute(scripted(errors));

    expect(report.attempts).toBe(count);
    expect(report.errors).toEqual([...errors.slice(0, 9), ...errors.slice(-9)]);
  });

  it('keeps the first and the last 9 of 29 delays', async () => {
    const { policy, clock } = virtualPolicy({ retry: { maxAttempts: 30, backoff: (attempt) => attempt } });
    const result = policy.tryExecute(scripted(numbered(30)));
    await clock.advance('1m');

    expect((await result).report.delays).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9],
      ...[21, 22, 23, 24, 25, 26, 27, 28, 29],
    ]);
  });

  it('tells the duration where the clock was read for the call, waits included', async () => {
    const { policy, clock } = virtualPolicy({ timeout: '1m', retry: { backoff: plainBackoff } });
    const error = new Error('down');
    const result = watched(policy.execute(scripted([error])));
    await clock.advance('3s');

    expect(result.error).toBe(error);
    expect(callReport(error)?.duration).toBe(3000);
  });

  it('reads no clock for a policy that needs no time and that nobody listens to', async () => {
    const { policy, clock } = virtualPolicy({ retry: { backoff: noBackoff }, circuitBreaker: {} });
    const now = jest.spyOn(clock, 'now');
    const epoch = jest.spyOn(clock, 'epoch');
    const { report } = await policy.tryExecute(scripted(['fine']));

    expect(report).not.toHaveProperty('duration');
    expect(now).not.toHaveBeenCalled();
    expect(epoch).not.toHaveBeenCalled();
  });

  it('reads the clock where somebody listens to how calls end', async () => {
    const { policy } = virtualPolicy({ retry: {} });
    policy.events.on('success', () => {});

    expect((await policy.tryExecute(scripted(['fine']))).report.duration).toBe(0);
  });

  it('is undefined for primitives and for errors of no call', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    await rejection(policy.execute(() => Promise.reject('down')));

    expect(callReport('down')).toBeUndefined();
    expect(callReport(undefined)).toBeUndefined();
    expect(callReport(null)).toBeUndefined();
    expect(callReport(new Error('down'))).toBeUndefined();
  });

  it('is that of the latest call where one error ended several', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const error = new Error('down');
    for (const operation of ['first', 'second'])
      await rejection(policy.execute(scripted([error]), { operation }));

    expect(callReport(error)?.operation).toBe('second');
  });

  it('writes nothing to the error, which may be frozen', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const error = Object.freeze(new Error('down'));
    const before = Reflect.ownKeys(error);

    expect(await rejection(policy.execute(scripted([error])))).toBe(error);
    expect(Reflect.ownKeys(error)).toEqual(before);
    expect(callReport(error)?.reason).toBe('exhausted');
  });

  it('knows functions that were thrown', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const thrown = (): void => {};

    expect(await rejection(policy.execute(() => Promise.reject(thrown)))).toBe(thrown);
    expect(callReport(thrown)?.attempts).toBe(3);
  });

  it('is there for AllFallbacksFailedError, with what happened before the fallbacks', async () => {
    const { policy } = virtualPolicy({
      retry: { backoff: noBackoff },
      fallback: () => Promise.reject(new Error('no fallback')),
    });
    const error = await rejection(policy.execute(scripted([new Error('down')])));

    expect(callReport(error)).toMatchObject({ reason: 'exhausted', attempts: 3 });
  });

  it('is that of the call for what a single attempt without retry failed with', async () => {
    const { policy } = virtualPolicy({});
    const error = new Error('down');
    await rejection(policy.execute(scripted([error])));

    expect(callReport(error)).toEqual({
      policy: 'payments',
      operation: 'payments',
      attempts: 1,
      errors: [error],
      delays: [],
      reason: 'exhausted',
    });
  });

  it('calls a permanent error permanent, with a retry or without', async () => {
    const missing = Object.assign(new Error('missing'), { status: 404 });
    for (const options of [{}, { retry: {} }]) {
      const { policy } = virtualPolicy(options);
      const { report } = await policy.tryExecute(scripted([missing]));

      expect(report).toMatchObject({ reason: 'permanent', attempts: 1 });
    }
  });
});

describe('tryExecute', () => {
  it('tells a success with its report', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
    const error = new Error('down');

    expect(await policy.tryExecute(scripted([error, 'fine']))).toEqual({
      ok: true,
      value: 'fine',
      report: {
        policy: 'payments',
        operation: 'payments',
        attempts: 2,
        errors: [error],
        delays: [0],
        reason: 'success',
      },
    });
  });

  it('tells a failure, of primitives as well', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });

    expect(await policy.tryExecute(() => Promise.reject('down'))).toMatchObject({
      ok: false,
      error: 'down',
      report: { attempts: 3, errors: ['down', 'down', 'down'], reason: 'exhausted' },
    });
  });

  it('never throws, not even synchronously', async () => {
    const { policy } = virtualPolicy({});
    const result = policy.tryExecute(() => {
      throw new Error('at once');
    });

    expect(await result).toMatchObject({ ok: false, error: new Error('at once') });
  });

  it('tells the value of a fallback with the reason of the failure', async () => {
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff }, fallback: { value: 'cached' } });

    expect(await policy.tryExecute(scripted([new Error('down')]))).toMatchObject({
      ok: true,
      value: 'cached',
      report: { reason: 'exhausted', attempts: 3 },
    });
  });
});
