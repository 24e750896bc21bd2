import type { AdaptiveThrottle } from './adaptive-throttle/adaptive-throttle.js';
import type { Bulkhead } from './bulkhead/bulkhead.js';
import type { RateLimiter } from './rate-limiter/rate-limiter.js';
import type { Random } from './random.js';

/** What one policy wants of those who admit its attempts. */
export interface AdmissionRules {
  /** How long a call may wait for the rate limiter; 0: not at all. */
  readonly maxWaitMs: number;
  /** The slot is given back with the answer, not when the operation has settled. */
  readonly releaseOnAnswer: boolean;
}

/** In place of the number of a token that all instances count: it cannot be given back. */
export const OF_THE_FLEET = -1;

/** Throttle, limiter and bulkhead of one key: what an attempt has to pass behind the breaker, in this order. */
export class AdmissionControl {
  constructor(
    readonly throttle: AdaptiveThrottle | undefined,
    readonly limiter: RateLimiter | undefined,
    readonly bulkhead: Bulkhead | undefined,
    readonly rules: AdmissionRules,
  ) {}

  /** There are slots, and they are held until the work has ended. */
  get holdsUntilSettled(): boolean {
    return this.bulkhead !== undefined && !this.rules.releaseOnAnswer;
  }

  /** Lets an invocation pass that nobody waits for; false, and nothing taken, where that is not possible at once. */
  tryPass(random: Random): boolean {
    if (this.throttle?.tryEnter(random()) === false) return false;
    if (this.limiter !== undefined && !this.takesAtOnce(this.limiter)) return false;
    if (this.bulkhead?.tryEnter() !== false) return true;
    this.limiter?.giveBack();
    return false;
  }

  /** A limit that all instances keep is asked for, and so nothing is taken at once. */
  private takesAtOnce(limiter: RateLimiter): boolean {
    return limiter.fleet === undefined && limiter.tryTake();
  }

  /**
   * What has passed was not invoked after all.
   *
   * @param ticket - number of the limiter's token; without it, the one taken last
   */
  undo(ticket?: number): void {
    this.bulkhead?.leave();
    this.giveBack(ticket);
  }

  /** As {@link undo}, where there is no slot yet. */
  giveBack(ticket?: number): void {
    if (ticket !== OF_THE_FLEET) this.limiter?.giveBack(ticket);
  }
}
