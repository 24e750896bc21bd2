const none = new Float64Array(0);
const FIRST_CAPACITY = 16;

/** One bucket: when it began, and what it counted of each kind. */
export interface BucketCounts {
  readonly startedAt: number;
  readonly counts: readonly number[];
}

/**
 * Counts of several kinds over the last `durationMs`, kept in at most `buckets` time buckets.
 *
 * A bucket begins with the first sample that finds no bucket younger than `durationMs / buckets`, and leaves the window
 * whole, `durationMs` after it began. So the first sample of a bucket counts for exactly that long: it is in at
 * `durationMs − 1` and out at `durationMs`; those that share its bucket go with it, early by less than one bucket.
 *
 * Reading and adding take constant time on average. Memory grows with the buckets that are in use at one time, so many
 * of them cost nothing where little happens. A `now` that is behind an earlier one counts as that earlier one.
 */
export class SlidingCounts {
  readonly #kinds: number;
  readonly #totals: Float64Array;
  #durationMs: number;
  #buckets: number;
  /** Ring of the times at which the buckets began; empty until the first sample. */
  #starts = none;
  /** For each bucket of the ring its counts, by kind. */
  #counts = none;
  #oldest = 0;
  #used = 0;
  #latest = -Infinity;

  constructor(durationMs: number, buckets: number, kinds: number) {
    this.#durationMs = durationMs;
    this.#buckets = buckets;
    this.#kinds = kinds;
    this.#totals = new Float64Array(kinds);
  }

  /** Counts `n` more of `kind`, a number below `kinds`. */
  add(now: number, kind: number, n = 1): void {
    this.#moveTo(now);
    const bucket = this.#currentBucket();
    increase(this.#counts, bucket * this.#kinds + kind, n);
    increase(this.#totals, kind, n);
  }

  /** How many of `kind` the window holds. */
  total(now: number, kind: number): number {
    this.#moveTo(now);
    return at(this.#totals, kind);
  }

  /** Starts empty. */
  clear(): void {
    this.#used = 0;
    this.#totals.fill(0);
  }

  /**
   * Changes the window and keeps what the new one still holds.
   *
   * Samples keep the time at which their bucket began, so where buckets become wider those that now share one leave
   * with the oldest of them.
   */
  resize(durationMs: number, buckets: number): void {
    const before = [...this.#content()];
    const latest = this.#latest;
    this.#durationMs = durationMs;
    this.#buckets = buckets;
    this.#starts = this.#counts = none;
    this.#latest = -Infinity;
    this.clear();
    for (const { startedAt, counts } of before) counts.forEach((n, kind) => this.add(startedAt, kind, n));
    this.#moveTo(latest);
  }

  /** What the window holds, by the buckets that it was counted in, oldest first. */
  content(now: number): Iterable<BucketCounts> {
    this.#moveTo(now);
    return this.#content();
  }

  *#content(): Iterable<BucketCounts> {
    for (let i = 0; i < this.#used; i++) {
      const bucket = this.#ringIndex(i);
      const counts = [...this.#counts.subarray(bucket * this.#kinds, (bucket + 1) * this.#kinds)];
      yield { startedAt: at(this.#starts, bucket), counts };
    }
  }

  #moveTo(now: number): void {
    if (now > this.#latest) this.#latest = now;
    while (this.#used > 0 && this.#latest - at(this.#starts, this.#oldest) >= this.#durationMs)
      this.#dropOldest();
  }

  #dropOldest(): void {
    for (let kind = 0; kind < this.#kinds; kind++) {
      increase(this.#totals, kind, -at(this.#counts, this.#oldest * this.#kinds + kind));
    }
    this.#oldest = this.#ringIndex(1);
    this.#used--;
  }

  #currentBucket(): number {
    const newest = this.#ringIndex(this.#used - 1);
    const widthMs = this.#durationMs / this.#buckets;
    if (this.#used > 0 && this.#latest - at(this.#starts, newest) < widthMs) return newest;
    if (this.#used === this.#starts.length) this.#grow();
    const bucket = this.#ringIndex(this.#used++);
    this.#starts[bucket] = this.#latest;
    this.#counts.fill(0, bucket * this.#kinds, (bucket + 1) * this.#kinds);
    return bucket;
  }

  /** The place in the ring of the bucket so many after the oldest. */
  #ringIndex(offset: number): number {
    return (this.#oldest + offset + this.#starts.length) % this.#starts.length;
  }

  /** Makes room for more buckets; the oldest is the first one then. */
  #grow(): void {
    const capacity = this.#starts.length * 2 || Math.min(this.#buckets + 1, FIRST_CAPACITY);
    const starts = new Float64Array(capacity);
    const counts = new Float64Array(capacity * this.#kinds);
    for (let i = 0; i < this.#used; i++) {
      const from = this.#ringIndex(i);
      starts[i] = at(this.#starts, from);
      for (let kind = 0; kind < this.#kinds; kind++)
        counts[i * this.#kinds + kind] = at(this.#counts, from * this.#kinds + kind);
    }
    this.#starts = starts;
    this.#counts = counts;
    this.#oldest = 0;
  }
}

/** Every index here is within its array. */
function at(values: Float64Array, index: number): number {
  return values[index] as number;
}

function increase(values: Float64Array, index: number, by: number): void {
  values[index] = at(values, index) + by;
}
