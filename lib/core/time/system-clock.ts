import type { Clock, TimerHandle, TimerTask } from './clock.js';
import type { PlatformTimers } from './platform-timers.js';
import { dueAt, type TimerEntry } from './timer-list.js';
import { TimerQueue } from './timer-queue.js';

// Taken at load, unlike everything else here: what is said to be real is real under fake timers too, where a faked
// timer would wait for a test that does not know of it.
const realSetTimeout = globalThis.setTimeout;
const onNextTurn: (callback: () => void) => void =
  globalThis.setImmediate ?? ((callback: () => void) => realSetTimeout(callback, 0));

/** The timers behind the globals as they are now. */
function currentTimers(): PlatformTimers {
  const { setTimeout, clearTimeout, performance } = globalThis;
  const { now } = performance;
  return {
    now: () => now.call(performance),
    setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
    areReal: setTimeout === realSetTimeout,
    clearTimeout: (timer) => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
  };
}

/** Those timers, for which the process does not stay alive. */
function inBackground(timers: PlatformTimers): PlatformTimers {
  return {
    ...timers,
    setTimeout: (callback, delayMs) => {
      const timer = timers.setTimeout(callback, delayMs) as { unref?: () => void };
      timer.unref?.();
      return timer;
    },
  };
}

let knownSetTimeout: unknown = globalThis.setTimeout;
let timers = currentTimers();
let backgroundTimers = inBackground(timers);

function timersInForce(): PlatformTimers {
  if (knownSetTimeout !== globalThis.setTimeout) followGlobals();
  return timers;
}

function followGlobals(): void {
  knownSetTimeout = globalThis.setTimeout;
  timers = currentTimers();
  backgroundTimers = inBackground(timers);
}

const queue = new TimerQueue(timersInForce, onNextTurn);

const backgroundQueue = new TimerQueue(() => {
  timersInForce();
  return backgroundTimers;
}, onNextTurn);

/**
 * The platform's clocks and timers.
 *
 * The globals are read at each call, so that fake timers which a test installs later are seen. However many timers of
 * one delay are pending, they share one platform timer.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),

  setTimer(task: TimerTask, delayMs: number): TimerHandle {
    if (delayMs === Infinity) return undefined;
    return queue.add(task, delayMs > 0 ? delayMs : 0);
  },

  dueAt(handle: TimerHandle): number {
    return handle === undefined ? Infinity : dueAt(handle as TimerEntry);
  },

  setBackgroundTimer(task: TimerTask, delayMs: number): TimerHandle {
    if (delayMs === Infinity) return undefined;
    return backgroundQueue.add(task, delayMs > 0 ? delayMs : 0);
  },

  clearTimer(handle: TimerHandle): void {
    if (handle !== undefined) queue.remove(handle as TimerEntry);
  },
};

/** Lets the real event loop turn once: what is ready to run now, timers and I/O included, runs before it resolves. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    onNextTurn(resolve);
  });
}

/** Waits in real time, for test tools alone: everything else waits by its clock. */
export function realDelay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    realSetTimeout(resolve, ms);
  });
}
