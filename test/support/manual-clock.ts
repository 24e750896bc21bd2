import type { Clock, TimerTask } from '../../lib/core/time/clock.js';

interface ManualTimer {
  readonly task: TimerTask;
  readonly dueAt: number;
}

/** A clock that a test moves within one tick: what falls due on the way has run when `moveTo` returns. */
export class ManualClock implements Clock {
  private readonly timers = new Set<ManualTimer>();

  constructor(private time = 0) {}

  now(): number {
    return this.time;
  }

  epoch(): number {
    return this.time;
  }

  get pending(): number {
    return this.timers.size;
  }

  setTimer(task: TimerTask, delayMs: number): unknown {
    const timer = { task, dueAt: this.time + delayMs };
    this.timers.add(timer);
    return timer;
  }

  clearTimer(handle: unknown): void {
    this.timers.delete(handle as ManualTimer);
  }

  /** Moves on to `time`; timers of one time fall due in the order in which they were set. */
  moveTo(time: number): void {
    for (let next = this.next(time); next !== undefined; next = this.next(time)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.dueAt);
      next.task.expire();
    }
    this.time = Math.max(this.time, time);
  }

  private next(until: number): ManualTimer | undefined {
    let first: ManualTimer | undefined;
    for (const timer of this.timers)
      if (timer.dueAt <= until && (first === undefined || timer.dueAt < first.dueAt)) first = timer;
    return first;
  }
}
