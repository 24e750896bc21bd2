import type { Clock, TimerTask } from '../../lib/core/time/clock.js';
import { nextTurn } from '../../lib/core/time/system-clock.js';

interface StepTimer {
  readonly task: TimerTask;
  readonly dueAt: number;
}

/** A virtual clock for simulations: no waiting for I/O, one turn of the event loop after each timer. */
export class StepClock implements Clock {
  private timers: StepTimer[] = [];
  private time = 0;

  now(): number {
    return this.time;
  }

  epoch(): number {
    return this.time;
  }

  get pending(): number {
    return this.timers.length;
  }

  setTimer(task: TimerTask, delayMs: number): unknown {
    const timer = { task, dueAt: this.time + delayMs };
    this.timers.push(timer);
    return timer;
  }

  dueAt(handle: unknown): number {
    return (handle as StepTimer).dueAt;
  }

  clearTimer(handle: unknown): void {
    this.timers = this.timers.filter((timer) => timer !== handle);
  }

  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void> {
    return new Promise((expire) => void this.setTimer({ expire }, ms));
  }

  async runUntil(until: number): Promise<void> {
    await nextTurn();
    for (let next = this.next(until); next !== undefined; next = this.next(until)) {
      this.clearTimer(next);
      this.time = Math.max(this.time, next.dueAt);
      next.task.expire();
      await nextTurn();
    }
    this.time = Math.max(this.time, until);
  }

  private next(until: number): StepTimer | undefined {
    let first: StepTimer | undefined;
    for (const timer of this.timers)
      if (timer.dueAt <= until && (first === undefined || timer.dueAt < first.dueAt)) first = timer;
    return first;
  }
}
