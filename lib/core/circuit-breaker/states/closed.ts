import type { CircuitContext } from '../circuit-context.js';
import type { Permit, Sample } from '../permit.js';
import type { StateRules } from './state-rules.js';

/** Lets everything through and counts. */
export const closed: StateRules = {
  name: 'closed',

  admit(circuit: CircuitContext, permit: Permit): boolean {
    permit.generation = circuit.generation;
    return true;
  },

  record(circuit: CircuitContext, permit: Permit, sample: Sample): void {
    const reason = circuit.count(sample);
    if (reason !== undefined) circuit.trip(reason, permit, sample.error);
  },

  retryAfter: () => undefined,
};
