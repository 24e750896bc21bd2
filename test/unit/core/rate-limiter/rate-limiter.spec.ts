import { takeAll, testRateLimiter } from '../../../support/rate-limiter.js';

describe('RateLimiter', () => {
  it.each([
    // limit, interval, burst; at the start, after half an interval, after a whole one more, after a long time
    [{ limit: 10 }, [10, 5, 10, 10]],
    [{ limit: 10, interval: '1s', burst: 1 }, [1, 1, 1, 1]],
    [{ limit: 10, burst: 30 }, [30, 5, 10, 30]],
    [{ limit: 1, interval: '1m' }, [1, 0, 1, 1]],
    [{ limit: 3 }, [3, 1, 3, 3]],
  ] as const)(
    'with %p has tokens for a burst and gets new ones evenly',
    (options, [start, half, whole, rested]) => {
      const { limiter, clock } = testRateLimiter(options);
      const intervalMs = 'interval' in options && options.interval === '1m' ? 60_000 : 1_000;
      expect(takeAll(limiter)).toBe(start);
      clock.moveTo(intervalMs / 2);
      expect(takeAll(limiter)).toBe(half);
      clock.moveTo(1.5 * intervalMs);
      expect(takeAll(limiter)).toBe(whole);
      clock.moveTo(100 * intervalMs);
      expect(takeAll(limiter)).toBe(rested);
    },
  );

  it.each([
    [{ limit: 10 }, 100],
    [{ limit: 3, burst: 1 }, 1_000 / 3],
    [{ limit: 7, interval: '1m', burst: 2 }, 60_000 / 7],
    [{ limit: 1, interval: '1h' }, 3_600_000],
  ] as const)('with %p tells exactly when the next token comes', (options, spacingMs) => {
    for (const start of [0, 0.1, 1_234_567.891]) {
      const { limiter, clock } = testRateLimiter(options, start);
      expect(limiter.delayMs()).toBe(0);
      takeAll(limiter);
      const delayMs = limiter.delayMs();
      expect(delayMs).toBeCloseTo(spacingMs, 6);
      clock.moveTo(start + delayMs - 0.001);
      expect(limiter.tryTake()).toBe(false);
      clock.moveTo(start + delayMs);
      expect(limiter.delayMs()).toBeLessThan(1e-6);
      expect([limiter.tryTake(), limiter.tryTake()]).toEqual([true, false]);
    }
  });

  it('does not drift at three per second, whoever adds up the times', () => {
    const { limiter, clock } = testRateLimiter({ limit: 3, burst: 1 });
    let at = 0;
    let refused = 0;
    for (let i = 0; i < 30_000; i++) {
      if (!limiter.tryTake()) refused++;
      at += 1_000 / 3;
      clock.moveTo(at);
    }
    expect(refused).toBe(0);

    const saturated = testRateLimiter({ limit: 3 });
    let taken = takeAll(saturated.limiter);
    for (let second = 1; second <= 10_000; second++) {
      saturated.clock.moveTo(second * 1_000 - 1);
      taken += takeAll(saturated.limiter);
      saturated.clock.moveTo(second * 1_000);
      taken += takeAll(saturated.limiter);
      if (taken !== 3 + 3 * second) throw new Error(`${taken} tokens after ${second} seconds`);
    }
  });

  it('counts no attempt to take a token that is not there', () => {
    const { limiter, clock } = testRateLimiter({ limit: 1 });
    takeAll(limiter);
    for (let i = 0; i < 1_000; i++) limiter.tryTake();
    clock.moveTo(1_000);
    expect(limiter.tryTake()).toBe(true);
  });

  describe('those who wait', () => {
    it('get their tokens in order, when these come', () => {
      const { limiter, clock } = testRateLimiter({ limit: 10, burst: 1 });
      limiter.tryTake();
      const waits = [limiter.queue(), limiter.queue(), limiter.queue()];
      const admitted = () => waits.filter(({ isAdmitted }) => isAdmitted).length;
      for (const [time, count] of [
        [99, 0],
        [100, 1],
        [199, 1],
        [200, 2],
        [300, 3],
      ] as const) {
        clock.moveTo(time);
        expect(admitted()).toBe(count);
        expect(waits.slice(0, count).every(({ isAdmitted }) => isAdmitted)).toBe(true);
      }
      expect(limiter.queued).toBe(0);
    });

    it('count for the delay that a newcomer is told', () => {
      const { limiter, clock } = testRateLimiter({ limit: 10, burst: 2 });
      takeAll(limiter);
      expect(limiter.delayMs()).toBe(100);
      limiter.queue();
      limiter.queue();
      expect(limiter.delayMs()).toBe(300);
      clock.moveTo(150);
      expect(limiter.delayMs()).toBe(150);
    });

    it('are never overtaken, also when their timer is late', () => {
      const { limiter, clock } = testRateLimiter({ limit: 10, burst: 1 });
      limiter.tryTake();
      const wait = limiter.queue();
      // The clock has moved on, and the timer has not fired yet.
      Object.assign(clock, { time: 500 });
      expect(limiter.tryTake()).toBe(false);
      clock.moveTo(500);
      expect(wait.isAdmitted).toBe(true);
    });

    it('are all served by one timer, which is gone when nobody waits any more', async () => {
      const { limiter, clock } = testRateLimiter({ limit: 10, burst: 1 });
      limiter.tryTake();
      expect(clock.pending).toBe(0);
      const waits = Array.from({ length: 50 }, () => limiter.queue());
      expect(clock.pending).toBe(1);
      clock.moveTo(2_000);
      expect(clock.pending).toBe(1);
      for (const wait of waits) wait.interrupt();
      expect(clock.pending).toBe(0);
      await Promise.all(waits.map(({ over }) => over));
    });

    it('move up when one before them leaves, and the one that left takes no token', async () => {
      const { limiter, clock } = testRateLimiter({ limit: 10, burst: 1 });
      limiter.tryTake();
      const [first, second, third] = [limiter.queue(), limiter.queue(), limiter.queue()];
      first.interrupt();
      await first.over;
      expect(first.isAdmitted).toBe(false);
      clock.moveTo(100);
      expect([second.isAdmitted, third.isAdmitted]).toEqual([true, false]);
      third.interrupt();
      clock.moveTo(200);
      expect(limiter.tryTake()).toBe(true);
    });

    it('get a free token at once', async () => {
      const { limiter, clock } = testRateLimiter({ limit: 10, burst: 1 });
      const wait = limiter.queue();
      await wait.over;
      expect(wait.isAdmitted).toBe(true);
      expect(clock.pending).toBe(0);
      expect(limiter.tryTake()).toBe(false);
    });

    it('get the token that another one gives back', () => {
      const { limiter, clock } = testRateLimiter({ limit: 1 });
      limiter.tryTake();
      const wait = limiter.queue();
      clock.moveTo(300);
      limiter.giveBack();
      expect(wait.isAdmitted).toBe(true);
      expect(clock.pending).toBe(0);
    });

    it('keep the token of an admission that nobody has looked at, for its holder to give back', () => {
      const { limiter, clock } = testRateLimiter({ limit: 1 });
      limiter.tryTake();
      const wait = limiter.queue();
      clock.moveTo(1_000);
      wait.interrupt();
      expect(wait.isAdmitted).toBe(true);
      expect(limiter.tryTake()).toBe(false);
      limiter.giveBack(wait.ticket);
      expect(limiter.tryTake()).toBe(true);
    });
  });

  describe('a token that is given back', () => {
    it('is there for the next one, as if it had never been taken', () => {
      const { limiter, clock } = testRateLimiter({ limit: 2 });
      limiter.tryTake();
      clock.moveTo(100);
      limiter.tryTake();
      limiter.giveBack();
      expect(takeAll(limiter)).toBe(1);
      expect(limiter.delayMs()).toBe(400);
    });

    it('is one of several that were taken at once', () => {
      const { limiter } = testRateLimiter({ limit: 5 });
      limiter.tryTake();
      const { ticket } = limiter;
      takeAll(limiter);
      limiter.giveBack(ticket);
      expect(takeAll(limiter)).toBe(1);
    });

    it('is none any more once the bucket has been full', () => {
      const { limiter, clock } = testRateLimiter({ limit: 1 });
      limiter.tryTake();
      const { ticket } = limiter;
      clock.moveTo(5_000);
      limiter.tryTake();
      limiter.giveBack(ticket);
      expect(limiter.tryTake()).toBe(false);
      expect(limiter.delayMs()).toBe(1_000);
    });

    it('comes back only as far as the limit is kept by those who took theirs later', () => {
      const { limiter, clock } = testRateLimiter({ limit: 1, burst: 2 });
      limiter.tryTake();
      const { ticket } = limiter;
      clock.moveTo(500);
      limiter.tryTake();
      limiter.giveBack(ticket);
      // Two of them at 1000 would make three within a second.
      clock.moveTo(1_000);
      expect(takeAll(limiter)).toBe(1);
    });

    it('makes no more tokens than there were', () => {
      const { limiter } = testRateLimiter({ limit: 3 });
      for (let i = 0; i < 5; i++) limiter.giveBack();
      expect(takeAll(limiter)).toBe(3);
    });
  });

  describe('under another rate', () => {
    it('still misses what was taken, and gets it at the new rate', () => {
      const { limiter, clock, change } = testRateLimiter({ limit: 10 });
      takeAll(limiter);
      clock.moveTo(200);
      change({ limit: 100, burst: 10 });
      expect(takeAll(limiter)).toBe(2);
      clock.moveTo(230);
      expect(takeAll(limiter)).toBe(3);
    });

    it('reaches a smaller burst as tokens come', () => {
      const { limiter, clock, change } = testRateLimiter({ limit: 10 });
      for (let i = 0; i < 5; i++) limiter.tryTake();
      change({ limit: 10, burst: 3 });
      expect(limiter.delayMs()).toBe(300);
      clock.moveTo(300);
      expect(takeAll(limiter)).toBe(1);
    });

    it('has a full bucket where it had one', () => {
      const { limiter, clock, change } = testRateLimiter({ limit: 10 });
      limiter.tryTake();
      clock.moveTo(100);
      change({ limit: 1, interval: '1h', burst: 4 });
      expect(takeAll(limiter)).toBe(4);
    });

    it('serves those who wait at the new rate, sooner or later', () => {
      const { limiter, clock, change } = testRateLimiter({ limit: 1 });
      limiter.tryTake();
      const [first, second] = [limiter.queue(), limiter.queue()];
      clock.moveTo(500);
      change({ limit: 10, burst: 1 });
      expect(clock.pending).toBe(1);
      clock.moveTo(550);
      expect([first.isAdmitted, second.isAdmitted]).toEqual([true, false]);
      change({ limit: 1 });
      clock.moveTo(1_549);
      expect(second.isAdmitted).toBe(false);
      clock.moveTo(1_550);
      expect(second.isAdmitted).toBe(true);
    });
  });
});
