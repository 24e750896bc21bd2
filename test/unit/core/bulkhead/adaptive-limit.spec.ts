import { AdaptiveLimit } from '../../../../lib/core/bulkhead/adaptive-limit.js';
import { queued, testBulkhead } from '../../../support/bulkhead.js';

/** A limit, and attempts that follow one another. */
function testLimit(min: number, max: number, start: number) {
  const limit = new AdaptiveLimit({ min, max }, start);
  let now = 0;
  const record = (durationMs: number, timedOut: boolean, inFlight: number): number => {
    now += durationMs;
    limit.record({ endedAt: now, durationMs, timedOut, inFlight });
    return limit.limit;
  };
  return {
    limit,
    record,
    success: (durationMs = 10, inFlight = limit.limit) => record(durationMs, false, inFlight),
    timeout: () => record(1_000, true, limit.limit),
    /** Attempts that began now and end together, that long after. */
    together: (count: number, durationMs: number, timedOut: boolean): number => {
      now += durationMs;
      for (let i = 0; i < count; i++)
        limit.record({ endedAt: now, durationMs, timedOut, inFlight: limit.limit });
      return limit.limit;
    },
  };
}

describe('AdaptiveLimit', () => {
  it.each([
    [1, 20, 10, 10],
    [1, 5, 10, 5],
    [15, 20, 10, 15],
    [7, 7, 10, 7],
  ])('from %i to %i with maxConcurrent %i begins at %i', (min, max, start, limit) => {
    expect(testLimit(min, max, start).limit.limit).toBe(limit);
  });

  it.each([
    [10, 10, 11],
    [10, 5, 11],
    [10, 4, 10],
    [11, 5, 11],
    [11, 6, 12],
    [1, 1, 2],
  ])('of %i with %i in flight becomes %i after a success', (start, inFlight, after) => {
    expect(testLimit(1, 100, start).success(10, inFlight)).toBe(after);
  });

  it.each([
    [100, [90, 81, 72, 64, 57, 51, 45, 40, 36, 32]],
    [10, [9, 8, 7, 6, 5, 4, 3, 3, 3, 3]],
  ])('of %i falls by a tenth with each timeout, to min at the lowest', (start, after) => {
    const { timeout } = testLimit(3, 100, start);
    expect(after.map(() => timeout())).toEqual(after);
  });

  it('rises to max at the most', () => {
    const { success } = testLimit(1, 12, 10);
    expect([success(), success(), success()]).toEqual([11, 12, 12]);
  });

  it('takes timeouts that come together for one', () => {
    const { together } = testLimit(1, 100, 50);
    expect(together(50, 1_000, true)).toBe(45);
    expect(together(45, 1_000, true)).toBe(40);
  });

  it('falls when attempts are slower than twice the usual and five milliseconds', () => {
    const { success } = testLimit(1, 100, 50);
    for (let i = 0; i < 50; i++) success(100, 0);
    expect(success(205, 0)).toBe(50);
    expect(success(215, 0)).toBe(45);
  });

  it('takes nothing for slow before it has seen ten attempts', () => {
    const { success } = testLimit(1, 100, 50);
    for (let i = 0; i < 9; i++) success(10, 0);
    expect(success(500, 0)).toBe(50);
    for (let i = 0; i < 200; i++) success(10, 0);
    expect(success(500, 0)).toBe(45);
  });

  it('is not disturbed by the noise of very short attempts', () => {
    const { success } = testLimit(1, 100, 50);
    for (let i = 0; i < 100; i++) success(0, 0);
    expect(success(5, 0)).toBe(50);
    expect(success(6, 0)).toBe(45);
  });

  it('falls as long as the dependency is overloaded, and rises again when it is not any more', () => {
    const { success } = testLimit(2, 50, 40);
    for (let i = 0; i < 100; i++) success(20);
    expect(success(20)).toBe(50);
    for (let i = 0; i < 30; i++) success(200);
    expect(success(200)).toBeLessThan(5);
    for (let i = 0; i < 60; i++) success(20);
    expect(success(20)).toBe(50);
  });

  it('takes a latency that stays for the new usual one', () => {
    const { success } = testLimit(2, 50, 40);
    for (let i = 0; i < 100; i++) success(20, 0);
    for (let i = 0; i < 1_000; i++) success(100, 0);
    expect(success(100, 2)).toBe(3);
  });

  it('learns no latency from timeouts', () => {
    const { success, record } = testLimit(1, 100, 50);
    for (let i = 0; i < 20; i++) success(10, 0);
    for (let i = 0; i < 500; i++) record(10_000, true, 0);
    expect(success(10, 1)).toBe(2);
    expect(success(30, 1)).toBe(1);
  });

  it('goes on within other bounds with what it has learned', () => {
    const { limit, success } = testLimit(1, 100, 50);
    limit.reconfigure({ min: 1, max: 20 });
    expect(limit.limit).toBe(20);
    limit.reconfigure({ min: 1, max: 100 });
    expect(success()).toBe(21);
    limit.reconfigure({ min: 30, max: 100 });
    expect(limit.limit).toBe(30);
  });
});

describe('a bulkhead with an adaptive limit', () => {
  it('begins with maxConcurrent permits, and gets more as all are in use', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 2, adaptive: { min: 1, max: 4 } });
    expect(bulkhead.isAdaptive).toBe(true);
    enter(2);
    expect(bulkhead.tryEnter()).toBe(false);
    bulkhead.record(10, false);
    expect(bulkhead.limit).toBe(3);
    enter();
  });

  it('serves those who wait when the limit rises', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: 1, adaptive: { min: 1, max: 2 } });
    enter();
    const wait = queued(bulkhead);
    bulkhead.record(10, false);
    expect(wait.isAdmitted).toBe(true);
    expect(bulkhead.inFlight).toBe(2);
  });

  it('reaches a lower limit as permits come back', () => {
    const { bulkhead, clock, enter } = testBulkhead({ maxConcurrent: 2, adaptive: { min: 1, max: 2 } });
    enter(2);
    clock.moveTo(1_000);
    bulkhead.record(1_000, true);
    bulkhead.leave();
    expect(bulkhead).toMatchObject({ limit: 1, inFlight: 1 });
    expect(bulkhead.tryEnter()).toBe(false);
    bulkhead.leave();
    enter();
  });

  it('keeps what it has learned under other options, until it is told to learn no more', () => {
    const { bulkhead, clock, enter, change } = testBulkhead({
      maxConcurrent: 10,
      adaptive: { min: 1, max: 20 },
    });
    enter(10);
    clock.moveTo(1_000);
    bulkhead.record(1_000, true);
    expect(bulkhead.limit).toBe(9);
    change({ maxConcurrent: 15, adaptive: { min: 2, max: 30 } });
    expect(bulkhead.limit).toBe(9);
    change({ maxConcurrent: 15 });
    expect([bulkhead.limit, bulkhead.isAdaptive]).toEqual([15, false]);
    bulkhead.record(1_000, true);
    expect(bulkhead.limit).toBe(15);
    change({ maxConcurrent: 15, adaptive: { min: 2, max: 12 } });
    expect(bulkhead.limit).toBe(12);
  });
});
