import type { ErrorCategory } from '../classify/error-category.js';
import type { CircuitState } from '../events/event-types.js';
import type { Clock } from '../time/clock.js';
import type { Circuit } from './circuit.js';

/** A circuit at one instant. Instants are epoch milliseconds, lengths milliseconds. */
export interface CircuitSnapshot {
  /** The breaker's name: the operation, service or policy it belongs to, or the `name` it was given. */
  readonly name: string;
  /** The key of a keyed circuit. */
  readonly key?: string;
  /** `'halfOpen'` from the instant at which an open circuit takes probes, though none may have come yet. */
  readonly state: CircuitState;
  /** Failures in the window; without a window, consecutive failed calls. While open, those that opened it. */
  readonly failures: number;
  /** Successes in the window, or of probes since the circuit half-opened; 0 where no window is kept. */
  readonly successes: number;
  /** Failures by recorded samples; absent where no window is kept or nothing was recorded. */
  readonly failureRatio?: number;
  /** When the last counted failure ended. */
  readonly lastFailureAt?: number;
  /** Category of the last counted failure. */
  readonly lastError?: ErrorCategory;
  /** When an open circuit takes its first probe, or when a state set by hand ends; absent when nobody knows. */
  readonly openUntil?: number;
  /** The current length of the open state, with its growth. */
  readonly resetTimeout: number;
  /** Probes under way that still hold their permit. */
  readonly probes: number;
  /** Changes with every change of state. */
  readonly generation: number;
}

/** What a snapshot needs beside the circuit. */
export interface SnapshotContext {
  readonly clock: Clock;
  readonly classify: (error: unknown) => ErrorCategory;
}

export function snapshotOf(circuit: Circuit, { clock, classify }: SnapshotContext): CircuitSnapshot {
  circuit.settle();
  const { name, key, state, tally, generation } = circuit;
  const until = endOf(circuit, state);
  const toEpoch = (instant: number): number => Math.round(clock.epoch() + (instant - clock.now()));
  return {
    name,
    state,
    ...circuit.figures(),
    resetTimeout: circuit.resetTimeoutMs,
    probes: circuit.probesUnderWay,
    generation,
    ...(key === undefined ? {} : { key }),
    ...(Number.isNaN(tally.lastFailureAt)
      ? {}
      : {
          lastFailureAt: toEpoch(tally.lastFailureAt),
          lastError: tally.lastCategory ?? classify(tally.lastFailure),
        }),
    ...(Number.isFinite(until) ? { openUntil: toEpoch(until) } : {}),
  };
}

/** Monotonic instant at which the state ends by itself; Infinity where it does not. */
function endOf(circuit: Circuit, state: CircuitState): number {
  if (state === 'open') return circuit.openUntil;
  return state === 'closed' || state === 'halfOpen' ? Infinity : circuit.manualUntil;
}
