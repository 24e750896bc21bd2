import { AdaptiveStats } from '../../../../../lib/core/retry/backoff/adaptive-stats.js';

describe('AdaptiveStats', () => {
  const statsOf = (outcomes: string, window = 10) => {
    const stats = new AdaptiveStats(window);
    for (const outcome of outcomes) stats.record(outcome === '+');
    return stats;
  };

  it('gives no ratio before the first outcome', () => {
    expect(statsOf('').ratio(1)).toBeUndefined();
  });

  it('gives no ratio while there are fewer outcomes than asked for', () => {
    expect(statsOf('++-').ratio(4)).toBeUndefined();
    expect(statsOf('++--').ratio(4)).toBe(0.5);
  });

  it('looks at the last outcomes alone', () => {
    expect(statsOf('----++++', 4).ratio(1)).toBe(1);
    expect(statsOf('++++---', 4).ratio(1)).toBe(0.25);
  });

  describe('when resized', () => {
    it('keeps the newest outcomes in a smaller window', () => {
      const stats = statsOf('+++++--+', 6);
      stats.resize(3);
      expect(stats.ratio(1)).toBeCloseTo(1 / 3);
      stats.record(true);
      expect(stats.ratio(1)).toBeCloseTo(2 / 3);
    });

    it('keeps all outcomes in a larger window', () => {
      const stats = statsOf('--++', 3);
      stats.resize(5);
      expect(stats.ratio(4)).toBeUndefined();
      expect(stats.ratio(3)).toBeCloseTo(2 / 3);
    });

    it('changes nothing for the same window, and starts empty without outcomes', () => {
      const stats = statsOf('+-');
      stats.resize(10);
      expect(stats.ratio(2)).toBe(0.5);
      const empty = statsOf('');
      empty.resize(2);
      expect(empty.ratio(1)).toBeUndefined();
    });
  });
});
