import { SlidingCounts } from '../../time/sliding-counts.js';
import type { SampleWindow } from './window.js';

const RECORDED = 0;
const FAILED = 1;
const SLOW = 2;

/** What began to be counted at one instant. */
export interface Bucket {
  /** Monotonic instant. */
  readonly at: number;
  readonly recorded: number;
  readonly failed: number;
  readonly slow: number;
}

/** The samples of the last `durationMs`, counted in buckets. */
export class TimeWindow implements SampleWindow {
  private readonly counts: SlidingCounts;
  private clean = true;

  constructor(durationMs: number, buckets: number) {
    this.counts = new SlidingCounts(durationMs, buckets, 3);
  }

  total(now: number): number {
    return this.counts.total(now, RECORDED);
  }

  failures(now: number): number {
    return this.counts.total(now, FAILED);
  }

  slow(now: number): number {
    return this.counts.total(now, SLOW);
  }

  isClean(): boolean {
    return this.clean;
  }

  /** Never: samples leave it with time. */
  isFullOfSuccesses(): boolean {
    return false;
  }

  minimum(minimumCalls: number): number {
    return minimumCalls;
  }

  record(now: number, failed: boolean, slow: boolean): void {
    this.counts.add(now, RECORDED);
    if (failed) this.counts.add(now, FAILED);
    if (slow) this.counts.add(now, SLOW);
    this.clean &&= !failed && !slow;
  }

  /** What each bucket holds, oldest first. */
  *buckets(now: number): Iterable<Bucket> {
    for (const { startedAt: at, counts } of this.counts.content(now)) {
      const [recorded = 0, failed = 0, slow = 0] = counts;
      yield { at, recorded, failed, slow };
    }
  }

  /** Takes in what another window has counted, oldest first. */
  take({ at, recorded, failed, slow }: Bucket): void {
    this.counts.add(at, RECORDED, recorded);
    this.counts.add(at, FAILED, failed);
    this.counts.add(at, SLOW, slow);
    this.clean &&= failed === 0 && slow === 0;
  }

  resize(durationMs: number, buckets: number): void {
    this.counts.resize(durationMs, buckets);
  }
}
