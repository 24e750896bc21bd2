import type { CircuitId } from './circuit-record.js';

/** A circuit opened at one instance. Lengths only: no clock crosses machines. */
export interface CircuitOpening extends CircuitId {
  readonly type: 'opened';
  /** Which instance; one that starts anew is another. */
  readonly instance: string;
  /** Milliseconds since it opened, as the store measures them. */
  readonly ageMs: number;
  /** Milliseconds from its opening to its first probe; absent: by hand only. */
  readonly openForMs?: number;
  /** Times it had opened again from half-open. */
  readonly reopenings: number;
}

/** Probes closed a circuit, or somebody reset it: openings from before that say nothing any more. */
export interface CircuitClosing extends CircuitId {
  readonly type: 'closed' | 'reset';
  readonly instance: string;
}

export type CircuitNews = CircuitOpening | CircuitClosing;

/** The right to probe for the whole fleet. */
export interface ProbeLease {
  /** Higher than that of every earlier lease of this circuit: who comes with a lower one has lost it. */
  readonly token: number;
}

/** What an instance asks for when its open circuit is due. */
export interface ProbeRequest extends CircuitId {
  /** After this many milliseconds the lease ends by itself. */
  readonly forMs: number;
  /** Leases of this circuit that may be out at a time. */
  readonly places: number;
}

/**
 * Openings, closings and probes among the instances that use one store.
 *
 * Nothing here is awaited by a call. How many openings make the others follow is a matter of the engine.
 */
export interface CircuitExchange {
  /** Of how many instances an opening within the last reset timeout makes the others open. An integer of at least 1. */
  readonly quorum: number;
  /** How long an answer about a probe is waited for, milliseconds; without one the local decision holds. */
  readonly answerWithinMs: number;

  /** Tells the others, within 100 ms. Must not throw; while the store is away it is kept or dropped, never waited for. */
  publish(news: CircuitNewsHere): void;

  /**
   * What the others tell, from now on, and, after the store was away, what they told meanwhile and still holds. Never
   * what this instance told itself. Gives back how to stop it.
   */
  listen(listener: (news: CircuitNews) => void): () => void;

  /** Asks for the fleet's probe; `null`: others hold it. Rejects where there is no answer. */
  requestProbe(request: ProbeRequest): Promise<ProbeLease | null>;

  /** Gives a lease back before its time; one that has been lost gives nothing back. Must not throw. */
  releaseProbe(circuit: CircuitId, lease: ProbeLease): void;
}

/** News as the instance tells them where they happen: now, and of itself. */
export type CircuitNewsHere = Omit<CircuitOpening, 'instance' | 'ageMs'> | Omit<CircuitClosing, 'instance'>;
