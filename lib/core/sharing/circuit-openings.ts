import { textOf } from '../ports/circuit-id.js';
import type { CircuitId } from '../ports/circuit-record.js';
import type { CircuitOpening } from '../ports/circuit-exchange.js';

/** Circuits of which openings are remembered; beyond it the oldest go. */
const MOST_CIRCUITS = 10_000;

/** An opening at another instance, by our own monotonic clock. */
export interface Opening {
  readonly at: number;
  readonly openUntil: number;
  readonly reopenings: number;
}

/** What the other instances have told of circuits that opened, the latest of each. */
export class CircuitOpenings {
  private readonly circuits = new Map<string, Map<string, Opening>>();

  add({ instance, ageMs, openForMs = Infinity, reopenings, ...circuit }: CircuitOpening, now: number): void {
    const id = textOf(circuit);
    const openings = this.circuits.get(id) ?? new Map<string, Opening>();
    this.circuits.delete(id);
    this.circuits.set(id, openings);
    openings.set(instance, { at: now - ageMs, openUntil: now - ageMs + openForMs, reopenings });
    const [oldest] = this.circuits.keys();
    if (this.circuits.size > MOST_CIRCUITS && oldest !== undefined) this.circuits.delete(oldest);
  }

  /** They say nothing any more. */
  forget(circuit: CircuitId): void {
    this.circuits.delete(textOf(circuit));
  }

  /** Those within the last `withinMs`, of each instance at most one; the others are forgotten. */
  within(circuit: CircuitId, withinMs: number, now: number): readonly Opening[] {
    const openings = this.circuits.get(textOf(circuit));
    if (openings === undefined) return [];
    for (const [instance, { at }] of openings) if (at + withinMs <= now) openings.delete(instance);
    return [...openings.values()];
  }
}
