import type { ErrorCategory } from '../classify/error-category.js';
import type { Emitter } from '../events/emitter.js';
import type { CircuitEvent, CircuitState } from '../events/event-types.js';
import type { CircuitRecord } from '../ports/circuit-record.js';
import { KeyedStates } from '../state/keyed-states.js';
import { OperationUsers } from '../state/operation-users.js';
import type { SharedState } from '../state/state-registry.js';
import type { Clock } from '../time/clock.js';
import { WallTime } from '../time/wall-time.js';
import type { CircuitBreakerSettings } from './circuit-breaker-options.js';
import type { CircuitFleet, CircuitOwner, FleetCircuit, Transition } from './circuit-owner.js';
import { recordOf, resumeFrom } from './circuit-memory.js';
import { snapshotOf, type CircuitSnapshot, type SnapshotContext } from './circuit-snapshot.js';
import { Circuit } from './circuit.js';

/** A circuit that is disabled or only observes lets calls through, as a closed one does. */
const eventOf: Readonly<Record<CircuitState, CircuitEvent['type']>> = {
  closed: 'circuitClosed',
  disabled: 'circuitClosed',
  observing: 'circuitClosed',
  halfOpen: 'circuitHalfOpened',
  open: 'circuitOpened',
  forcedOpen: 'circuitOpened',
};

/** Where circuits are written down, if anywhere. */
export interface CircuitKeeping {
  /** A circuit is no longer what was written down, or is gone. Must be cheap: a call may wait for it. */
  touched(breaker: Breaker, key: string | undefined): void;
}

/** What a breaker needs of its engine. */
export interface BreakerContext {
  readonly clock: Clock;
  readonly classify: (error: unknown) => ErrorCategory;
  readonly events: Emitter;
  readonly keeping?: CircuitKeeping | undefined;
  readonly fleet?: CircuitFleet | undefined;
}

/**
 * A breaker: the circuits of one identity, one per key, with their shared options.
 *
 * Its events reach the engine's listeners once, and those of every policy that uses the breaker.
 */
export class Breaker implements CircuitOwner, SharedState<CircuitBreakerSettings> {
  readonly circuits: KeyedStates<Circuit>;
  /** The names of the policies that use this breaker, by their emitters: more than one may go by a name. */
  private readonly users = new Map<Emitter, string>();
  private readonly operationUsers = new OperationUsers();
  private readonly shown: SnapshotContext;

  constructor(
    readonly name: string,
    public settings: CircuitBreakerSettings,
    private readonly context: BreakerContext,
  ) {
    this.circuits = new KeyedStates(
      (key) => this.made(key),
      settings.maxKeys,
      (key) => this.context.keeping?.touched(this, key),
    );
    this.shown = { wall: new WallTime(context.clock), classify: context.classify };
  }

  get clock(): Clock {
    return this.context.clock;
  }

  get fleet(): CircuitFleet | undefined {
    return this.context.fleet;
  }

  /** A policy that uses this breaker; its listeners hear of every transition. */
  join(policy: string, events: Emitter, operation: string = policy): void {
    this.users.set(events, policy);
    this.operationUsers.join(policy, operation);
  }

  /** Names of the policies that use this breaker, in order of their first use. */
  get policies(): readonly string[] {
    return [...new Set(this.users.values())];
  }

  /** The operations that use it, by their policies. */
  get operations(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.operationUsers.all;
  }

  reconfigure(settings: CircuitBreakerSettings): void {
    this.settings = settings;
    this.circuits.maxKeys = settings.maxKeys;
    for (const circuit of this.circuits.all()) circuit.reconfigured();
  }

  snapshots(): CircuitSnapshot[] {
    return [...this.circuits.all()].map((circuit) => snapshotOf(circuit, this.shown));
  }

  /** The circuit of this key as it is; one that was never used is shown closed, and not made for that. */
  snapshot(key: string | undefined): CircuitSnapshot {
    return snapshotOf(this.circuits.peek(key) ?? new Circuit(this, key), this.shown);
  }

  /** The circuit of this key as it is written down; `null` where nothing of it is worth it. */
  record(key: string | undefined): CircuitRecord | null {
    const circuit = this.circuits.peek(key);
    return circuit === undefined ? null : recordOf(circuit, this.context);
  }

  /** Puts circuits back to what was written down; those to which something has happened meanwhile stay as they are. */
  resume(records: readonly CircuitRecord[]): void {
    for (const record of records.slice(-this.settings.maxKeys - 1)) {
      const circuit = this.circuits.get(record.key);
      if (!circuit.isNew && (record.state === 'closed' || !circuit.isUntouched)) continue;
      resumeFrom(circuit, record, this.clock);
      this.circuits.resort(record.key);
    }
  }

  private made(key: string | undefined): Circuit {
    const circuit = new Circuit(this, key);
    this.fleet?.joined(circuit, this.name);
    return circuit;
  }

  touched(circuit: { readonly key: string | undefined }): void {
    this.context.keeping?.touched(this, circuit.key);
  }

  changed(transition: Transition, circuit: FleetCircuit): void {
    // Late results of a forgotten circuit are no news of the one that has its key now.
    if (this.circuits.peek(transition.key) !== circuit) return;
    this.circuits.resort(transition.key);
    this.fleet?.changed(circuit, this.name, transition);
    const event = this.event(transition);
    for (const events of this.everyone()) events.emitHere(event);
  }

  /** Options are given anew: listeners that were among the old ones go, whoever subscribed by the policy's name stays. */
  release(): void {
    const users = [...this.users];
    this.users.clear();
    this.operationUsers.clear();
    for (const [events, policy] of users) this.users.set(this.namedEmitterOf(events), policy);
  }

  /** The emitters of all users and those above them, each once, the engine's last. */
  private everyone(): Iterable<Emitter> {
    const { events: everybody } = this.context;
    const all = new Set<Emitter>();
    for (const user of this.users.keys()) {
      for (let events: Emitter | undefined = user; events !== undefined; events = events.parent)
        if (events !== everybody) all.add(events);
    }
    return all.add(everybody);
  }

  /** The one right below the engine's, which all that runs under one policy's name shares. */
  private namedEmitterOf(events: Emitter): Emitter {
    let named = events;
    while (named.parent !== undefined && named.parent !== this.context.events) named = named.parent;
    return named;
  }

  private event({ key, from, to, reason, error, origin }: Transition): CircuitEvent {
    return {
      type: eventOf[to],
      policy: origin?.policy ?? this.policies[0] ?? '',
      operation: origin?.operation ?? this.name,
      at: this.clock.epoch(),
      callId: origin?.callId ?? '',
      breaker: this.name,
      from,
      to,
      reason,
      ...(key === undefined ? {} : { key }),
      ...(error === undefined ? {} : { error }),
    };
  }
}
