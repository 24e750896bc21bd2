import type { CallMeter } from './events/call-meter.js';

/** Counters of one operation under one policy; plain numbers, for they are touched by every call. */
export class CallStats {
  calls = 0;
  attempts = 0;
  retries = 0;
  successes = 0;
  failures = 0;
  rejections = 0;
  timeouts = 0;
  aborted = 0;
  fallbacks = 0;
  /** Who else counts, durations included; `null` where nobody does, and then no call reads the clock for it. */
  meter: CallMeter | null = null;

  /** Counts a call that ended with an error. */
  countFailed(outcome: 'failure' | 'timeout' | 'rejected' | 'aborted'): void {
    if (outcome === 'failure') this.failures++;
    else if (outcome === 'timeout') this.timeouts++;
    else if (outcome === 'rejected') this.rejections++;
    else this.aborted++;
  }

  add(other: CallStats): void {
    this.calls += other.calls;
    this.attempts += other.attempts;
    this.retries += other.retries;
    this.successes += other.successes;
    this.failures += other.failures;
    this.rejections += other.rejections;
    this.timeouts += other.timeouts;
    this.aborted += other.aborted;
    this.fallbacks += other.fallbacks;
  }
}

/** Counts since the policy was made. Every ended call is in exactly one of the six outcomes. */
export interface PolicyStats {
  /** Calls begun. */
  readonly calls: number;
  /** Attempts that invoked the operation, those included that were made elsewhere and only told. */
  readonly attempts: number;
  /** Attempts of calls after their first. */
  readonly retries: number;
  readonly successes: number;
  readonly failures: number;
  /** Calls that ended with a refusal: by breaker, throttle, limiter, bulkhead or the end of the application. */
  readonly rejections: number;
  /** Calls that ended with an error of the category `timeout`: a limit of the policy, or one of the operation's own. */
  readonly timeouts: number;
  readonly aborted: number;
  readonly fallbacks: number;
  /** Successes by ended calls, 0–1; 1 before the first call has ended. */
  readonly successRate: number;
  /** Retries by calls; 0 before the first call. */
  readonly averageRetries: number;
}

export function summarize(stats: CallStats): PolicyStats {
  const { calls, attempts, retries, successes, failures, rejections, timeouts, aborted, fallbacks } = stats;
  const ended = successes + failures + rejections + timeouts + aborted + fallbacks;
  return {
    calls,
    attempts,
    retries,
    successes,
    failures,
    rejections,
    timeouts,
    aborted,
    fallbacks,
    successRate: ended === 0 ? 1 : successes / ended,
    averageRetries: calls === 0 ? 0 : retries / calls,
  };
}
