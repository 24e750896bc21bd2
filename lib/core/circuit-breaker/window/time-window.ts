import { SlidingCounts } from '../../time/sliding-counts.js';
import type { SampleWindow } from './window.js';

const RECORDED = 0;
const FAILED = 1;
const SLOW = 2;

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

  minimum(minimumCalls: number): number {
    return minimumCalls;
  }

  record(now: number, failed: boolean, slow: boolean): void {
    this.counts.add(now, RECORDED);
    if (failed) this.counts.add(now, FAILED);
    if (slow) this.counts.add(now, SLOW);
    this.clean &&= !failed && !slow;
  }

  resize(durationMs: number, buckets: number): void {
    this.counts.resize(durationMs, buckets);
  }
}
