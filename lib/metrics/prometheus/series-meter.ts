import type { AttemptOutcome, CallMeter } from '../../core/events/call-meter.js';
import type { CallOutcome, CallRejectedEvent } from '../../core/events/event-types.js';
import type { OperationSeries } from './operation-series.js';

/** Counts the calls of one operation, which has its series from its first call on: labels are given as calls come. */
export class SeriesMeter implements CallMeter {
  private found: OperationSeries | null = null;

  /** @param refusedBy counts a refusal by a breaker */
  constructor(
    private readonly find: () => OperationSeries,
    private readonly refusedBy: (breaker: string) => void,
  ) {}

  succeeded(attempt: number, durationMs: number): void {
    const series = this.found ?? this.series();
    series.attempts.success.add(attempt);
    series.calls.success.add(durationMs);
  }

  ended(outcome: CallOutcome, durationMs: number): void {
    this.series().calls[outcome].add(durationMs);
  }

  attempted(attempt: number, outcome: AttemptOutcome): void {
    this.series().attempts[outcome].add(attempt);
  }

  refused(attempt: number, reason: CallRejectedEvent['reason'], breaker: string | undefined): void {
    const series = this.series();
    series.attempts.rejected.add(attempt);
    if (breaker !== undefined) this.refusedBy(breaker);
    if (reason === 'rateLimiter') series.rateLimited++;
  }

  fellBack(index: number, outcome: 'success' | 'failure'): void {
    this.series().fallbacks[outcome].add(index);
  }

  private series(): OperationSeries {
    return (this.found ??= this.find());
  }
}
