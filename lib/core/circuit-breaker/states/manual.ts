import type { CircuitContext } from '../circuit-context.js';
import { UNRECORDED, type Permit } from '../permit.js';
import type { StateRules } from './state-rules.js';

/** Refuses everything until somebody closes the circuit or its time to live is over. */
export const forcedOpen: StateRules = {
  name: 'forcedOpen',
  admit: () => false,
  record: () => undefined,
  retryAfter(circuit: CircuitContext, now: number): number | undefined {
    const rest = circuit.manualUntil - now;
    return Number.isFinite(rest) ? Math.max(0, rest) : undefined;
  },
};

/** Lets everything through and records nothing. */
export const disabled: StateRules = {
  name: 'disabled',
  admit(_circuit: CircuitContext, permit: Permit): boolean {
    permit.generation = UNRECORDED;
    return true;
  },
  record: () => undefined,
  retryAfter: () => undefined,
};
