import fc from 'fast-check';
import { Latencies } from '../../../../lib/core/hedge/latencies.js';

function latenciesOf(values: readonly number[]): Latencies {
  const latencies = new Latencies();
  for (const value of values) latencies.add(value);
  return latencies;
}

const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

describe('the latencies', () => {
  it('say nothing while fewer than 10 are known', () => {
    expect(latenciesOf(upTo(9)).percentile(0.5)).toBe(Infinity);
    expect(latenciesOf(upTo(10)).percentile(0.5)).toBe(5);
  });

  it.each([
    [0.01, 1],
    [0.5, 50],
    [0.9, 90],
    [0.95, 95],
    [0.999, 100],
    [1, 100],
  ])('have the percentile %d of 1 to 100 at %d', (share, expected) => {
    expect(latenciesOf(upTo(100)).percentile(share)).toBe(expected);
  });

  it('forget all but the last 100', () => {
    expect(latenciesOf([...upTo(100).map((value) => value * 1000), ...upTo(100)]).percentile(1)).toBe(100);
  });

  it('have at each share the value that sorting the last 100 gives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 10, maxLength: 300 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (values, share) => {
          const last = values.slice(-100).sort((a, b) => a - b);
          expect(latenciesOf(values).percentile(share)).toBe(last[Math.ceil(share * last.length) - 1]);
        },
      ),
    );
  });
});
