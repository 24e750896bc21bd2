import { Leases } from '../../../../lib/core/circuit-breaker/leases.js';

describe('Leases', () => {
  it('gives as many places as there are', () => {
    const leases = new Leases();
    expect(leases.take(0, 100, 2)).toEqual({ expiresAt: 100 });
    expect(leases.take(0, 100, 2)).toEqual({ expiresAt: 100 });
    expect(leases.take(0, 100, 2)).toBeNull();
    expect(leases.count(0)).toBe(2);
  });

  it('gives a place again that was given back', () => {
    const leases = new Leases();
    const first = leases.take(0, 100, 1);
    leases.release(first ?? { expiresAt: NaN });
    expect(leases.count(0)).toBe(0);
    expect(leases.take(0, 100, 1)).not.toBeNull();
  });

  it('gives a place again at the instant its lease runs out, not before', () => {
    const leases = new Leases();
    leases.take(0, 100, 1);
    expect(leases.count(99)).toBe(1);
    expect(leases.take(99, 100, 1)).toBeNull();
    expect(leases.count(100)).toBe(0);
    expect(leases.take(100, 100, 1)).toEqual({ expiresAt: 200 });
  });

  it('frees no place for a lease that has run out and was passed on', () => {
    const leases = new Leases();
    const late = leases.take(0, 100, 1);
    leases.take(100, 100, 1);
    leases.release(late ?? { expiresAt: NaN });
    expect(leases.count(100)).toBe(1);
    expect(leases.take(100, 100, 1)).toBeNull();
  });

  it('reaches a smaller number of places as leases are given back', () => {
    const leases = new Leases();
    const [first, second] = [leases.take(0, 100, 2), leases.take(0, 100, 2)];
    leases.release(first ?? { expiresAt: NaN });
    expect(leases.take(0, 100, 1)).toBeNull();
    leases.release(second ?? { expiresAt: NaN });
    expect(leases.take(0, 100, 1)).not.toBeNull();
  });

  it('tells the shortest rest of the leases in force', () => {
    const leases = new Leases();
    expect(leases.shortestRest(0)).toBe(Infinity);
    leases.take(0, 100, 3);
    leases.take(30, 100, 3);
    expect(leases.shortestRest(40)).toBe(60);
    expect(leases.shortestRest(100)).toBe(30);
    expect(leases.shortestRest(130)).toBe(Infinity);
  });
});
