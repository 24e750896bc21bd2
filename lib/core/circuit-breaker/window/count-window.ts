import type { SampleWindow } from './window.js';

const FAILED = 1;
const SLOW = 2;

/**
 * The newest `size` samples. The ring exists only while it holds a failure or a slow sample: a healthy circuit is a
 * counter.
 */
export class CountWindow implements SampleWindow {
  private ring: Uint8Array | null = null;
  private next = 0;
  private recorded = 0;
  private failed = 0;
  private slowed = 0;

  constructor(private readonly size: number) {}

  total(): number {
    return this.recorded;
  }

  failures(): number {
    return this.failed;
  }

  slow(): number {
    return this.slowed;
  }

  isClean(): boolean {
    return this.ring === null;
  }

  isFullOfSuccesses(): boolean {
    return this.ring === null && this.recorded === this.size;
  }

  minimum(minimumCalls: number): number {
    return Math.min(minimumCalls, this.size);
  }

  record(_now: number, failed: boolean, slow: boolean): void {
    if (this.ring === null) {
      if (!failed && !slow) {
        if (this.recorded < this.size) this.recorded++;
        return;
      }
      this.ring = new Uint8Array(this.size);
      this.next = this.recorded === this.size ? 0 : this.recorded;
    }
    this.push(this.ring, (failed ? FAILED : 0) | (slow ? SLOW : 0));
  }

  /** The newest samples that fit, in a window of another size. */
  resized(size: number): CountWindow {
    const other = new CountWindow(size);
    for (const { failed, slow } of this.samples(size)) other.record(0, failed, slow);
    return other;
  }

  /** The newest `most` samples, oldest first. */
  *samples(most = this.size): Iterable<{ readonly failed: boolean; readonly slow: boolean }> {
    for (let age = Math.min(this.recorded, most); age >= 1; age--) {
      const bits = this.ring === null ? 0 : at(this.ring, (this.next - age + this.size) % this.size);
      yield { failed: (bits & FAILED) !== 0, slow: (bits & SLOW) !== 0 };
    }
  }

  private push(ring: Uint8Array, bits: number): void {
    const old = at(ring, this.next);
    if (this.recorded < this.size) this.recorded++;
    this.failed += (bits & FAILED) - (old & FAILED);
    this.slowed += (bits >> 1) - (old >> 1);
    ring[this.next] = bits;
    this.next = this.next + 1 === this.size ? 0 : this.next + 1;
    if (this.failed === 0 && this.slowed === 0) this.ring = null;
  }
}

/** Every index here is within the ring. */
function at(ring: Uint8Array, index: number): number {
  return ring[index] as number;
}
