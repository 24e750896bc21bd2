import type { ErrorCategory } from '../classify/error-category.js';
import type { Clock } from '../time/clock.js';
import type { WindowSettings } from './window-options.js';
import type { Sample } from './permit.js';
import { adaptWindow, createWindow } from './window/create-window.js';
import type { SampleWindow } from './window/window.js';

/** What a circuit shows of its counts. */
export interface Figures {
  readonly failures: number;
  readonly successes: number;
  /** Absent without a window, or while it is empty. */
  readonly failureRatio?: number;
}

/**
 * What a circuit has counted since it last closed or half-opened, and its last failure ever.
 *
 * While the circuit is open the counts stand still: they tell why it opened.
 */
export class Tally {
  /** Failed calls since the last success. */
  consecutiveFailures = 0;
  probeSuccesses = 0;
  /** Kept only where a ratio rule looks at it, from the first sample on. */
  window: SampleWindow | null = null;
  lastFailure: unknown = undefined;
  /** Of a last failure that another process has counted: nothing more is known of it. */
  lastCategory: ErrorCategory | undefined = undefined;
  /** Monotonic instant of the last counted failure; NaN before the first. */
  lastFailureAt = NaN;

  /** Counts a sample; gives the instant if the clock was read, which only failures and time windows need, else 0. */
  add(sample: Sample, window: WindowSettings | undefined, clock: Clock): number {
    const failed = sample.verdict === 'failure';
    const now = failed || window?.type === 'time' ? clock.now() : 0;
    if (failed) this.addFailure(sample, now);
    else this.consecutiveFailures = 0;
    if (window !== undefined) (this.window ??= createWindow(window)).record(now, failed, sample.slow);
    return now;
  }

  /** Counts what a probe came to. */
  addProbe(sample: Sample, clock: Clock): void {
    if (sample.verdict === 'failure') this.addFailure(sample, clock.now());
    else this.probeSuccesses++;
  }

  /** A further success would change nothing. */
  get isFullOfSuccesses(): boolean {
    return this.consecutiveFailures === 0 && this.window !== null && this.window.isFullOfSuccesses();
  }

  /** Nothing has been counted yet. */
  get isEmpty(): boolean {
    return this.consecutiveFailures === 0 && this.window === null && Number.isNaN(this.lastFailureAt);
  }

  figures(now: number): Figures {
    const { window } = this;
    if (window === null) return { failures: this.consecutiveFailures, successes: this.probeSuccesses };
    const total = window.total(now);
    const failures = window.failures(now);
    return {
      failures,
      successes: total - failures,
      ...(total > 0 ? { failureRatio: failures / total } : {}),
    };
  }

  /** Starts anew; the last failure stays known. */
  clear(): void {
    this.consecutiveFailures = 0;
    this.probeSuccesses = 0;
    this.window = null;
  }

  forgetLastFailure(): void {
    this.lastFailure = undefined;
    this.lastCategory = undefined;
    this.lastFailureAt = NaN;
  }

  /** Keeps what fits into a window of other options. */
  adapt(window: WindowSettings | undefined): void {
    this.window = adaptWindow(this.window, window);
  }

  private addFailure({ repeated, error }: Sample, now: number): void {
    if (!repeated) this.consecutiveFailures++;
    this.lastFailure = error;
    this.lastCategory = undefined;
    this.lastFailureAt = now;
  }
}
