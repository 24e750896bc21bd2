import type { Interruptible } from './interruption.js';
import type { Clock, TimerHandle, TimerTask } from './time/clock.js';
import { nextTurn } from './time/system-clock.js';

/** A wait that ends when its time is over or when it is interrupted, whichever is first. */
export class Pause implements TimerTask, Interruptible {
  /** Resolves either way; who waits looks for himself whether he was interrupted. */
  readonly over: Promise<void>;
  private end!: () => void;
  private readonly timer: TimerHandle;

  constructor(
    private readonly clock: Clock,
    delayMs: number,
  ) {
    this.over = new Promise((resolve) => {
      this.end = resolve;
    });
    this.timer = clock.setTimer(this, delayMs);
  }

  expire(): void {
    this.end();
  }

  interrupt(): void {
    this.clock.clearTimer(this.timer);
    this.end();
  }
}

/** A wait for one turn of the event loop, without a timer. */
export class NextTurn implements Interruptible {
  readonly over: Promise<void>;
  private end!: () => void;

  constructor() {
    this.over = new Promise((resolve) => {
      this.end = resolve;
      void nextTurn().then(resolve);
    });
  }

  interrupt(): void {
    this.end();
  }
}
