import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';
import type { Policy } from '../../../../lib/core/policy.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import type { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { virtualPolicy } from '../../../support/virtual-policy.js';

const down = new Error('down');
const missing = Object.assign(new Error('missing'), { status: 404 });

// i = 1 s, factor 2, threshold 0.8; at least 4 of the last 10 attempts.
const adaptive = {
  type: 'adaptive',
  jitter: false,
  adaptive: { successThreshold: 0.8, window: 10, minSamples: 4 },
} as const;

async function delaysOf(
  { policy, clock }: { policy: Policy; clock: VirtualClock },
  script: unknown[],
  options = {},
): Promise<readonly number[]> {
  const result = policy.tryExecute(scripted(script), options);
  await clock.advance('1h');
  return (await result).report.delays;
}

async function outcomes({ policy }: { policy: Policy }, script: unknown[]): Promise<void> {
  for (const entry of script) await policy.tryExecute(scripted([entry]), { idempotent: false });
}

function makePolicy() {
  return virtualPolicy({ retry: { maxAttempts: 3, backoff: adaptive } });
}

describe('adaptive backoff', () => {
  it('grows as exponential while too few attempts were seen', async () => {
    expect(await delaysOf(makePolicy(), [down])).toEqual([1000, 2000]);
  });

  it('stays at the initial delay while enough attempts succeed', async () => {
    const made = makePolicy();
    await outcomes(made, [1, 2, 3, 4, 5, 6, 7, 8]);

    // 8 of 9, then 8 of 10 attempts succeeded.
    expect(await delaysOf(made, [down])).toEqual([1000, 1000]);
  });

  it('grows the faster the fewer succeed: i · 2^(n−1) · (1 + 2 · (t − r) / t)', async () => {
    const made = makePolicy();
    await outcomes(made, [down, down, 1]);
    const delays = await delaysOf(made, [down]);

    expect(delays[0]).toBeCloseTo(1000 * (1 + (2 * (0.8 - 1 / 4)) / 0.8));
    expect(delays[1]).toBeCloseTo(2000 * (1 + (2 * (0.8 - 1 / 5)) / 0.8));
  });

  it('takes permanent errors for successes, for the target answered', async () => {
    const made = makePolicy();
    await outcomes(made, [missing, missing, missing, missing, missing, missing, missing, missing]);

    expect(await delaysOf(made, [down])).toEqual([1000, 1000]);
  });

  it('goes by what the operation says of its error, not by the category of the cause', async () => {
    const answered = makePolicy();
    await outcomes(answered, Array(8).fill(new PermanentError('no', { cause: down })));
    expect(await delaysOf(answered, [down])).toEqual([1000, 1000]);

    const failed = makePolicy();
    await outcomes(failed, Array(4).fill(new RetryableError('not yet', { cause: missing })));
    expect((await delaysOf(failed, [down]))[0]).toBe(3000);
  });

  it('takes a thrown undefined for a failure', async () => {
    const made = makePolicy();
    await outcomes(made, [
      scripted.throws(undefined),
      scripted.throws(undefined),
      scripted.throws(undefined),
    ]);

    expect((await delaysOf(made, [down]))[0]).toBe(3000);
  });

  it('does not look at aborted calls, deadlines from outside and rejections', async () => {
    const made = virtualPolicy({ retry: { maxAttempts: 3, backoff: adaptive }, circuitBreaker: {} });
    const { policy, clock } = made;
    for (let i = 0; i < 5; i++) {
      const controller = new AbortController();
      const aborted = policy.tryExecute(() => new Promise(() => {}), { signal: controller.signal });
      controller.abort();
      await aborted;
      const late = policy.tryExecute(() => new Promise(() => {}), { deadline: clock.epoch() + 10 });
      await clock.advance(10);
      await late;
      policy.breaker()?.forceOpen();
      await policy.tryExecute(scripted([1]));
      policy.breaker()?.close();
    }

    expect(await delaysOf(made, [down])).toEqual([1000, 2000]);
  });

  it("counts the policy's own timeouts as failures", async () => {
    const made = virtualPolicy({
      timeout: { attempt: '1s' },
      retry: { maxAttempts: 4, backoff: { ...adaptive, maxDelay: '1m' } },
    });
    const delays = await delaysOf(made, [() => new Promise(() => {})]);

    expect(delays).toEqual([1000, 2000, 4000]);
    expect((await delaysOf(made, [down]))[0]).toBe(3000);
  });

  it('is divided by identity and key', async () => {
    const made = virtualPolicy({ retry: { maxAttempts: 2, backoff: adaptive } });
    const operations = [{ operation: 'A.one' }, { operation: 'A.two' }, { operation: 'A.one', key: 'acme' }];
    for (let i = 0; i < 4; i++) await delaysOf(made, [down], operations[0]);

    expect(await Promise.all(operations.map((options) => delaysOf(made, [down], options)))).toEqual([
      [3000],
      [1000],
      [1000],
    ]);
  });

  it('is bounded by maxDelay', async () => {
    const made = virtualPolicy({
      retry: { maxAttempts: 4, backoff: { ...adaptive, maxDelay: 2500 } },
    });
    await outcomes(made, [down, down, down, down]);

    expect(await delaysOf(made, [down])).toEqual([2500, 2500, 2500]);
  });
});
