import { TimerQueue } from '../../../../lib/core/time/timer-queue.js';
import { ManualTimers } from '../../../support/manual-timers.js';

const longest = 2 ** 31 - 1;

describe('TimerQueue', () => {
  let timers: ManualTimers;
  let queue: TimerQueue;
  let turns: (() => void)[];
  let log: string[];

  beforeEach(() => {
    timers = new ManualTimers();
    turns = [];
    log = [];
    queue = new TimerQueue(
      () => timers,
      (callback) => turns.push(callback),
    );
  });

  const task = (name: string, then?: () => void) => ({
    expire: () => {
      log.push(`${name}@${timers.time}`);
      then?.();
    },
  });

  function turn(): void {
    for (const callback of turns.splice(0)) callback();
  }

  it('runs 10,000 tasks of one delay in order on one platform timer', () => {
    for (let i = 0; i < 10_000; i++) queue.add(task(String(i)), 50);
    expect(timers.armed.size).toBe(1);
    timers.moveTo(50);
    expect(log).toEqual(Array.from({ length: 10_000 }, (_, i) => `${i}@50`));
    expect(timers.armedInTotal).toBe(1);
  });

  it('arms the timer again for the next task that is not yet due', () => {
    queue.add(task('a'), 50);
    timers.moveTo(20);
    queue.add(task('b'), 50);
    timers.moveTo(69);
    expect(log).toEqual(['a@50']);
    timers.moveTo(70);
    expect(log).toEqual(['a@50', 'b@70']);
    expect(timers.delays).toEqual([50, 20]);
  });

  it('keeps one timer per distinct delay', () => {
    queue.add(task('slow'), 100);
    queue.add(task('fast'), 10);
    queue.add(task('slow too'), 100);
    expect(timers.armed.size).toBe(2);
    timers.moveTo(100);
    expect(log).toEqual(['fast@10', 'slow@100', 'slow too@100']);
  });

  it('never runs a task early when the platform fires early', () => {
    queue.add(task('a'), 50);
    timers.time = 49.2;
    timers.fire(1);
    expect(log).toEqual([]);
    timers.moveTo(50);
    expect(log).toEqual([]);
    timers.moveTo(50.2);
    expect(log).toEqual(['a@50.2']);
  });

  it('rounds delays up to whole milliseconds, which share a timer', () => {
    queue.add(task('a'), 0.4);
    queue.add(task('b'), 0.9);
    timers.moveTo(1);
    expect(log).toEqual(['a@1', 'b@1']);
    expect(timers.delays).toEqual([1]);
  });

  describe('when the delay is beyond 2^31-1', () => {
    it('waits for it in full', () => {
      queue.add(task('a'), 2 * longest + 5);
      timers.moveTo(2 * longest + 4);
      expect(log).toEqual([]);
      timers.moveTo(2 * longest + 5);
      expect(log).toEqual([`a@${2 * longest + 5}`]);
      expect(timers.delays).toEqual([longest, longest, 5]);
    });
  });

  describe('when a task is removed', () => {
    it('does not run it and runs the others', () => {
      const [first, , third] = ['a', 'b', 'c', 'd'].map((name) => queue.add(task(name), 50));
      queue.remove(third!);
      queue.remove(first!);
      timers.moveTo(50);
      expect(log).toEqual(['b@50', 'd@50']);
    });

    it('leaves the timer as it is, and arms it for the next task when it fires', () => {
      const first = queue.add(task('a'), 50);
      timers.moveTo(20);
      queue.add(task('b'), 50);
      queue.remove(first);
      expect(timers.armedInTotal).toBe(1);
      timers.moveTo(70);
      expect(log).toEqual(['b@70']);
    });

    it('ignores a second removal and one after it ran', () => {
      const first = queue.add(task('a'), 50);
      const second = queue.add(task('b'), 50);
      queue.remove(first);
      queue.remove(first);
      timers.moveTo(50);
      queue.remove(second);
      expect(log).toEqual(['b@50']);
      expect(turns).toEqual([]);
    });

    it('does not run it when an earlier task of the same firing removed it', () => {
      queue.add(
        task('a', () => queue.remove(second)),
        50,
      );
      const second = queue.add(task('b'), 50);
      timers.moveTo(50);
      expect(log).toEqual(['a@50']);
      expect(timers.armed.size).toBe(0);
    });
  });

  describe('when a list runs empty', () => {
    it('uses one timer for 1,000 calls that follow one another, and clears it when the event loop turns', () => {
      for (let i = 0; i < 1_000; i++) queue.remove(queue.add(task('a'), 50));
      expect(timers.armedInTotal).toBe(1);
      expect(turns).toHaveLength(1);
      turn();
      expect(timers.armed.size).toBe(0);
      expect(turns).toEqual([]);
    });

    it('keeps the timer of a list that has a task again', () => {
      queue.remove(queue.add(task('a'), 50));
      queue.add(task('b'), 50);
      turn();
      timers.moveTo(50);
      expect(log).toEqual(['b@50']);
      expect(timers.armedInTotal).toBe(1);
    });

    it('clears up once for all delays', () => {
      for (const delay of [10, 20, 30]) queue.remove(queue.add(task('a'), delay));
      expect(turns).toHaveLength(1);
      turn();
      expect(timers.armed.size).toBe(0);
    });

    it('leaves alone a timer that fired before the turn', () => {
      queue.remove(queue.add(task('a'), 50));
      timers.moveTo(50);
      queue.add(task('b'), 50);
      turn();
      timers.moveTo(100);
      expect(log).toEqual(['b@100']);
    });

    it('arms a new timer afterwards', () => {
      queue.remove(queue.add(task('a'), 50));
      turn();
      queue.add(task('b'), 50);
      timers.moveTo(50);
      expect(log).toEqual(['b@50']);
      expect(timers.armedInTotal).toBe(2);
    });
  });

  describe('when a task adds to its own list', () => {
    it('runs that one in a later firing, even if the clock stands still', () => {
      let left = 3;
      const again = () => {
        if (left-- > 0) queue.add(task('again', again), 0);
      };
      queue.add(task('first', again), 0);
      timers.fire(1);
      expect(log).toEqual(['first@0']);
      timers.moveTo(0);
      expect(log).toEqual(['first@0', 'again@0', 'again@0', 'again@0']);
      expect(timers.armed.size).toBe(0);
    });
  });

  describe('when the timers are replaced by other ones', () => {
    it('runs old tasks by the old timers and new ones by the new', () => {
      const real = timers;
      queue.add(task('real'), 50);
      const fake = (timers = new ManualTimers());
      fake.time = 1_000_000;
      const removed = queue.add(task('removed'), 50);
      queue.add(task('fake'), 50);
      queue.remove(removed);
      fake.moveTo(1_000_050);
      expect(log).toEqual(['fake@1000050']);
      timers = real;
      real.moveTo(50);
      expect(log).toEqual(['fake@1000050', 'real@50']);
    });
  });

  describe('when a task throws', () => {
    it('runs the others and reports the error as uncaught', () => {
      const microtasks: (() => void)[] = [];
      const queueMicrotask = jest.spyOn(globalThis, 'queueMicrotask');
      queueMicrotask.mockImplementation((callback) => void microtasks.push(callback));
      const failure = new Error('broken task');
      const fail = () => {
        throw failure;
      };
      queue.add(task('a', fail), 50);
      queue.add(task('b'), 50);
      timers.moveTo(50);
      queueMicrotask.mockRestore();
      expect(log).toEqual(['a@50', 'b@50']);
      expect(microtasks).toHaveLength(1);
      expect(microtasks[0]).toThrow(failure);
    });
  });
});
