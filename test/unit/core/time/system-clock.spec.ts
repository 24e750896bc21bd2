import { nextTurn, systemClock } from '../../../../lib/core/time/system-clock.js';

const activeTimeouts = () =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('systemClock', () => {
  it('reads the monotonic clock and the wall clock of the platform', () => {
    const [now, epoch] = [performance.now(), Date.now()];
    expect(systemClock.now()).toBeGreaterThanOrEqual(now);
    expect(systemClock.now()).toBeLessThan(now + 10_000);
    expect(systemClock.epoch()).toBeGreaterThanOrEqual(epoch);
    expect(systemClock.epoch()).toBeLessThan(epoch + 10_000);
  });

  it('calls the task once, never early', async () => {
    const start = systemClock.now();
    const ranAt = await new Promise<number>((resolve) => {
      systemClock.setTimer({ expire: () => resolve(systemClock.now()) }, 2.5);
    });
    expect(ranAt).toBeGreaterThanOrEqual(start + 2.5);
  });

  it('keeps no handle for a delay of Infinity', () => {
    const before = activeTimeouts();
    const handle = systemClock.setTimer({ expire: () => undefined }, Infinity);
    expect(activeTimeouts()).toBe(before);
    systemClock.clearTimer(handle);
  });

  it('keeps no handle for a background task that is never due', () => {
    const before = process.getActiveResourcesInfo().length;
    expect(systemClock.setBackgroundTimer?.({ expire: () => undefined }, Infinity)).toBeUndefined();
    expect(process.getActiveResourcesInfo().length).toBe(before);
  });

  it('leaves no handle one turn after the last task was cleared', async () => {
    const before = activeTimeouts();
    const handles = Array.from({ length: 100 }, (_, i) =>
      systemClock.setTimer({ expire: () => undefined }, 60_000 + (i % 7)),
    );
    expect(activeTimeouts()).toBe(before + 7);
    for (const handle of handles) systemClock.clearTimer(handle);
    await nextTurn();
    // The test runner's own timers may have ended meanwhile.
    expect(activeTimeouts()).toBeLessThanOrEqual(before);
  });

  describe('when fake timers are installed', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('tells when a task falls due, and that none at all never does', () => {
      const handle = systemClock.setTimer({ expire: () => undefined }, 1_000);
      expect(systemClock.dueAt?.(handle)).toBe(systemClock.now() + 1_000);
      expect(systemClock.dueAt?.(undefined)).toBe(Infinity);
      systemClock.clearTimer(handle);
    });

    it('runs a background task when it is due, one whose time is past at the next occasion', () => {
      const expire = jest.fn();
      systemClock.setBackgroundTimer?.({ expire }, -5);
      systemClock.setBackgroundTimer?.({ expire }, 1_000);
      expect(expire).not.toHaveBeenCalled();
      jest.advanceTimersByTime(1);
      expect(expire).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(999);
      expect(expire).toHaveBeenCalledTimes(2);
    });

    it('follows them', () => {
      const expire = jest.fn();
      const [now, epoch] = [systemClock.now(), systemClock.epoch()];
      systemClock.setTimer({ expire }, 1_000);
      jest.advanceTimersByTime(999);
      expect(expire).not.toHaveBeenCalled();
      jest.advanceTimersByTime(1);
      expect(expire).toHaveBeenCalledTimes(1);
      expect([systemClock.now() - now, systemClock.epoch() - epoch]).toEqual([1_000, 1_000]);
    });

    it('treats negative delays and NaN as 0', () => {
      const expire = jest.fn();
      for (const delay of [-1, NaN, 0]) systemClock.setTimer({ expire }, delay);
      jest.advanceTimersByTime(1);
      expect(expire).toHaveBeenCalledTimes(3);
    });

    it('runs nothing that was cleared', () => {
      const expire = jest.fn();
      systemClock.clearTimer(systemClock.setTimer({ expire }, 10));
      jest.runAllTimers();
      expect(expire).not.toHaveBeenCalled();
    });

    it('lets the real event loop turn', async () => {
      await expect(nextTurn()).resolves.toBeUndefined();
    });
  });

  describe('when fake timers come and go while tasks wait', () => {
    it('runs each task in the time it was set in, and keeps no real handle', async () => {
      const before = activeTimeouts();
      const [real, fake] = [jest.fn(), jest.fn()];
      const handle = systemClock.setTimer({ expire: real }, 5_000);
      jest.useFakeTimers();
      systemClock.setTimer({ expire: fake }, 5_000);
      jest.advanceTimersByTime(5_000);
      expect([fake.mock.calls.length, real.mock.calls.length]).toEqual([1, 0]);
      systemClock.clearTimer(handle);
      jest.useRealTimers();
      await nextTurn();
      // As above.
      expect(activeTimeouts()).toBeLessThanOrEqual(before);
    });
  });

  describe('where there is no setImmediate', () => {
    it('turns the event loop by a timeout', async () => {
      const { setImmediate } = globalThis;
      Reflect.deleteProperty(globalThis, 'setImmediate');
      try {
        await jest.isolateModulesAsync(async () => {
          const isolated = await import('../../../../lib/core/time/system-clock.js');
          let turned = false;
          const timeout = new Promise<void>((resolve) => {
            setTimeout(() => {
              turned = true;
              resolve();
            }, 0);
          });
          await isolated.nextTurn();
          expect(turned).toBe(true);
          await timeout;
        });
      } finally {
        globalThis.setImmediate = setImmediate;
      }
    });
  });
});
