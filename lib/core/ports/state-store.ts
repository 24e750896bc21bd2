import type { Random } from '../random.js';
import type { Clock } from '../time/clock.js';
import type { CircuitChange, CircuitRecord } from './circuit-record.js';
import type { CircuitExchange } from './circuit-exchange.js';
import type { PermitStore } from './permit-store.js';

/** What an engine lends to its store. */
export interface StoreHost {
  /** Time for everything that the store measures or waits for; its timers end with the application. */
  readonly clock: Clock;
  readonly random: Random;
  /** Something that harms no call but should be known; listeners and logs get it. Never put secrets in it. */
  diagnose(message: string, error?: unknown): void;
  /** The store has found out by itself that it cannot serve. Said once until it has recovered, however often called. */
  unavailable(error: unknown): void;
  /** It serves again. Said once, and what could not be saved meanwhile is saved now. */
  recovered(): void;
}

/**
 * Where circuits are kept beyond the process.
 *
 * The engine calls it in the background, never for a call: {@link attach}, then {@link load} (again, later, where it
 * failed), {@link save} one at a time, and {@link close} at the end. What rejects is told once as `storeUnavailable` and
 * tried again; nobody's call fails for it.
 */
export interface StateStore {
  /** What messages call it, such as `file /var/lib/app/circuits.json`. Without passwords. */
  readonly description: string;

  /** An engine begins to use the store; before anything else, once for each engine. Must not wait or throw. */
  attach?(host: StoreHost): void;

  /**
   * Everything that is kept, at once or later: what is given at once holds before the first call. Records that are no
   * records are passed over with a diagnostic.
   *
   * What the store finds corrupt it puts aside by itself and gives what is left, possibly nothing: a rejection means
   * "cannot be read now, try again".
   */
  load(): readonly CircuitRecord[] | Promise<readonly CircuitRecord[]>;

  /** Writes these changes down, all or none as far as it can. A later change of a circuit replaces the earlier one. */
  save(changes: readonly CircuitChange[]): Promise<void>;

  /**
   * The engine has ended: writes what is not written yet and gives back what the store opened itself, never what the
   * user handed in. Once for each engine that was attached.
   */
  close?(): Promise<void>;

  /** Circuits and probes shared with other instances; absent where the store has no others to talk to. */
  readonly exchange?: CircuitExchange;

  /** Limits shared with other instances; absent where the store has none. */
  readonly permits?: PermitStore;
}
