import { TimeWindow } from '../../../../../lib/core/circuit-breaker/window/time-window.js';

function counts(window: TimeWindow, now: number) {
  return { total: window.total(now), failures: window.failures(now), slow: window.slow(now) };
}

const nothing = { total: 0, failures: 0, slow: 0 };

describe('TimeWindow', () => {
  it.each([1, 10, 60])(
    'holds a sample at duration − 1 ms and not at duration, with %i buckets',
    (buckets) => {
      const window = new TimeWindow(60_000, buckets);
      window.record(12_345, true, true);
      expect(counts(window, 12_345 + 59_999)).toEqual({ total: 1, failures: 1, slow: 1 });
      expect(counts(window, 12_345 + 60_000)).toEqual(nothing);
    },
  );

  it('counts failures and slow samples apart', () => {
    const window = new TimeWindow(1000, 10);
    window.record(0, false, false);
    window.record(100, true, false);
    window.record(200, false, true);
    expect(counts(window, 999)).toEqual({ total: 3, failures: 1, slow: 1 });
    expect(counts(window, 1000)).toEqual({ total: 2, failures: 1, slow: 1 });
    expect(counts(window, 1100)).toEqual({ total: 1, failures: 0, slow: 1 });
    expect(counts(window, 1200)).toEqual(nothing);
  });

  it('is empty after ten windows without a sample, and counts on from there', () => {
    const window = new TimeWindow(1000, 10);
    for (let at = 0; at < 1000; at += 100) window.record(at, true, false);
    expect(window.total(999)).toBe(10);
    expect(counts(window, 10_000)).toEqual(nothing);
    window.record(10_050, false, false);
    expect(counts(window, 10_050)).toEqual({ total: 1, failures: 0, slow: 0 });
  });

  it('clears the buckets that were skipped', () => {
    const window = new TimeWindow(1000, 10);
    for (let at = 0; at < 1000; at += 100) window.record(at, true, false);
    window.record(1450, false, false);
    expect(counts(window, 1450)).toEqual({ total: 6, failures: 5, slow: 0 });
  });

  it('is clean until a failure or a slow sample has come', () => {
    const window = new TimeWindow(1000, 10);
    window.record(0, false, false);
    expect(window.isClean()).toBe(true);
    window.record(0, false, true);
    expect(window.isClean()).toBe(false);
  });

  it('is clean after what another window has counted, unless that is a failure or slow', () => {
    const window = new TimeWindow(1000, 10);
    window.take({ at: 0, recorded: 5, failed: 0, slow: 0 });
    expect(window.isClean()).toBe(true);
    window.take({ at: 100, recorded: 5, failed: 0, slow: 1 });
    expect(window.isClean()).toBe(false);
  });

  it('asks for all samples of the minimum', () => {
    expect(new TimeWindow(1000, 10).minimum(20)).toBe(20);
  });

  it('keeps its samples when resized', () => {
    const window = new TimeWindow(1000, 10);
    window.record(0, true, false);
    window.record(500, false, true);
    window.resize(600, 6);
    expect(counts(window, 599)).toEqual({ total: 2, failures: 1, slow: 1 });
    expect(counts(window, 600)).toEqual({ total: 1, failures: 0, slow: 1 });
  });
});
