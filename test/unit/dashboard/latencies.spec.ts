import { Latencies } from '../../../lib/dashboard/live/latencies.js';

function ofDurations(durations: readonly number[]): Latencies {
  const latencies = new Latencies();
  for (const duration of durations) latencies.add(duration);
  return latencies;
}

/** Within a twentieth. */
function near(expected: number): [number, number] {
  return [expected / 1.06, expected * 1.06];
}

function expectNear(actual: number | undefined, expected: number): void {
  const [low, high] = near(expected);
  expect(actual).toBeGreaterThan(low);
  expect(actual).toBeLessThan(high);
}

describe('latencies', () => {
  it('tell percentiles within a twentieth, from parts of a millisecond to minutes', () => {
    for (const scale of [0.01, 1, 600]) {
      const [p50, p95, p99] = ofDurations(
        Array.from({ length: 1000 }, (_, at) => (at + 1) * scale),
      ).percentiles()!;
      expectNear(p50, 500 * scale);
      expectNear(p95, 950 * scale);
      expectNear(p99, 990 * scale);
    }
  });

  it('take what is shorter or longer than all classes as the nearest one', () => {
    expect(ofDurations([0]).percentiles()![0]).toBeLessThan(0.11);
    expect(ofDurations([1e9]).percentiles()![0]).toBeGreaterThan(600_000);
  });

  it('add up over operations', () => {
    const sum = ofDurations([10, 10, 10]);
    sum.include(ofDurations([1000]));
    const [p50, p95] = sum.percentiles()!;
    expectNear(p50, 10);
    expectNear(p95, 1000);
  });

  it('fade: what is new counts more, and after a while nothing is left', () => {
    const latencies = ofDurations(Array.from({ length: 100 }, () => 10));
    for (let second = 0; second < 10; second++) latencies.fade();
    for (let call = 0; call < 50; call++) latencies.add(1000);
    expectNear(latencies.percentiles()![0], 1000);
    for (let second = 0; second < 60; second++) latencies.fade();
    expect(latencies.percentiles()).toBeUndefined();
  });
});
