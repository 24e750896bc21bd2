/** Attempts before which nothing is slow. */
const WARM_UP = 10;
/** The newest attempt's weight is one in so many: a slowdown becomes the new normal only after some hundred. */
const WEIGHT = 100;
/** From how many times the baseline on an attempt is slow; what queues at the dependency is then longer than the work. */
const TOLERANCE = 2;
/** A difference that a busy event loop makes by itself. */
const NOISE_MS = 5;

/**
 * The usual latency of one dependency, which moves slowly.
 *
 * The mean of all attempts at first, from the hundredth on an exponential mean: b ← b + (d − b) / min(n, 100). An attempt
 * is slow when d > 2 · b + 5 ms, after ten attempts at the earliest. A slow one moves b as one at that bound would, so
 * that a few very slow ones do not make slowness usual.
 *
 * @see Gradient2Limit of Netflix' concurrency-limits, which compares with an exponential mean of long memory likewise
 */
export class LatencyBaseline {
  private meanMs = 0;
  private samples = 0;

  /** Whether this attempt was slow, compared with those before it. */
  isSlow(durationMs: number): boolean {
    return this.samples >= WARM_UP && durationMs > this.boundMs;
  }

  add(durationMs: number): void {
    const counted = this.isSlow(durationMs) ? this.boundMs : durationMs;
    if (this.samples < WEIGHT) this.samples++;
    this.meanMs += (counted - this.meanMs) / this.samples;
  }

  private get boundMs(): number {
    return TOLERANCE * this.meanMs + NOISE_MS;
  }
}
