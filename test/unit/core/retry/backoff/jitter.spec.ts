import { decorrelatedDelay, jittered } from '../../../../../lib/core/retry/backoff/jitter.js';

describe('jitter', () => {
  const almostOne = 1 - Number.EPSILON / 2;

  it.each([
    { jitter: 'full', u: 0, ms: 0 },
    { jitter: 'full', u: 0.25, ms: 250 },
    { jitter: 'full', u: 0.5, ms: 500 },
    { jitter: 'equal', u: 0, ms: 500 },
    { jitter: 'equal', u: 0.5, ms: 750 },
    { jitter: { factor: 0.2 }, u: 0, ms: 800 },
    { jitter: { factor: 0.2 }, u: 0.5, ms: 1_000 },
    { jitter: { factor: 0.2 }, u: 0.75, ms: 1_100 },
    { jitter: { factor: 1 }, u: 0, ms: 0 },
    { jitter: { factor: 1 }, u: 0.75, ms: 1_500 },
  ] as const)('$jitter turns 1000 ms into $ms ms for u = $u', ({ jitter, u, ms }) => {
    expect(jittered(1_000, jitter, () => u)).toBeCloseTo(ms, 9);
  });

  it('stays within its range for the largest u', () => {
    expect(jittered(1_000, 'full', () => almostOne)).toBeLessThan(1_000);
    expect(jittered(1_000, 'equal', () => almostOne)).toBeLessThanOrEqual(1_000);
    expect(jittered(1_000, { factor: 0.2 }, () => almostOne)).toBeLessThanOrEqual(1_200);
  });

  it('draws once, and not at all for none', () => {
    const random = jest.fn(() => 0.5);
    expect(jittered(1_000, 'none', random)).toBe(1_000);
    expect(random).not.toHaveBeenCalled();
    jittered(1_000, 'full', random);
    expect(random).toHaveBeenCalledTimes(1);
  });

  it.each(['full', 'equal', { factor: 0.5 }, { factor: 1 }] as const)(
    '%p makes no NaN of a delay that has overflowed',
    (jitter) => {
      for (const u of [0, 0.5, almostOne]) expect(jittered(Infinity, jitter, () => u)).not.toBeNaN();
    },
  );
});

describe('decorrelated jitter', () => {
  it.each([
    { previous: 1_000, u: 0, ms: 1_000 },
    { previous: 1_000, u: 0.5, ms: 2_000 },
    { previous: 2_000, u: 0.5, ms: 3_500 },
    { previous: 60_000, u: 0.25, ms: 45_750 },
    { previous: 200, u: 0.5, ms: 800 },
  ])('waits i + u·(3·previous − i): $ms ms for i = 1000, previous = $previous, u = $u', (given) => {
    expect(decorrelatedDelay(1_000, given.previous, () => given.u)).toBe(given.ms);
  });
});
