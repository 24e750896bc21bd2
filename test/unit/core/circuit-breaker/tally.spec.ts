import { Tally } from '../../../../lib/core/circuit-breaker/tally.js';
import { sample, StoppedClock } from '../../../support/circuit.js';

const ten = { type: 'count', size: 10 } as const;

function tally() {
  const clock = new StoppedClock();
  const reads = jest.spyOn(clock, 'now');
  return { tally: new Tally(), clock, reads };
}

describe('Tally', () => {
  it('counts failed calls in a row, further attempts of one call not among them', () => {
    const { tally: counts, clock } = tally();
    counts.add(sample('failure'), undefined, clock);
    counts.add(sample('failure', { repeated: true }), undefined, clock);
    counts.add(sample('failure', { repeated: true }), undefined, clock);
    expect(counts.consecutiveFailures).toBe(1);
    counts.add(sample('failure'), undefined, clock);
    expect(counts.consecutiveFailures).toBe(2);
    counts.add(sample('success'), undefined, clock);
    expect(counts.consecutiveFailures).toBe(0);
  });

  it('counts every attempt in the window', () => {
    const { tally: counts, clock } = tally();
    counts.add(sample('failure'), ten, clock);
    counts.add(sample('failure', { repeated: true }), ten, clock);
    counts.add(sample('success', { slow: true }), ten, clock);
    expect(counts.figures(0)).toEqual({ failures: 2, successes: 1, failureRatio: 2 / 3 });
  });

  it('remembers the last failure and when it was', () => {
    const { tally: counts, clock } = tally();
    expect([counts.lastFailure, counts.lastFailureAt]).toEqual([undefined, NaN]);
    clock.time = 5;
    counts.add(sample('failure', { error: 'first' }), undefined, clock);
    clock.time = 7;
    counts.add(sample('failure', { error: 'second', repeated: true }), undefined, clock);
    counts.add(sample('success'), undefined, clock);
    counts.clear();
    expect([counts.lastFailure, counts.lastFailureAt]).toEqual(['second', 7]);
    counts.forgetLastFailure();
    expect([counts.lastFailure, counts.lastFailureAt]).toEqual([undefined, NaN]);
  });

  it('does not take a slow probe that succeeded for a failure', () => {
    const { tally: counts, clock } = tally();
    counts.addProbe(sample('failure', { error: 'down' }), clock);
    counts.addProbe(sample('success', { slow: true }), clock);
    expect(counts.lastFailure).toBe('down');
    expect(counts.figures(0)).toEqual({ failures: 1, successes: 1 });
  });

  it('starts anew when cleared', () => {
    const { tally: counts, clock } = tally();
    counts.add(sample('failure'), ten, clock);
    counts.addProbe(sample('success'), clock);
    counts.clear();
    expect(counts.figures(0)).toEqual({ failures: 0, successes: 0 });
    expect(counts.window).toBeNull();
  });

  it('tells no ratio without a window, or while it is empty', () => {
    const { tally: counts, clock } = tally();
    counts.add(sample('failure'), undefined, clock);
    expect(counts.figures(0)).toEqual({ failures: 1, successes: 0 });
    counts.add(sample('failure'), { type: 'time', durationMs: 100, buckets: 10 }, clock);
    expect(counts.figures(99)).toEqual({ failures: 1, successes: 0, failureRatio: 1 });
    expect(counts.figures(100)).toEqual({ failures: 0, successes: 0 });
  });

  it('keeps what fits into a window of other options', () => {
    const { tally: counts, clock } = tally();
    for (const verdict of ['failure', 'success', 'failure'] as const) counts.add(sample(verdict), ten, clock);
    counts.adapt({ type: 'count', size: 2 });
    expect(counts.figures(0)).toEqual({ failures: 1, successes: 1, failureRatio: 0.5 });
    counts.adapt(undefined);
    expect(counts.window).toBeNull();
  });

  describe('cost', () => {
    it('reads no clock for a success, unless a time window needs it', () => {
      const { tally: counts, clock, reads } = tally();
      counts.add(sample('success'), undefined, clock);
      counts.add(sample('success'), ten, clock);
      expect(reads).not.toHaveBeenCalled();
      new Tally().add(sample('success'), { type: 'time', durationMs: 100, buckets: 10 }, clock);
      expect(reads).toHaveBeenCalledTimes(1);
    });

    it('keeps no window before the first sample, and none at all without a ratio rule', () => {
      const { tally: counts, clock } = tally();
      expect(counts.window).toBeNull();
      counts.add(sample('failure'), undefined, clock);
      expect(counts.window).toBeNull();
      counts.add(sample('success'), ten, clock);
      expect(counts.window).not.toBeNull();
    });
  });
});
