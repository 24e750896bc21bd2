import fc from 'fast-check';
import type { BulkheadWait } from '../../lib/core/bulkhead/bulkhead-wait.js';
import { testBulkhead } from '../support/bulkhead.js';

const TASKS = 10_000;

const limits = fc.record({
  maxConcurrent: fc.integer({ min: 1, max: 20 }),
  maxQueue: fc.constantFrom(0, 5, 100, Infinity),
  queueTimeout: fc.constantFrom(false as const, 10, 50),
});

/** One number per event: what happens, and to which of those it may happen to. */
const story = fc.array(fc.nat(1_000_000), { minLength: 3 * TASKS, maxLength: 3 * TASKS, size: 'max' });

/** A bulkhead and a plain account of who should be where. */
function stage(options: typeof limits extends fc.Arbitrary<infer T> ? T : never) {
  const { bulkhead, clock, change } = testBulkhead(options);
  let limit = options.maxConcurrent;
  let running = 0;
  let arrived = 0;
  let line: BulkheadWait[] = [];
  const ended = { ran: 0, refused: 0, left: 0 };

  /** Those at the front are admitted, then come those who wait; whoever is neither has left. */
  const check = (): boolean => {
    const admitted = line.findIndex((wait) => !wait.isAdmitted);
    const waiting = admitted === -1 ? [] : line.slice(admitted);
    const inOrder = waiting.every((wait) => !wait.isAdmitted);
    const left = waiting.filter((wait) => wait.line === undefined).length;
    running += line.length - waiting.length;
    ended.left += left;
    line = waiting.filter((wait) => wait.line !== undefined);
    // A permit is free only where nobody waits.
    return inOrder && bulkhead.queued === line.length && (line.length === 0 || running >= limit);
  };
  const events = {
    arrive: (): void => {
      if (arrived === TASKS) return;
      arrived++;
      if (bulkhead.tryEnter()) {
        if (line.length > 0) throw new Error('a newcomer overtook');
        running++;
        return;
      }
      const wait = bulkhead.queue();
      if (wait === null) ended.refused++;
      else line.push(wait);
    },
    finish: (): void => {
      if (running === 0) return;
      running--;
      ended.ran++;
      bulkhead.leave();
    },
    interrupt: (which: number): void => line[which % Math.max(1, line.length)]?.interrupt(),
    pass: (which: number): void => clock.moveTo(clock.now() + (which % 7)),
    resize: (which: number): void => {
      limit = 1 + (which % 20);
      change({ ...options, maxConcurrent: limit });
    },
  };
  return { bulkhead, clock, ended, events, check, running: () => running, limit: () => limit };
}

/** Arrivals are the most frequent event. */
const kinds = ['arrive', 'arrive', 'arrive', 'arrive', 'finish', 'finish', 'interrupt', 'pass'] as const;

describe('a bulkhead under ten thousand tasks', () => {
  it('never exceeds its limit, serves in order, and has all permits back in the end', () => {
    fc.assert(
      fc.property(limits, story, (options, numbers) => {
        const { bulkhead, clock, ended, events, check, running } = stage(options);
        let broken = 0;
        for (const number of numbers) {
          events[kinds[number % kinds.length] ?? 'pass'](number >> 3);
          if (!check() || running() > options.maxConcurrent) broken++;
        }
        for (let i = 0; i < TASKS; i++) events.arrive();
        while (check() && running() > 0) events.finish();

        expect(broken).toBe(0);
        expect(ended.ran + ended.refused + ended.left).toBe(TASKS);
        expect(bulkhead).toMatchObject({ inFlight: 0, queued: 0, isIdle: true });
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('reaches every limit that it is given meanwhile, and leaves no permit free while somebody waits', () => {
    const shorter = fc.array(fc.nat(1_000_000), { maxLength: 300 });
    fc.assert(
      fc.property(limits, shorter, (options, numbers) => {
        const { bulkhead, events, check, running, limit } = stage(options);
        for (const number of numbers) {
          const before = running();
          const kind = ([...kinds, 'resize'] as const)[number % 9] ?? 'pass';
          events[kind](number >> 3);
          expect(check()).toBe(true);
          expect(running()).toBeLessThanOrEqual(Math.max(before, limit()));
          expect(bulkhead.inFlight).toBe(running());
        }
      }),
      { numRuns: 300 },
    );
  });
});
