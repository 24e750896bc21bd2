import { SlidingCounts } from '../../../../lib/core/time/sliding-counts.js';

describe('SlidingCounts', () => {
  const windowOf = (samples: readonly number[], durationMs = 1_000, buckets = 10) => {
    const counts = new SlidingCounts(durationMs, buckets, 1);
    for (const at of samples) counts.add(at, 0);
    return counts;
  };

  it('is empty at first', () => {
    expect(new SlidingCounts(1_000, 10, 2).total(5, 1)).toBe(0);
  });

  it('counts each kind by itself', () => {
    const counts = new SlidingCounts(1_000, 10, 3);
    counts.add(0, 0);
    counts.add(0, 2, 5);
    counts.add(150, 2);
    expect([0, 1, 2].map((kind) => counts.total(150, kind))).toEqual([1, 0, 6]);
  });

  it.each([0, 7, 0.5, 123_456_789.25])(
    'holds a sample of time %p until duration − 1 and not at duration',
    (at) => {
      const counts = windowOf([at]);
      expect(counts.total(at + 999, 0)).toBe(1);
      expect(counts.total(at + 1_000, 0)).toBe(0);
    },
  );

  it('holds every sample for exactly the duration when they are at least a bucket apart', () => {
    const counts = windowOf([0, 130, 250, 399]);
    const totals = [999, 1_000, 1_129, 1_130, 1_249, 1_250, 1_398, 1_399].map((now) => counts.total(now, 0));
    expect(totals).toEqual([4, 3, 3, 2, 2, 1, 1, 0]);
  });

  it('drops the samples of one bucket with the first of them', () => {
    const counts = windowOf([0, 99, 100]);
    expect(counts.total(999, 0)).toBe(3);
    expect(counts.total(1_000, 0)).toBe(1);
  });

  it('is exact with a bucket for every millisecond, however many of them are in use', () => {
    const counts = windowOf([], 1_000, 1_000);
    const totals: number[] = [];
    for (let now = 0; now < 3_000; now += 3) {
      counts.add(now, 0);
      totals.push(counts.total(now, 0));
    }
    expect(totals).toEqual(totals.map((_, i) => Math.min(i + 1, 334)));
    expect(counts.total(3_998, 0)).toBe(0);
  });

  it('begins anew with the first sample after it ran empty', () => {
    const counts = windowOf([0, 1_234]);
    expect(counts.total(2_233, 0)).toBe(1);
    expect(counts.total(2_234, 0)).toBe(0);
  });

  it('clears buckets that were skipped', () => {
    const counts = windowOf([0, 100, 200, 1_150]);
    expect(counts.total(1_150, 0)).toBe(2);
    expect(counts.total(1_200, 0)).toBe(1);
  });

  it('is zero after ten idle windows, and counts on', () => {
    const counts = windowOf([0, 100, 200]);
    expect(counts.total(10_000, 0)).toBe(0);
    counts.add(10_001, 0);
    expect(counts.total(10_001, 0)).toBe(1);
  });

  it('takes a clock that goes back for one that stands still', () => {
    const counts = windowOf([5_000, 10, 20]);
    expect(counts.total(0, 0)).toBe(3);
    expect(counts.total(5_999, 0)).toBe(3);
    expect(counts.total(6_000, 0)).toBe(0);
  });

  it('keeps every sample where a bucket is no exact fraction of the duration', () => {
    const width = 0.3 / 3;
    const counts = windowOf([0, width, 2 * width, 3 * width, 4 * width], 0.3, 3);
    expect(counts.total(4 * width, 0)).toBe(3);
  });

  it('is one bucket long at least', () => {
    const counts = windowOf([0, 999], 1_000, 1);
    expect(counts.total(999, 0)).toBe(2);
    expect(counts.total(1_000, 0)).toBe(0);
  });

  it('is empty after clear', () => {
    const counts = windowOf([0, 500]);
    counts.clear();
    expect(counts.total(500, 0)).toBe(0);
    counts.add(600, 0);
    expect(counts.total(1_599, 0)).toBe(1);
  });

  describe('when resized', () => {
    it('keeps samples for the longer duration', () => {
      const counts = windowOf([0, 500]);
      counts.resize(2_000, 10);
      expect([1_999, 2_000, 2_499, 2_500].map((now) => counts.total(now, 0))).toEqual([2, 1, 1, 0]);
    });

    it('drops what a shorter duration does not hold', () => {
      const counts = windowOf([0, 500, 900]);
      counts.resize(400, 4);
      expect(counts.total(900, 0)).toBe(1);
      expect(counts.total(0, 0)).toBe(1);
    });

    it('merges samples into wider buckets, which leave with their oldest sample', () => {
      const counts = windowOf([0, 300, 600]);
      counts.resize(1_000, 2);
      expect([999, 1_000, 1_599, 1_600].map((now) => counts.total(now, 0))).toEqual([3, 1, 1, 0]);
    });

    it('keeps every kind, also where the ring has wrapped', () => {
      const counts = new SlidingCounts(300, 3, 2);
      for (let at = 0; at <= 400; at += 100) counts.add(at, at === 300 ? 1 : 0);
      counts.resize(600, 6);
      expect([counts.total(400, 0), counts.total(400, 1)]).toEqual([2, 1]);
    });

    it('stays empty when it was', () => {
      const counts = new SlidingCounts(1_000, 10, 1);
      counts.resize(500, 5);
      expect(counts.total(0, 0)).toBe(0);
    });
  });
});
