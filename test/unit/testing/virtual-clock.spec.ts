import { VirtualClock } from '../../../lib/testing/virtual-clock.js';

describe('VirtualClock', () => {
  let clock: VirtualClock;
  let log: string[];

  beforeEach(() => {
    clock = new VirtualClock();
    log = [];
  });

  function timer(name: string, delayMs: number, then?: () => void, on = clock) {
    const expire = () => {
      log.push(`${name}@${on.now()}`);
      then?.();
    };
    return on.setTimer({ expire }, delayMs);
  }

  const sleep = (ms: number, on = clock) =>
    new Promise<void>((resolve) => void on.setTimer({ expire: resolve }, ms));

  describe('at the start', () => {
    it('shows 0, and the real wall clock', () => {
      const before = Date.now();
      const { epoch, now } = { epoch: new VirtualClock().epoch(), now: clock.now() };
      expect(now).toBe(0);
      expect(epoch).toBeGreaterThanOrEqual(before);
      expect(epoch).toBeLessThanOrEqual(Date.now());
    });

    it('shows the times it is given', () => {
      const given = new VirtualClock({ now: 500, epoch: 1_700_000_000_000 });
      expect([given.now(), given.epoch()]).toEqual([500, 1_700_000_000_000]);
    });

    it('stands still', async () => {
      const [now, epoch] = [clock.now(), clock.epoch()];
      await new Promise((resolve) => setTimeout(resolve, 3));
      expect([clock.now(), clock.epoch()]).toEqual([now, epoch]);
    });
  });

  describe('advance', () => {
    it.each([
      ['2s', 2_000],
      ['250ms', 250],
      [1_500, 1_500],
      [0, 0],
    ])('moves both clocks by %p', async (duration, ms) => {
      const [now, epoch] = [clock.now(), clock.epoch()];
      await clock.advance(duration);
      expect([clock.now() - now, clock.epoch() - epoch]).toEqual([ms, ms]);
    });

    it.each([-1, NaN, Infinity, '5', 'soon', undefined])('refuses %p', async (duration) => {
      await expect(clock.advance(duration as number)).rejects.toThrow(TypeError);
      expect(clock.now()).toBe(0);
    });

    it('runs what falls due in order of time, then of creation, each at its time', async () => {
      timer('late', 300);
      timer('first of two', 200);
      timer('early', 100);
      timer('second of two', 200);
      await clock.advance(300);
      expect(log).toEqual(['early@100', 'first of two@200', 'second of two@200', 'late@300']);
    });

    it('runs nothing before its time', async () => {
      timer('a', 100);
      await clock.advance(99);
      expect(log).toEqual([]);
      await clock.advance(1);
      expect(log).toEqual(['a@100']);
    });

    it('runs a timer once', async () => {
      timer('a', 100);
      await clock.advance(100);
      await clock.advance(1_000);
      expect(log).toEqual(['a@100']);
    });

    it('runs timers that are made on the way and fall due within it', async () => {
      const again = (): void => void timer('again', 100, again);
      timer('first', 100, again);
      await clock.advance(350);
      expect(log).toEqual(['first@100', 'again@200', 'again@300']);
      expect(clock.now()).toBe(350);
    });

    it('runs timers that are due at once', async () => {
      timer('zero', 0);
      timer('negative', -5);
      timer('NaN', NaN);
      await clock.advance(0);
      expect(log).toEqual(['zero@0', 'negative@0', 'NaN@0']);
    });

    it('lets promises settle before, in between and after', async () => {
      async function call(): Promise<void> {
        for (const ms of [100, 100, 100]) {
          for (let i = 0; i < 200; i++) await Promise.resolve();
          await new Promise((resolve) => setImmediate(resolve));
          await sleep(ms);
          log.push(`slept@${clock.now()}`);
        }
      }
      const done = call().then(() => log.push('done'));
      await clock.advance(300);
      expect(log).toEqual(['slept@100', 'slept@200', 'slept@300', 'done']);
      await done;
    });

    it('lets promises settle between two timers of one time', async () => {
      timer('a', 100, () => void Promise.resolve().then(() => log.push('settled')));
      timer('b', 100);
      await clock.advance(100);
      expect(log).toEqual(['a@100', 'settled', 'b@100']);
    });

    it('waits for a task of one time that another one clears', async () => {
      timer('a', 100, () => clock.clearTimer(second));
      const second = timer('b', 100);
      await clock.advance(100);
      expect(log).toEqual(['a@100']);
    });

    it('lets an operation take time from within', async () => {
      timer('operation', 100, () => {
        void clock.advance(50).then(() => log.push(`operation ended@${clock.now()}`));
      });
      timer('meanwhile', 120);
      timer('afterwards', 200);
      await clock.advance(300);
      expect(log).toEqual(['operation@100', 'meanwhile@120', 'operation ended@150', 'afterwards@200']);
      expect(clock.now()).toBe(300);
    });

    it('never takes time back when an operation took more than the rest', async () => {
      timer('operation', 100, () => void clock.advance(500));
      await clock.advance(200);
      expect(clock.now()).toBe(600);
    });

    it('rejects with what a task throws, and goes on afterwards', async () => {
      const failure = new Error('broken task');
      timer('a', 100, () => {
        throw failure;
      });
      timer('b', 100);
      await expect(clock.advance(100)).rejects.toBe(failure);
      await clock.advance(0);
      expect(log).toEqual(['a@100', 'b@100']);
    });
  });

  describe('timers', () => {
    it('are counted while they wait', async () => {
      const first = timer('a', 100);
      timer('b', 200);
      expect(clock.pending).toBe(2);
      clock.clearTimer(first);
      expect(clock.pending).toBe(1);
      await clock.advance(200);
      expect(clock.pending).toBe(0);
    });

    it('may be cleared twice, and after they fell due', async () => {
      const [first, second] = [timer('a', 100), timer('b', 50)];
      clock.clearTimer(first);
      clock.clearTimer(first);
      await clock.advance(100);
      clock.clearTimer(second);
      expect(log).toEqual(['b@50']);
    });

    it('never fall due for Infinity', async () => {
      const handle = timer('never', Infinity);
      await clock.advance('365d');
      clock.clearTimer(handle);
      expect([log, clock.pending]).toEqual([[], 0]);
    });

    it('wait in full beyond 2^31-1 ms', async () => {
      timer('late', 2 ** 31);
      await clock.advance(2 ** 31 - 1);
      expect(log).toEqual([]);
      await clock.advance(1);
      expect(log).toEqual([`late@${2 ** 31}`]);
    });
  });

  describe('jumpEpoch', () => {
    it.each([3_600_000, -3_600_000])('moves the wall clock alone by %p ms', async (ms) => {
      const epoch = clock.epoch();
      timer('a', 100);
      clock.jumpEpoch(ms);
      expect([clock.now(), clock.epoch() - epoch]).toEqual([0, ms]);
      await clock.advance(100);
      expect([clock.now(), clock.epoch() - epoch]).toEqual([100, ms + 100]);
      expect(log).toEqual(['a@100']);
    });
  });

  describe('with autoAdvance', () => {
    beforeEach(() => {
      clock = new VirtualClock({ autoAdvance: true });
    });

    it('jumps from one due time to the next, so that nothing hangs', async () => {
      await sleep(60_000);
      await sleep(3_600_000);
      expect(clock.now()).toBe(3_660_000);
    });

    it('runs what is due in order', async () => {
      timer('late', 500);
      timer('early', 100);
      await sleep(1_000);
      expect(log).toEqual(['early@100', 'late@500']);
    });

    it('does not jump while something can run', async () => {
      timer('limit', 1_000);
      for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve));
      expect(log).toEqual([]);
      await sleep(1_000);
      expect(log).toEqual(['limit@1000']);
    });

    it('does not jump over a call that clears its timer in time', async () => {
      const limit = timer('limit', 1_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
      clock.clearTimer(limit);
      await new Promise((resolve) => setImmediate(resolve));
      expect([log, clock.now(), clock.pending]).toEqual([[], 0, 0]);
    });

    it('leaves time to advance while that runs, and goes on after it', async () => {
      timer('within', 100);
      timer('beyond', 500);
      await clock.advance(200);
      expect([log, clock.now()]).toEqual([['within@100'], 200]);
      await sleep(400);
      expect(log).toEqual(['within@100', 'beyond@500']);
    });

    it('keeps nothing running without timers', async () => {
      timer('a', 100);
      clock.clearTimer(timer('b', 100));
      await sleep(100);
      await new Promise((resolve) => setImmediate(resolve));
      expect(process.getActiveResourcesInfo()).not.toContain('Immediate');
    });

    it('starts again for a timer that the last one made', async () => {
      const done = new Promise<void>((resolve) => {
        timer('a', 100, () => void timer('b', 100, resolve));
      });
      await done;
      expect(log).toEqual(['a@100', 'b@200']);
    });
  });
});
