import { Waiter } from '../state/wait-line.js';
import type { Clock, TimerHandle, TimerTask } from '../time/clock.js';

/**
 * A call that waits for a permit.
 *
 * Once it is admitted it holds the permit, whether or not anybody has looked at it: a call that was interrupted in the
 * meantime gives the permit back by `leave()`.
 */
export class BulkheadWait extends Waiter<BulkheadWait> implements TimerTask {
  /** It waited for as long as it may. */
  timedOut = false;
  private timer: TimerHandle = undefined;

  /** @param timeoutMs - how long it may wait; `undefined`: no bound, and no timer */
  constructor(
    private readonly clock: Clock,
    timeoutMs: number | undefined,
  ) {
    super();
    if (timeoutMs !== undefined) this.timer = clock.setTimer(this, timeoutMs);
  }

  expire(): void {
    this.timedOut = true;
    this.leaveLine();
  }

  protected override leaveLine(): void {
    if (this.timer !== undefined) this.clock.clearTimer(this.timer);
    this.timer = undefined;
    super.leaveLine();
  }
}
