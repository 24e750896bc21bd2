import type { CircuitContext } from '../circuit-context.js';
import type { Permit } from '../permit.js';
import type { StateRules } from './state-rules.js';

/** Refuses until the reset timeout is over; the first caller after it becomes a probe. No timer is needed for that. */
export const open: StateRules = {
  name: 'open',

  admit(circuit: CircuitContext, permit: Permit): boolean {
    if (circuit.clock.now() < circuit.openUntil || !circuit.mayProbe()) return false;
    circuit.halfOpen(permit);
    // Asked anew: a listener may have changed the state by hand meanwhile.
    return circuit.admit(permit);
  },

  record(): void {
    // Nothing is let through while open, so nothing of this generation can come back.
  },

  retryAfter(circuit: CircuitContext, now: number): number | undefined {
    const rest = circuit.openUntil - now;
    if (rest <= 0) return circuit.probeWaitMs();
    return Number.isFinite(rest) ? rest : undefined;
  },
};
