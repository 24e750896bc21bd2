import {
  resolveCircuitBreaker,
  type CircuitBreakerOptions,
} from '../../lib/core/circuit-breaker/circuit-breaker-options.js';
import type { CircuitContext } from '../../lib/core/circuit-breaker/circuit-context.js';
import { Leases } from '../../lib/core/circuit-breaker/leases.js';
import { StoppedClock } from './circuit.js';

/** A circuit as a state sees it, with every transition that the state asks for in a log. */
export function circuitContext(options: CircuitBreakerOptions = {}) {
  const log: unknown[][] = [];
  const note =
    (what: string) =>
    (...args: unknown[]): void =>
      void log.push([what, ...args]);
  const clock = new StoppedClock();
  const circuit = {
    settings: resolveCircuitBreaker(options),
    clock,
    generation: 7,
    openUntil: 60_000,
    manualUntil: Infinity,
    leases: new Leases(),
    mayProbe: () => true,
    probeWaitMs: () => 0,
    admit: jest.fn(() => true),
    count: jest.fn<ReturnType<CircuitContext['count']>, Parameters<CircuitContext['count']>>(),
    trip: note('trip'),
    halfOpen: note('halfOpen'),
    probeSucceeded: note('probeSucceeded'),
    probeFailed: note('probeFailed'),
  } satisfies CircuitContext;
  return { circuit, clock, log };
}
