/** The platform's monotonic clock and its timers, which belong together: both real, or both faked by a test. */
export interface PlatformTimers {
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Time passes by itself: no timer fires before the event loop has turned. */
  readonly areReal?: boolean;
}
