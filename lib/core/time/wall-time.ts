import type { Clock } from './clock.js';

/** The wall clock shows whole milliseconds, and a busy machine reads the two clocks a little apart. */
const NOISE_MS = 10;

/**
 * Shows instants of the monotonic clock as people read time: one instant is the same time whenever it is asked for, as
 * long as nobody sets the wall clock.
 */
export class WallTime {
  private offsetMs = NaN;

  constructor(private readonly clock: Clock) {}

  /** Whole milliseconds since 1970. */
  at(instant: number): number {
    const offsetMs = this.clock.epoch() - this.clock.now();
    const isNoise = Math.abs(offsetMs - this.offsetMs) <= NOISE_MS;
    if (!isNoise) this.offsetMs = offsetMs;
    return Math.round(this.offsetMs + instant);
  }
}
