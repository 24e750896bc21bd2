import { SlidingCounts } from '../time/sliding-counts.js';
import type { AdaptiveThrottleOwner } from './adaptive-throttle-owner.js';

const REQUESTS = 0;
const ACCEPTS = 1;
/** A request leaves the window early by less than a hundredth of it. */
const BUCKETS = 100;

/**
 * The requests and accepts of one key within the window.
 *
 * A call is rejected with probability max(0, (requests − k · accepts) / (requests + 1)). Rejected ones count as requests,
 * so that the dependency gets at most about k times what it accepts, and a little always gets through.
 *
 * @see "Handling Overload", Site Reliability Engineering, 2016 (client-side throttling)
 */
export class AdaptiveThrottle {
  /** It rejects nothing, as far as was last seen: little is lost when it is forgotten. */
  isIdle = true;
  private readonly counts: SlidingCounts;

  constructor(
    private readonly owner: AdaptiveThrottleOwner,
    readonly key: string | undefined,
  ) {
    this.counts = new SlidingCounts(owner.settings.windowMs, BUCKETS, 2);
  }

  /** The probability with which a call would be rejected now; in [0, 1). */
  probability(): number {
    return this.probabilityAt(this.owner.clock.now());
  }

  /**
   * Says whether a request may be made; one that may not is counted at once.
   *
   * One that may is counted when its outcome is known: of the first calls, all under way at the same time, none has been
   * accepted yet, and none may be rejected for that.
   *
   * @param random - uniform in [0, 1)
   */
  tryEnter(random: number): boolean {
    const now = this.owner.clock.now();
    const probability = this.probabilityAt(now);
    this.settle(probability === 0);
    if (random >= probability) return true;
    this.counts.add(now, REQUESTS);
    return false;
  }

  /** A request was accepted by the dependency, be it with an error of the caller's own making. */
  accepted(): void {
    const now = this.owner.clock.now();
    this.counts.add(now, REQUESTS);
    this.counts.add(now, ACCEPTS);
    if (!this.isIdle) this.settle(this.probabilityAt(now) === 0);
  }

  /** A request was refused by the dependency, or not answered. */
  refused(): void {
    const now = this.owner.clock.now();
    this.counts.add(now, REQUESTS);
    this.settle(this.probabilityAt(now) === 0);
  }

  /** Takes over the owner's new settings; what was counted stays. */
  reconfigured(): void {
    this.counts.resize(this.owner.settings.windowMs, BUCKETS);
  }

  private probabilityAt(now: number): number {
    const requests = this.counts.total(now, REQUESTS);
    const accepts = this.counts.total(now, ACCEPTS);
    return Math.max(0, (requests - this.owner.settings.k * accepts) / (requests + 1));
  }

  private settle(isIdle: boolean): void {
    if (this.isIdle === isIdle) return;
    this.isIdle = isIdle;
    this.owner.turned(this.key);
  }
}
