import type { CircuitReason } from '../events/event-types.js';
import type { Clock } from '../time/clock.js';
import type { CircuitBreakerSettings } from './circuit-breaker-options.js';
import type { Leases } from './leases.js';
import type { Origin, Permit, Sample } from './permit.js';

/** What the states may read of their circuit, and the transitions they may ask for. */
export interface CircuitContext {
  readonly settings: CircuitBreakerSettings;
  readonly clock: Clock;
  readonly generation: number;
  /** Instant from which an open circuit takes probes. */
  readonly openUntil: number;
  /** Instant at which a state set by hand ends; Infinity without a time to live. */
  readonly manualUntil: number;
  /** The places of the probes under way. */
  readonly leases: Leases;
  /** Whether the fleet lets this instance probe; asks for it where that is not known. Always where nothing is shared. */
  mayProbe(): boolean;
  /** Milliseconds until the fleet may let this instance probe; 0 where that is not what a caller waits for. */
  probeWaitMs(): number;
  /** Asks the present state. */
  admit(permit: Permit): boolean;
  /** Takes a sample into the counts; the reason if a rule fires. */
  count(sample: Sample): CircuitReason | undefined;
  trip(reason: CircuitReason, origin: Origin, error: unknown): void;
  halfOpen(origin: Origin): void;
  probeSucceeded(origin: Origin, sample: Sample): void;
  probeFailed(origin: Origin, sample: Sample): void;
}
