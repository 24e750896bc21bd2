import { callReport, type CallReason, type CallReport } from '../../core/call-report.js';
import type { CallOutcome, FailureEvent } from '../../core/events/event-types.js';
import type { ErrorCategory } from '../../core/classify/error-category.js';
import { printable } from '../../core/printable.js';
import { fullError } from '../logging/describe-error.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';

/** Why one call failed, in plain data that may be sent as JSON: no arguments, results or error objects. @public */
export interface FailedCall {
  /** When it ended, epoch milliseconds. */
  readonly at: number;
  readonly callId: string;
  readonly policy: string;
  readonly operation: string;
  readonly outcome: Exclude<CallOutcome, 'success' | 'fallback'>;
  /** Why no further attempt was made; absent where something else than an object was thrown. */
  readonly reason?: CallReason;
  /** Category of the error that it ended with. */
  readonly category: ErrorCategory;
  /** Attempts made, rejected ones included. */
  readonly attempts: number;
  /** Milliseconds of the whole call. */
  readonly duration?: number;
  /** What it ended with: code or name, and message, without what is likely to be a secret; at most 256 characters. */
  readonly error: string;
  /** What each attempt ended with, as `error`; of more than 18 the first 9 and the last 9. */
  readonly errors: readonly string[];
  /** Milliseconds between the attempts; of more than 18 the first 9 and the last 9. */
  readonly delays: readonly number[];
  /** How many calls of this operation failed with this outcome in the second that this one began; it stands for all. */
  readonly alike: number;
}

type Kept = { -readonly [K in keyof FailedCall]: FailedCall[K] };

const LONGEST_ERROR = 256;
const SAMPLE_MS = 1000;
/** More kinds of failure in one second are not kept. */
const MOST_PER_SECOND = 50;

/**
 * The newest failed calls, so many and no more. Of calls that fail alike, those of one operation with one outcome, one a
 * second is kept, with the number of the others.
 */
export class RecentFailures {
  private readonly kept: Kept[] = [];
  private readonly ofSecond = new Map<string, Kept>();
  private secondEndsAt = -Infinity;

  constructor(private readonly runtime: ResilienceRuntime) {
    // Nobody pays for what nobody asked for: with a listener every call reads the clock.
    if (runtime.settings.recentFailures > 0) runtime.engine.events.on('failure', (event) => this.add(event));
  }

  /** The newest last. */
  list(): readonly FailedCall[] {
    return this.kept.map((failure) => ({ ...failure }));
  }

  private add(event: FailureEvent): void {
    const now = this.runtime.engine.clock.now();
    if (now >= this.secondEndsAt) {
      this.ofSecond.clear();
      this.secondEndsAt = now + SAMPLE_MS;
    }
    const kind = `${event.outcome} ${event.operation}`;
    const known = this.ofSecond.get(kind);
    if (known !== undefined) known.alike++;
    else if (this.ofSecond.size < MOST_PER_SECOND) this.keep(kind, recordOf(event));
  }

  private keep(kind: string, failure: Kept): void {
    this.ofSecond.set(kind, failure);
    this.kept.push(failure);
    if (this.kept.length > this.runtime.settings.recentFailures) this.kept.shift();
  }
}

function recordOf({ error, attempt, duration, ...event }: FailureEvent): Kept {
  const { at, callId, policy, operation, outcome, category } = event;
  const report = reportOf(error, event);
  return {
    ...{ at, callId, policy, operation, outcome, category, attempts: attempt },
    ...(duration !== undefined && { duration }),
    ...(report !== undefined && { reason: report.reason }),
    error: text(error),
    errors: report?.errors.map(text) ?? [],
    delays: report?.delays ?? [],
    alike: 1,
  };
}

/** What other calls, that the same error object ended, have to tell is not this one's. */
function reportOf(
  error: unknown,
  { policy, operation }: Omit<FailureEvent, 'error' | 'attempt'>,
): CallReport | undefined {
  const report = callReport(error);
  return report?.policy === policy && report.operation === operation ? report : undefined;
}

function text(error: unknown): string {
  return printable(printable(fullError(error), LONGEST_ERROR), LONGEST_ERROR);
}
