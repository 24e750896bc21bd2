import type { CircuitId } from './circuit-record.js';

export function circuitId(breaker: string, key: string | undefined): CircuitId {
  return key === undefined ? { breaker } : { breaker, key };
}

/** One text for each circuit, whatever breaker and key are called. */
export function textOf({ breaker, key }: CircuitId): string {
  return JSON.stringify(key === undefined ? [breaker] : [breaker, key]);
}
