import type { Interruptible, Interruption } from './interruption.js';
import type { Clock, TimerHandle, TimerTask } from './time/clock.js';

/** How a race ends that its promise loses. */
export interface RaceLimits {
  /** Milliseconds; no limit by default. */
  readonly limitMs: number | undefined;
  /** Makes the error of a limit of so many milliseconds. */
  readonly limitError: (limitMs: number) => unknown;
  /** Takes a value that comes too late. */
  readonly late: (value: unknown) => void;
}

/** A promise with a limit and an emergency exit, whichever is first; what comes later is observed. */
export class Race implements TimerTask, Interruptible {
  readonly over: Promise<unknown>;
  private isOver = false;
  private reject!: (error: unknown) => void;
  private readonly timer: TimerHandle;

  constructor(
    private readonly clock: Clock,
    promise: Promise<unknown>,
    private readonly limits: RaceLimits,
  ) {
    this.over = new Promise((resolve, reject) => {
      this.reject = reject;
      promise.then(
        (value) => (this.finish() ? resolve(value) : limits.late(value)),
        (error: unknown) => {
          if (this.finish()) reject(error);
        },
      );
    });
    if (limits.limitMs !== undefined) this.timer = clock.setTimer(this, limits.limitMs);
  }

  expire(): void {
    if (this.finish()) this.reject(this.limits.limitError(this.limits.limitMs as number));
  }

  interrupt(interruption: Interruption): void {
    if (this.finish()) this.reject(interruption.error);
  }

  /** False for whoever comes second. */
  private finish(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    if (this.timer !== undefined) this.clock.clearTimer(this.timer);
    return true;
  }
}
