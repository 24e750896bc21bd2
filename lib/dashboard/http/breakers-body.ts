import type { CircuitSnapshot } from '../../core/circuit-breaker/circuit-snapshot.js';
import type { OperationOfPolicy, ResilienceInspection } from '../../nest/inspection/resilience-inspection.js';
import { MAX_KEYS } from '../live/targets.js';

/** A circuit with who uses it. */
export interface ShownCircuit extends CircuitSnapshot {
  /** The operations that use the breaker. */
  readonly uses: readonly OperationOfPolicy[];
  /** Of a keyed breaker, how many of its circuits are in each state. */
  readonly states?: Readonly<Record<string, number>>;
}

/** Every circuit; of a keyed breaker 20, those that are not closed first. */
export function breakersBody(inspection: ResilienceInspection): readonly ShownCircuit[] {
  return inspection
    .breakers(MAX_KEYS)
    .flatMap(({ circuits, uses, keys, states }) =>
      circuits.map((circuit) => ({ ...circuit, uses, ...(keys > 0 && { states }) })),
    );
}
