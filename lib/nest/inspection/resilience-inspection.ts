import type { ExplainedOption } from '../../config/explain.js';
import type { PolicyStats } from '../../core/call-stats.js';
import type { CircuitSnapshot } from '../../core/circuit-breaker/circuit-snapshot.js';
import type { ResilienceEvents } from '../../core/events/emitter.js';
import type { AdminAction, CircuitState } from '../../core/events/event-types.js';
import type { Clock } from '../../core/time/clock.js';

/**
 * Token of the application's {@link ResilienceInspection}, which `ResilienceModule.forRoot()` provides.
 *
 * `Symbol.for`: the ESM and the CommonJS copy of the package, in one process, mean the same thing.
 */
export const RESILIENCE_INSPECTION = Symbol.for('nestjs-holdfast.inspection');

/** An operation, and the policy that it runs under. */
export interface OperationOfPolicy {
  readonly policy: string;
  readonly operation: string;
}

/** A breaker at one instant. */
export interface InspectedBreaker {
  readonly name: string;
  /** The operations that use it. */
  readonly uses: readonly OperationOfPolicy[];
  /** How many keyed circuits there are; 0 for a breaker without keys. */
  readonly keys: number;
  /** How many circuits are in each state; of a breaker without keys it is one in one state. */
  readonly states: Readonly<Record<CircuitState, number>>;
  /** Failures by recorded results of all circuits; absent where no window is kept or nothing was recorded. */
  readonly failureRatio?: number;
  /** Its circuits, those that are not closed first; of many keys only as many as were asked for. */
  readonly circuits: readonly CircuitSnapshot[];
}

/** A bulkhead at one instant, all its keys together. */
export interface InspectedBulkhead {
  readonly name: string;
  readonly uses: readonly OperationOfPolicy[];
  /** Slots of all keys together. */
  readonly limit: number;
  readonly inFlight: number;
  readonly queued: number;
}

/** A retry budget at one instant, all its keys together. */
export interface InspectedBudget {
  readonly name: string;
  readonly uses: readonly OperationOfPolicy[];
  /** Retries in the window. */
  readonly used: number;
  /** Retries that the window allows, those used included. */
  readonly allowed: number;
}

/** A change of a breaker by hand, with who makes it. */
export interface AdminRequest {
  /** Of a breaker, or of a policy for all its breakers. */
  readonly name: string;
  /** Of a keyed circuit; without it, the circuit of calls that have no key. */
  readonly key?: string;
  readonly action: AdminAction;
  /** Milliseconds after which a state that was set by hand ends. */
  readonly ttlMs?: number;
  readonly actor: string;
}

/** What a page sees of an application, and may do to it. */
export interface ResilienceInspection {
  readonly clock: Clock;
  /** The events of all its policies. */
  readonly events: ResilienceEvents;
  /** Names of the policies, in order. */
  readonly policies: readonly string[];
  /** Names of the operations that decorators and routes have put under policies. */
  readonly operations: readonly string[];

  /** Every breaker in use, with at most so many circuits each. */
  breakers(maxCircuits: number): readonly InspectedBreaker[];
  bulkheads(): readonly InspectedBulkhead[];
  budgets(): readonly InspectedBudget[];
  /** Every effective option of an operation or a policy, with the source that gave it. */
  explain(name: string): readonly ExplainedOption[];
  /** Counts of a policy since the application began. */
  stats(policy: string): PolicyStats;

  /**
   * Changes breakers by hand, and tells every listener who did it (`adminAction`).
   *
   * @returns the circuits as they are afterwards; `undefined` where a breaker has no circuit of this key
   * @throws ResilienceConfigError (`CONFIG_INVALID`) when the name matches nothing, with the nearest one.
   */
  act(request: AdminRequest): readonly CircuitSnapshot[] | undefined;
}
