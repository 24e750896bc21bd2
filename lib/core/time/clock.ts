/**
 * What a {@link Clock} calls when a timer falls due.
 *
 * An object instead of a callback, so that a call in flight can be its own timer task and waiting allocates no closure.
 */
export interface TimerTask {
  /** Called once, when the timer falls due. Must not throw: nobody is there to catch. */
  expire(): void;
}

/** What {@link Clock.setTimer} gave back; only its own clock can read it. */
export type TimerHandle = unknown;

/**
 * Where the engine takes time from: the system's, or a virtual one in tests.
 *
 * Everything that measures or waits uses `now()` and timers; the wall clock, which people and time servers move, is
 * only shown, sent and stored.
 */
export interface Clock {
  /** Monotonic milliseconds, fractions included, counted from any origin. Never jumps, never goes back. */
  now(): number;

  /** The wall clock in milliseconds since 1970. For display, headers and persistence; it may jump either way. */
  epoch(): number;

  /**
   * Calls `task.expire()` once, `delayMs` from now, never earlier.
   *
   * Any delay from 0 on; one beyond 2³¹−1 ms is waited in full, `Infinity` never falls due. The process stays alive
   * for a timer that has not fallen due. The task runs in an async context of the clock's choosing.
   */
  setTimer(task: TimerTask, delayMs: number): TimerHandle;

  /**
   * The instant at which a timer of this clock falls due, also after it has; NaN where that is known no more.
   *
   * A clock that tells it spares the engine a look at the time in every call that has a limit.
   */
  dueAt?(handle: TimerHandle): number;

  /** Forgets a timer. Does nothing when it has fallen due or was cleared before. */
  clearTimer(handle: TimerHandle): void;
}
