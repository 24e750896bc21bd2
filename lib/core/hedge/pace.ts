import type { Clock, TimerHandle, TimerTask } from '../time/clock.js';

/** When the next hedge is due, and what wakes up the one who decides. */
export class Pace implements TimerTask {
  private chances = 0;
  private isDue = false;
  private timer: TimerHandle = undefined;
  private resolve: () => void = noop;
  private hasChanged = false;

  /** @param pauseMs - from one invocation to the next; Infinity: only failures call for another one */
  constructor(
    private readonly clock: Clock,
    private readonly pauseMs: number,
    private readonly maxHedges: number,
  ) {}

  /** An invocation has begun: another one is due after the pause. */
  next(): void {
    this.stop();
    if (this.chances >= this.maxHedges || this.pauseMs === Infinity) return;
    if (this.pauseMs === 0) this.isDue = true;
    else this.timer = this.clock.setTimer(this, this.pauseMs);
  }

  expire(): void {
    this.isDue = true;
    this.wake();
  }

  /** An invocation has failed: another one is due at once. */
  hurry(): void {
    this.isDue = true;
  }

  /** Whether another invocation is due; each chance is taken once, whatever comes of it. */
  takeChance(): boolean {
    if (!this.isDue || this.chances >= this.maxHedges) return false;
    this.isDue = false;
    this.chances++;
    return true;
  }

  wake(): void {
    this.hasChanged = true;
    this.resolve();
  }

  /** Resolves when something has happened since the last time. */
  async change(): Promise<void> {
    if (!this.hasChanged) {
      await new Promise<void>((resolve) => {
        this.resolve = resolve;
      });
    }
    this.hasChanged = false;
  }

  stop(): void {
    if (this.timer !== undefined) this.clock.clearTimer(this.timer);
    this.timer = undefined;
  }
}

function noop(): void {
  // nobody waits yet
}
