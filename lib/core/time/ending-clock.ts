import type { Clock, TimerHandle, TimerTask } from './clock.js';

/**
 * A clock whose timers all end at once when it ends itself.
 *
 * An operation that never settles keeps the timers of its limits: without this, they would keep the process of an
 * application alive that has ended.
 */
export class EndingClock implements Clock {
  private newest: PendingTimer | undefined;
  private isOver = false;

  readonly dueAt?: (handle: TimerHandle) => number;

  constructor(private readonly clock: Clock) {
    if (clock.dueAt !== undefined) this.dueAt = (handle) => this.dueAtOf(clock, handle);
  }

  now(): number {
    return this.clock.now();
  }

  epoch(): number {
    return this.clock.epoch();
  }

  /** Once the clock has ended, no timer falls due any more. */
  setTimer(task: TimerTask, delayMs: number): TimerHandle {
    if (this.isOver) return undefined;
    const timer = new PendingTimer(this, task, this.newest);
    this.newest = timer;
    timer.handle = this.clock.setTimer(timer, delayMs);
    return timer;
  }

  clearTimer(handle: TimerHandle): void {
    if (!(handle instanceof PendingTimer)) return;
    this.forget(handle);
    this.clock.clearTimer(handle.handle);
  }

  /** Clears every timer; what they were for goes on without them. */
  end(): void {
    this.isOver = true;
    while (this.newest !== undefined) this.clearTimer(this.newest);
  }

  private dueAtOf(clock: Clock, handle: TimerHandle): number {
    return (handle instanceof PendingTimer ? clock.dueAt?.(handle.handle) : undefined) ?? NaN;
  }

  /** @internal The timer is no longer pending. */
  forget(timer: PendingTimer): void {
    const { older, newer } = timer;
    if (this.newest === timer) this.newest = older;
    if (newer !== undefined) newer.older = older;
    if (older !== undefined) older.newer = newer;
    // A handle that somebody keeps must not keep its neighbours.
    timer.older = timer.newer = undefined;
  }
}

/** A link in the list of pending timers; adding and removing costs a few pointer writes. */
class PendingTimer implements TimerTask {
  handle: TimerHandle = undefined;
  newer: PendingTimer | undefined = undefined;

  constructor(
    private readonly owner: EndingClock,
    private readonly task: TimerTask,
    public older: PendingTimer | undefined,
  ) {
    if (older !== undefined) older.newer = this;
  }

  expire(): void {
    this.owner.forget(this);
    this.task.expire();
  }
}
