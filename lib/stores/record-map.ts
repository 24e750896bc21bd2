import type { CircuitChange, CircuitId, CircuitRecord } from '../core/ports/circuit-record.js';

/** Records by breaker and key, whatever these are called. */
export class RecordMap {
  private readonly byId = new Map<string, CircuitRecord>();

  constructor(records: readonly CircuitRecord[] = []) {
    for (const record of records) this.byId.set(idOf(record), record);
  }

  /** Whether anything is another than before. */
  apply({ record, ...circuit }: CircuitChange): boolean {
    const id = idOf(circuit);
    if (record === null) return this.byId.delete(id);
    this.byId.set(id, record);
    return true;
  }

  all(): readonly CircuitRecord[] {
    return [...this.byId.values()];
  }
}

function idOf({ breaker, key }: CircuitId): string {
  return JSON.stringify(key === undefined ? [breaker] : [breaker, key]);
}
