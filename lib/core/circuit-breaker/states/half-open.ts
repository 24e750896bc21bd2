import type { CircuitContext } from '../circuit-context.js';
import type { Permit, Sample } from '../permit.js';
import type { StateRules } from './state-rules.js';

const LONGEST_RETRY_AFTER_MS = 1000;

/** Lets at most `halfOpenMaxCalls` probes through at a time and decides by what comes of them. */
export const halfOpen: StateRules = {
  name: 'halfOpen',

  admit(circuit: CircuitContext, permit: Permit): boolean {
    const { clock, settings, leases } = circuit;
    if (!circuit.mayProbe()) return false;
    const lease = leases.take(clock.now(), settings.halfOpenTimeoutMs, settings.halfOpenMaxCalls);
    if (lease === null) return false;
    permit.lease = lease;
    permit.generation = circuit.generation;
    return true;
  },

  record(circuit: CircuitContext, permit: Permit, sample: Sample): void {
    if (sample.verdict === 'failure' || sample.slow) circuit.probeFailed(permit, sample);
    else circuit.probeSucceeded(permit, sample);
  },

  retryAfter(circuit: CircuitContext, now: number): number {
    const restMs = Math.min(LONGEST_RETRY_AFTER_MS, circuit.leases.shortestRest(now));
    return circuit.probeWaitMs() || restMs;
  },
};
