/** Bounds of the classes grow by a tenth: what is read from them is off by a twentieth at most. */
const GROWTH = 1.1;
const SMALLEST_MS = 0.1;
/** Up to a quarter of an hour; longer ones count as that. */
const CLASSES = 170;
const LOG_GROWTH = Math.log(GROWTH);

/** How much of the past is left a second later: half of what percentiles tell is from the last three seconds. */
const KEPT = 0.8;
const NOTHING = 0.05;

/** Durations as a person asks for them: half, 95 and 99 of a hundred are shorter, in milliseconds. */
export type Percentiles = readonly [p50: number, p95: number, p99: number];

const wanted = [0.5, 0.95, 0.99] as const;

/** Recent durations in classes: of one size however many there are. */
export class Latencies {
  private readonly counts = new Float32Array(CLASSES);
  private total = 0;

  add(durationMs: number): void {
    const place = Math.ceil(Math.log(durationMs / SMALLEST_MS) / LOG_GROWTH);
    const at = Math.min(Math.max(place, 0), CLASSES - 1);
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.total++;
  }

  /** Takes in the durations of another operation. */
  include(other: Latencies): void {
    other.counts.forEach((count, at) => {
      this.counts[at] = (this.counts[at] ?? 0) + count;
    });
    this.total += other.total;
  }

  /** A second has passed: what was counted until now weighs less. */
  fade(): void {
    if (this.total === 0) return;
    this.total *= KEPT;
    if (this.total < NOTHING) {
      this.total = 0;
      this.counts.fill(0);
    } else this.counts.forEach((count, at) => (this.counts[at] = count * KEPT));
  }

  /** `undefined` where nothing was counted lately. */
  percentiles(): Percentiles | undefined {
    if (this.total === 0) return undefined;
    return wanted.map((ratio) => this.below(ratio * this.total)) as unknown as Percentiles;
  }

  private below(rank: number): number {
    let seen = 0;
    const at = this.counts.findIndex((count) => (seen += count) >= rank * (1 - 1e-6));
    const upper = SMALLEST_MS * GROWTH ** (at < 0 ? CLASSES - 1 : at);
    return Number((upper / Math.sqrt(GROWTH)).toPrecision(3));
  }
}
