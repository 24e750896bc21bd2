import type { CircuitReason, CircuitState } from '../events/event-types.js';
import type { Clock } from '../time/clock.js';
import type { CircuitBreakerSettings } from './circuit-breaker-options.js';
import type { Origin } from './permit.js';

/** A change of a circuit's state, as its owner hears of it. */
export interface Transition {
  /** The key of the circuit; `undefined` for the unkeyed one. */
  readonly key: string | undefined;
  readonly from: CircuitState;
  readonly to: CircuitState;
  readonly reason: CircuitReason;
  /** The failure that opened it. */
  readonly error: unknown;
  /** The call that brought it about; `undefined` where somebody's hand or the time did. */
  readonly origin: Origin | undefined;
}

/** What all circuits of one breaker share. */
export interface CircuitOwner {
  readonly name: string;
  readonly settings: CircuitBreakerSettings;
  readonly clock: Clock;
  /** @param circuit - the one that has changed; it may have been forgotten while calls were under way in it */
  changed(transition: Transition, circuit: unknown): void;
  /** What is worth writing down of a circuit is no longer what it was. Never told for successes of a healthy one. */
  touched(circuit: { readonly key: string | undefined }): void;
}
