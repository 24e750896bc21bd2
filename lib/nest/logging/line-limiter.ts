import type { LoggingKey, LogLevel } from '../../core/logging-options.js';
import type { Clock, TimerHandle, TimerTask } from '../../core/time/clock.js';

/** What was held back in one second. */
export interface HeldBack {
  readonly count: number;
  /** The loudest level among them. */
  readonly level: LogLevel;
  /** How many of each sort, the first to come first. */
  readonly sorts: ReadonlyMap<LoggingKey, number>;
}

const ONE_SECOND_MS = 1000;

const loudness: readonly LogLevel[] = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'];

/**
 * Lets the first lines of a second through and counts the rest, which it reports when the second is over.
 *
 * A second begins with its first line; a timer exists only while something has been held back, so never longer than that.
 */
export class LineLimiter implements TimerTask {
  private secondEndsAt = -Infinity;
  private admitted = 0;
  private sorts = new Map<LoggingKey, number>();
  private level: LogLevel = 'verbose';
  private timer: TimerHandle = undefined;

  /** @param report must not throw, for a timer calls it */
  constructor(
    private readonly clock: Clock,
    private readonly maxPerSecond: number,
    private readonly report: (held: HeldBack) => void,
  ) {}

  /** Whether a line may be written now; if not, it is counted. */
  admit(sort: LoggingKey, level: LogLevel): boolean {
    const now = this.clock.now();
    if (now >= this.secondEndsAt) {
      this.close();
      this.secondEndsAt = now + ONE_SECOND_MS;
      this.admitted = 0;
    }
    if (this.admitted < this.maxPerSecond) {
      this.admitted++;
      return true;
    }
    if (this.sorts.size === 0) this.timer = this.clock.setTimer(this, this.secondEndsAt - now);
    this.sorts.set(sort, (this.sorts.get(sort) ?? 0) + 1);
    if (loudness.indexOf(level) > loudness.indexOf(this.level)) this.level = level;
    return false;
  }

  expire(): void {
    this.close();
  }

  /** Reports what is held back now; nothing stays behind. */
  close(): void {
    if (this.sorts.size === 0) return;
    this.clock.clearTimer(this.timer);
    const { sorts, level } = this;
    this.sorts = new Map();
    this.level = 'verbose';
    let count = 0;
    for (const each of sorts.values()) count += each;
    this.report({ count, level, sorts });
  }
}
