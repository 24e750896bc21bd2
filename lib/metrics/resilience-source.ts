import type { CallMeterFactory } from '../core/events/call-meter.js';
import type { ResilienceEvents } from '../core/events/emitter.js';
import type { Surround } from '../core/events/surround.js';
import type { CircuitState } from '../core/events/event-types.js';

/**
 * Token of the application's {@link ResilienceSource}, which `ResilienceModule.forRoot()` provides.
 *
 * `Symbol.for`: the ESM and the CommonJS copy of the package, in one process, mean the same thing.
 */
export const RESILIENCE_SOURCE = Symbol.for('nestjs-holdfast.source');

/** A breaker at one instant: all its circuits together, so that keys never become labels. */
export interface BreakerReading {
  readonly name: string;
  /** How many circuits are in each state; of a breaker without keys it is one in one state. */
  readonly states: Readonly<Record<CircuitState, number>>;
  /** Failures by recorded samples of all circuits; absent where no window is kept or nothing was recorded. */
  readonly failureRatio?: number;
}

/**
 * A bulkhead at one instant, all its keys together, as one of the operations sees it that use it: those that share one
 * see the same figures.
 */
export interface BulkheadReading {
  readonly policy: string;
  readonly operation: string;
  /** Slots held. */
  readonly inFlight: number;
  /** Calls that wait for one. */
  readonly queued: number;
  /** Of the slots held, those of operations whose callers have been answered. */
  readonly abandoned: number;
}

/** What metrics and traces read of an application. */
export interface ResilienceSource {
  /** The events of all its policies. */
  readonly events: ResilienceEvents;
  /** Counts and times the calls of every operation, on the fast lane too; the function returned ends it. */
  measure(meterOf: CallMeterFactory): () => void;
  /** Lets a function run every invocation of an operation; the function returned ends that. */
  surround(run: Surround): () => void;
  /** Every breaker as it is now; one whose open time is over is shown half-open, though no probe may have come yet. */
  breakers(): readonly BreakerReading[];
  /** Every bulkhead for every operation that uses it. */
  bulkheads(): readonly BulkheadReading[];
  /** Whether the store of state served when it was asked last; true without one. */
  isStoreUp(): boolean;
}
