import { Waiter } from '../state/wait-line.js';

/**
 * A call that waits for its token. It leaves the line without one where a lower rate would make it wait for too long.
 *
 * Once it is admitted it has taken the token, whether or not anybody has looked at it: a call that was interrupted in the
 * meantime gives it back by `giveBack(wait.ticket)`.
 */
export class RateLimiterWait extends Waiter<RateLimiterWait> {
  /** Number of the token that it got; 0 before. */
  ticket = 0;

  /**
   * @param latestAt - until when it may wait
   * @param left - to be told that it stands in the line no longer
   */
  constructor(
    readonly latestAt: number,
    private readonly left: () => void,
  ) {
    super();
  }

  protected override leaveLine(): void {
    if (this.line === undefined) return;
    super.leaveLine();
    this.left();
  }
}
