/** How many latencies are remembered. */
const SIZE = 100;
/** With fewer latencies than this a percentile says nothing. */
const FEWEST = 10;

/** The last latencies, always in order, so that a percentile is read at once. */
export class Latencies {
  /** By age: a ring whose oldest is at `next` once it is full. */
  private readonly ring: number[] = [];
  private readonly sorted: number[] = [];
  private next = 0;

  add(latencyMs: number): void {
    if (this.ring.length === SIZE) this.sorted.splice(this.positionOf(this.ring[this.next] as number), 1);
    this.ring[this.next] = latencyMs;
    this.next = (this.next + 1) % SIZE;
    this.sorted.splice(this.positionOf(latencyMs), 0, latencyMs);
  }

  /**
   * The smallest latency that at least this share of all do not exceed ("nearest rank"); Infinity while too few are
   * known.
   *
   * @param share in (0, 1]
   */
  percentile(share: number): number {
    const { length } = this.sorted;
    if (length < FEWEST) return Infinity;
    return this.sorted[Math.ceil(share * length) - 1] as number;
  }

  /** The first position whose latency is not smaller. */
  private positionOf(latencyMs: number): number {
    let [from, to] = [0, this.sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.sorted[middle] as number) < latencyMs) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
