import type { CircuitId } from '../core/ports/circuit-record.js';

/** One text for each circuit, whatever breaker and key are called. */
export function idOf({ breaker, key }: CircuitId): string {
  return JSON.stringify(key === undefined ? [breaker] : [breaker, key]);
}
