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

/** A circuit as the others of its fleet see it. */
export interface FleetCircuit {
  readonly key: string | undefined;
  readonly settings: CircuitBreakerSettings;
  /** Its rules are closed, open or half-open; no hand has set another state. */
  readonly isRuled: boolean;
  readonly isIdle: boolean;
  /** Probes under way here. */
  readonly probesUnderWay: number;
  readonly growth: number;
  readonly openUntil: number;
  readonly generation: number;
  /** Opens, or stays open, for so long from now on and with this growth, because the fleet has. */
  followOpen(forMs: number, growth: number): void;
  /** Begins open where the fleet has opened before it was there. */
  resume(resumed: { readonly state: 'open'; readonly until: number; readonly growth: number }): void;
  /** Closes because the fleet has. */
  followClosed(): void;
}

/** What circuits share with the same circuits at other instances. */
export interface CircuitFleet {
  /** One has come, of which the others may know more. */
  joined(circuit: FleetCircuit, breaker: string): void;
  changed(circuit: FleetCircuit, breaker: string, transition: Transition): void;
  /** Somebody has reset it by hand. */
  wasReset(circuit: FleetCircuit, breaker: string): void;
  mayProbe(circuit: FleetCircuit, breaker: string): boolean;
  probeWaitMs(circuit: FleetCircuit): number;
}

/** What all circuits of one breaker share. */
export interface CircuitOwner {
  readonly name: string;
  readonly settings: CircuitBreakerSettings;
  readonly clock: Clock;
  /** `undefined` where the instances know nothing of one another. */
  readonly fleet: CircuitFleet | undefined;
  /** @param circuit - the one that has changed; it may have been forgotten while calls were under way in it */
  changed(transition: Transition, circuit: FleetCircuit): void;
  /** What is worth writing down of a circuit is no longer what it was. Never told for successes of a healthy one. */
  touched(circuit: { readonly key: string | undefined }): void;
}
