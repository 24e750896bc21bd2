import type { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { callReport } from '../../../../lib/core/call-report.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { bulkFailure } from '../../../support/bulk.js';
import { noBackoff, virtualEngine, virtualPolicy } from '../../../support/virtual-policy.js';

const down = new Error('down');
const fails = (): Promise<never> => Promise.reject(down);
const bare = () => virtualPolicy({}).policy;

describe('executeAll', () => {
  it('gives every value with its index, in input order, whichever ends first', async () => {
    const { policy, clock } = virtualPolicy({});
    const after = (ms: number) => async () => {
      await new Promise<void>((resolve) => clock.setTimer({ expire: resolve }, ms));
      return ms;
    };
    const bulk = policy.executeAll([after(30), after(10), () => 20, after(0)]);
    await clock.advance('1s');

    expect(await bulk).toEqual({
      successful: [
        { index: 0, value: 30 },
        { index: 1, value: 10 },
        { index: 2, value: 20 },
        { index: 3, value: 0 },
      ],
      failed: [],
      successRate: 1,
      ok: true,
    });
  });

  it('is well where there is nothing to do', async () => {
    const nothing = { successful: [], failed: [], successRate: 1, ok: true };

    expect(await bare().executeAll([])).toEqual(nothing);
    expect(await bare().executeAll(new Set<() => number>(), { successThreshold: 0.5 })).toEqual(nothing);
    expect(await bare().executeAll((async function* () {})())).toEqual(nothing);
  });

  it('runs everything, whatever fails, and tells what failed with its report', async () => {
    const { policy } = virtualPolicy({ retry: { maxAttempts: 3, backoff: noBackoff } });
    const throws = (): never => {
      throw down;
    };
    const bulk = policy.executeAll([() => 'a', fails, throws, () => 'd'], { successThreshold: 0.5 });
    const report = { policy: 'payments', operation: 'payments', attempts: 3, reason: 'exhausted' };

    expect(await bulk).toEqual({
      successful: [
        { index: 0, value: 'a' },
        { index: 3, value: 'd' },
      ],
      failed: [
        { index: 1, error: down, report: expect.objectContaining(report) },
        { index: 2, error: down, report: expect.objectContaining(report) },
      ],
      successRate: 0.5,
      ok: true,
    });
  });

  it('keeps undefined and thrown primitives as what they are', async () => {
    const error = await bulkFailure(bare().executeAll([() => undefined, () => Promise.reject('text')]));

    expect(error.successful).toEqual([{ index: 0, value: undefined }]);
    expect(error.failed).toEqual([{ index: 1, error: 'text', report: expect.anything() }]);
  });

  it.each([
    { failures: 0, of: 3, successThreshold: 1, ok: true },
    { failures: 1, of: 3, successThreshold: 1, ok: false },
    { failures: 3, of: 10, successThreshold: 0.7, ok: true },
    { failures: 4, of: 10, successThreshold: 0.7, ok: false },
    { failures: 1, of: 3, successThreshold: 2 / 3, ok: true },
    { failures: 3, of: 3, successThreshold: Number.MIN_VALUE, ok: false },
  ])(
    'with $failures of $of failed and the threshold $successThreshold: ok is $ok',
    async ({ failures, of, successThreshold, ok }) => {
      const operations = Array.from({ length: of }, (_, index) => (index < failures ? fails : () => index));
      const bulk = bare().executeAll(operations, { successThreshold });

      if (ok) expect(await bulk).toMatchObject({ ok: true, successRate: (of - failures) / of });
      else {
        const { successRate, failed, successful } = await bulkFailure(bulk);
        expect(successRate).toBe((of - failures) / of);
        expect([failed.length, successful.length]).toEqual([failures, of - failures]);
      }
    },
  );

  it('needs all to succeed by default, and ends with a BulkFailureError that has everything', async () => {
    const error = await bulkFailure(bare().executeAll([() => 1, fails, () => 3]));

    expect(error).toMatchObject({ policy: 'payments', successRate: 2 / 3, statusCode: 502 });
    expect(error.message).toBe('Too few operations succeeded: 1 failed, 66.6 % succeeded (policy=payments)');
    expect(error.failed.map(({ index, error: of }) => [index, of])).toEqual([[1, down]]);
    expect(error.successful.map(({ value }) => value)).toEqual([1, 3]);
    expect('cause' in error).toBe(false);
  });

  it('makes each operation a call of its own: attempts, context, events and statistics', async () => {
    const { policy } = virtualPolicy({ retry: { maxAttempts: 2, backoff: noBackoff } });
    const contexts: AttemptContext[] = [];
    const record = (context: AttemptContext): number => contexts.push(context);
    const callIds = new Set<string>();
    policy.events.on('success', ({ callId }) => callIds.add(callId));
    const operations = [scripted([down, 'a']), scripted([down, 'b']), record];
    await policy.executeAll(operations, { operation: 'Records.sync' });

    expect(policy.stats()).toMatchObject({ calls: 3, attempts: 5, retries: 2, successes: 3 });
    expect(contexts[0]).toMatchObject({ attempt: 1, maxAttempts: 2, operation: 'Records.sync' });
    expect(callIds.size).toBe(3);
  });

  it('is rejected fast by an open breaker, which nobody hammers', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 3 } });
    let calls = 0;
    const operation = (): Promise<never> => {
      calls++;
      return Promise.reject(down);
    };
    const operations = Array.from({ length: 1000 }, () => operation);
    const { failed } = await bulkFailure(policy.executeAll(operations, { concurrency: 1 }));

    expect(calls).toBe(3);
    expect(failed).toHaveLength(1000);
    expect(failed[3]).toMatchObject({ index: 3, error: { code: 'CIRCUIT_OPEN' }, report: { attempts: 1 } });
  });

  it('runs bare under a policy that is switched off', async () => {
    const { policy } = virtualPolicy({ enabled: false, retry: {} });
    const once = scripted([down]);
    const { failed } = await bulkFailure(policy.executeAll([once, () => 2]));

    expect(failed).toMatchObject([{ index: 0, error: down }]);
    expect(once.calls).toBe(1);
  });

  it('is not run again by an outer policy where an operation of it gave up', async () => {
    const { policyOf } = virtualEngine();
    const inner = policyOf('inner', { retry: { maxAttempts: 4, backoff: noBackoff } });
    const outer = policyOf('outer', { retry: { maxAttempts: 4, backoff: noBackoff } });
    const missing = Object.assign(new Error('missing'), { status: 404 });
    const gaveUp = scripted([down]);
    const refused = scripted([missing]);
    const error = await bulkFailure(outer.execute(() => inner.executeAll([gaveUp, refused])));

    expect([gaveUp.calls, refused.calls]).toEqual([4, 1]);
    expect(callReport(error)).toMatchObject({ policy: 'outer', attempts: 1, reason: 'nested' });

    await bulkFailure(outer.execute(() => inner.executeAll([refused])));
    expect(refused.calls).toBe(5);
  });

  it('begins before it returns, as every call does', () => {
    const begun: number[] = [];
    const operations = [1, 2, 3].map((n) => (): number => begun.push(n));
    void bare().executeAll(operations, { concurrency: 2 });

    expect(begun).toEqual([1, 2]);
  });
});
