import type { AdaptiveLimitSettings } from './adaptive-options.js';
import { LatencyBaseline } from './latency-baseline.js';

/** What is left of the limit after a drop. */
const BACKOFF_RATIO = 0.9;

/** How one attempt ended that held a permit. */
export interface LimitSample {
  readonly endedAt: number;
  readonly durationMs: number;
  /** It ran into a timeout, so that its duration says nothing about the dependency's latency. */
  readonly timedOut: boolean;
  /** How many permits were held when it ended, its own included. */
  readonly inFlight: number;
}

/**
 * A limit that finds itself: additive increase, multiplicative decrease.
 *
 * A drop, which is an attempt that timed out or was slow, makes it limit × 0.9, rounded down; any other attempt makes it
 * limit + 1, but only while in flight × 2 ≥ limit, for an idle dependency says nothing about a higher limit. Attempts that
 * began before the last decrease say nothing about the limit since, so that fifty timeouts at once are one drop.
 *
 * @see AIMDLimit of Netflix' concurrency-limits (backoff ratio 0.9); M. Allman, V. Paxson, E. Blanton, "TCP Congestion
 * Control", RFC 5681, 2009 (one decrease per flight)
 */
export class AdaptiveLimit {
  private readonly baseline = new LatencyBaseline();
  private decreasedAt = -Infinity;
  private current: number;

  /** @param start - where the limit begins, as far as the bounds let it */
  constructor(
    private bounds: AdaptiveLimitSettings,
    start: number,
  ) {
    this.current = this.bounded(start);
  }

  /** A whole number from `min` to `max`. */
  get limit(): number {
    return this.current;
  }

  record(sample: LimitSample): void {
    const { endedAt, durationMs, timedOut, inFlight } = sample;
    if (endedAt - durationMs < this.decreasedAt) return;
    if (timedOut || this.baseline.isSlow(durationMs)) this.decrease(endedAt);
    else if (inFlight * 2 >= this.current) this.current = this.bounded(this.current + 1);
    if (!timedOut) this.baseline.add(durationMs);
  }

  /** Goes on within other bounds, with what was learned. */
  reconfigure(bounds: AdaptiveLimitSettings): void {
    this.bounds = bounds;
    this.current = this.bounded(this.current);
  }

  private decrease(now: number): void {
    this.current = this.bounded(Math.floor(this.current * BACKOFF_RATIO));
    this.decreasedAt = now;
  }

  private bounded(limit: number): number {
    return Math.min(this.bounds.max, Math.max(this.bounds.min, limit));
  }
}
