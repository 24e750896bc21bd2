import { Waiter } from '../state/wait-line.js';

/**
 * A call that waits for its token.
 *
 * Once it is admitted it has taken the token, whether or not anybody has looked at it: a call that was interrupted in the
 * meantime gives it back by `giveBack(wait.ticket)`.
 */
export class RateLimiterWait extends Waiter<RateLimiterWait> {
  /** Number of the token that it got; 0 before. */
  ticket = 0;

  /** @param left - to be told that it stands in the line no longer */
  constructor(private readonly left: () => void) {
    super();
  }

  protected override leaveLine(): void {
    if (this.line === undefined) return;
    super.leaveLine();
    this.left();
  }
}
