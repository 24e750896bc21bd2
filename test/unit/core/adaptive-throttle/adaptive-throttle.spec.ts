import {
  type AdaptiveThrottleOptions,
  resolveAdaptiveThrottle,
} from '../../../../lib/core/adaptive-throttle/adaptive-throttle-options.js';
import { SharedAdaptiveThrottle } from '../../../../lib/core/adaptive-throttle/shared-adaptive-throttle.js';
import { ManualClock } from '../../../support/manual-clock.js';

function testThrottle(options: AdaptiveThrottleOptions = {}) {
  const clock = new ManualClock();
  const shared = new SharedAdaptiveThrottle('search', resolveAdaptiveThrottle(options), clock);
  const throttle = shared.of(undefined);
  return {
    clock,
    shared,
    throttle,
    /** So many calls, of which so many are accepted. */
    count: (requests: number, accepts: number, of = throttle): void => {
      for (let i = accepts; i < requests; i++) of.refused();
      for (let i = 0; i < accepts; i++) of.accepted();
    },
  };
}

describe('AdaptiveThrottle', () => {
  it.each([
    // k, requests, accepts, max(0, (requests − k · accepts) / (requests + 1))
    [2, 0, 0, 0],
    [2, 1, 0, 1 / 2],
    [2, 9, 0, 9 / 10],
    [2, 100, 100, 0],
    [2, 100, 50, 0],
    [2, 100, 49, 2 / 101],
    [2, 1_000, 100, 800 / 1_001],
    [1, 100, 80, 20 / 101],
    [1.5, 100, 40, 40 / 101],
    [3, 100, 20, 40 / 101],
  ])(
    'with k %d, %i requests and %i accepts rejects with probability %d',
    (k, requests, accepts, probability) => {
      const { throttle, count } = testThrottle({ k });
      count(requests, accepts);
      expect(throttle.probability()).toBeCloseTo(probability, 12);
    },
  );

  it('rejects where the dice are below the probability, and not where they are at it', () => {
    const at = (random: number): boolean => {
      const { throttle, count } = testThrottle();
      count(3, 0);
      expect(throttle.probability()).toBe(0.75);
      return throttle.tryEnter(random);
    };
    expect([at(0), at(0.749), at(0.75), at(0.999)]).toEqual([false, false, true, true]);
  });

  it('lets everything in while nothing is refused, whatever the dice say', () => {
    const { throttle } = testThrottle();
    for (let i = 0; i < 100; i++) {
      expect(throttle.tryEnter(0)).toBe(true);
      throttle.accepted();
    }
  });

  it('counts the calls that it rejects itself', () => {
    const { throttle, count } = testThrottle();
    count(9, 0);
    expect(throttle.tryEnter(0)).toBe(false);
    expect(throttle.probability()).toBeCloseTo(10 / 11, 12);
  });

  it('counts no request before its outcome is known', () => {
    const { throttle } = testThrottle();
    for (let i = 0; i < 100; i++) expect(throttle.tryEnter(0)).toBe(true);

    expect(throttle.probability()).toBe(0);
  });

  it('forgets requests and accepts after the window', () => {
    const { throttle, clock, count } = testThrottle({ window: '10s' });
    count(9, 0);
    clock.moveTo(5_000);
    count(1, 1);
    clock.moveTo(9_999);
    expect(throttle.probability()).toBeCloseTo(8 / 11, 12);
    clock.moveTo(10_000);
    expect(throttle.probability()).toBe(0);
  });

  it('spares a dependency that is down all but few calls, and lets it recover by itself', () => {
    const { throttle, clock } = testThrottle({ window: '10s' });
    let seed = 42;
    // A linear congruential generator (Numerical Recipes): dice that fall the same each time.
    const random = (): number => (seed = (1_664_525 * seed + 1_013_904_223) % 2 ** 32) / 2 ** 32;
    /** How many of 20 calls a second get through. */
    const reached = (fromMs: number, untilMs: number, isUp: boolean): number => {
      let through = 0;
      for (let at = fromMs; at < untilMs; at += 50) {
        clock.moveTo(at);
        if (!throttle.tryEnter(random())) continue;
        through++;
        if (isUp) throttle.accepted();
        else throttle.refused();
      }
      return through;
    };
    expect(reached(0, 20_000, true)).toBe(400);
    reached(20_000, 40_000, false);
    const whileDown = reached(40_000, 140_000, false);
    expect(whileDown).toBeGreaterThan(0);
    expect(whileDown).toBeLessThan(30);
    reached(140_000, 340_000, true);
    expect(reached(340_000, 360_000, true)).toBe(400);
  });

  it('keeps what was counted under other options', () => {
    const { throttle, shared, clock, count } = testThrottle({ window: '1m' });
    count(9, 2);
    shared.reconfigure(resolveAdaptiveThrottle({ k: 1, window: '10s' }));
    expect(throttle.probability()).toBeCloseTo(7 / 10, 12);
    clock.moveTo(10_000);
    expect(throttle.probability()).toBe(0);
  });
});

describe('SharedAdaptiveThrottle', () => {
  it('has one throttle per key', () => {
    const { shared, throttle, count } = testThrottle();
    count(9, 0, shared.of('a'));
    expect(shared.of('a').probability()).toBe(0.9);
    expect([shared.of('b').probability(), throttle.probability()]).toEqual([0, 0]);
    expect([...shared.all()].map(({ key }) => key)).toEqual([undefined, 'b', 'a']);
  });

  it('gives up throttles that reject nothing before those that do', () => {
    const { shared, count } = testThrottle({ maxKeys: 2 });
    count(9, 0, shared.of('refused'));
    for (let i = 0; i < 1_000; i++) count(1, 1, shared.of(`passing ${i}`));
    expect(shared.of('refused').probability()).toBe(0.9);
    // Up again, and so like any other.
    count(10, 10, shared.of('refused'));
    count(1, 0, shared.of('refused'));
    count(1, 1, shared.of('next'));
    count(1, 1, shared.of('last'));
    expect(shared.of('refused').probability()).toBe(0);
    expect([...shared.all()].length).toBe(3);
  });
});
