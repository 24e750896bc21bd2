import type { CircuitContext } from '../circuit-context.js';
import type { Permit, Sample } from '../permit.js';

/** The questions that each state of a circuit answers for itself. The objects are shared by all circuits. */
export interface StateRules {
  readonly name: 'closed' | 'open' | 'halfOpen' | 'forcedOpen' | 'disabled';
  /** May this attempt run? Fills in the permit if so. */
  admit(circuit: CircuitContext, permit: Permit): boolean;
  /** Takes in a sample of the current generation. */
  record(circuit: CircuitContext, permit: Permit, sample: Sample): void;
  /** Milliseconds after which asking again makes sense; `undefined` when nobody knows. */
  retryAfter(circuit: CircuitContext, now: number): number | undefined;
}
