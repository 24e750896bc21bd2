import fc from 'fast-check';
import type { RateLimiterWait } from '../../lib/core/rate-limiter/rate-limiter-wait.js';
import { testRateLimiter } from '../support/rate-limiter.js';

const rates = fc.record({
  limit: fc.integer({ min: 1, max: 7 }),
  interval: fc.constantFrom(10, 30, 100),
  burst: fc.integer({ min: 1, max: 9 }),
});

const step = fc.record({
  kind: fc.constantFrom('call', 'call', 'wait', 'wait', 'abort', 'giveBack', 'pass', 'pass'),
  which: fc.nat(50),
});

/** A call that has its token, at the time at which it got it. */
interface Made {
  readonly at: number;
  readonly ticket: number;
}

/** A limiter, those who wait, and an account of the calls that were made. */
function stage(options: typeof rates extends fc.Arbitrary<infer T> ? T : never) {
  const { limiter, clock } = testRateLimiter(options);
  const made: Made[] = [];
  let line: RateLimiterWait[] = [];
  const note = (ticket: number): void => void made.push({ at: clock.now(), ticket });

  const settle = (): void => {
    while (line[0]?.isAdmitted === true) note(line.shift()?.ticket ?? NaN);
    if (line.some(({ isAdmitted }) => isAdmitted)) throw new Error('served out of order');
  };
  const events = {
    call: (): void => {
      const before = line.length;
      if (!limiter.tryTake()) return;
      if (before > 0) throw new Error('a newcomer overtook');
      note(limiter.ticket);
    },
    wait: (): void => void line.push(limiter.queue()),
    abort: (which: number): void => {
      const index = which % Math.max(1, line.length);
      line[index]?.interrupt();
      line = line.filter((wait) => wait.isAdmitted || wait.line !== undefined);
    },
    giveBack: (which: number): void => {
      const [never] = made.splice(Math.max(0, made.length - 1 - (which % 4)), 1);
      if (never !== undefined) limiter.giveBack(never.ticket);
    },
    pass: (which: number): void => {
      for (let ms = 0; ms < which; ms++) {
        clock.moveTo(clock.now() + 1);
        settle();
      }
    },
  };
  return { limiter, clock, made, events, settle };
}

function mostWithin(intervalMs: number, times: readonly number[]): number {
  let most = 0;
  times.forEach((from, index) => {
    const end = times.findIndex((at, other) => other >= index && at - from >= intervalMs);
    most = Math.max(most, (end === -1 ? times.length : end) - index);
  });
  return most;
}

describe('a rate limiter under calls, waits, aborts and tokens given back', () => {
  it('lets never more than limit + burst − 1 through in any interval, and serves in order', () => {
    fc.assert(
      fc.property(rates, fc.array(step, { maxLength: 120 }), (options, steps) => {
        const { clock, limiter, made, events, settle } = stage(options);
        for (const { kind, which } of steps) {
          events[kind](which);
          settle();
        }
        // Everybody who still waits gets a token in the end, and nothing is left behind.
        clock.moveTo(clock.now() + 100_000);
        expect(limiter.queued).toBe(0);
        expect(clock.pending).toBe(0);
        const times = made.map(({ at }) => at);
        expect(mostWithin(options.interval, times)).toBeLessThanOrEqual(options.limit + options.burst - 1);
      }),
      { numRuns: 500 },
    );
  });

  it('never keeps a call waiting for longer than it was told, and never for nothing', () => {
    fc.assert(
      fc.property(rates, fc.array(fc.nat(20), { maxLength: 60 }), (options, pauses) => {
        const { limiter, clock } = testRateLimiter(options);
        for (const pause of pauses) {
          clock.moveTo(clock.now() + pause);
          const dueAt = clock.now() + limiter.delayMs();
          const wait = limiter.queue();
          if (wait.isAdmitted) {
            expect(dueAt).toBeCloseTo(clock.now(), 5);
            continue;
          }
          expect(dueAt).toBeGreaterThan(clock.now());
          if (pause % 3 === 0) continue;
          clock.moveTo(dueAt - 1e-3);
          expect(wait.isAdmitted).toBe(false);
          clock.moveTo(dueAt + 1e-5);
          expect(wait.isAdmitted).toBe(true);
        }
      }),
    );
  });
});
