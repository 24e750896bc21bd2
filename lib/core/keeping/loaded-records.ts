import { circuitId } from '../ports/circuit-id.js';
import type { CircuitChange, CircuitRecord } from '../ports/circuit-record.js';
import { isCircuitRecord } from '../ports/is-circuit-record.js';

/** What nobody has asked for during this time goes: its breaker is called otherwise today. */
const KEPT_MS = 30 * 24 * 60 * 60_000;

/** What a store has given, until the breakers come that it belongs to. */
export class LoadedRecords {
  private readonly byBreaker = new Map<string, CircuitRecord[]>();
  /** How many of those given were records. */
  count = 0;
  /** How many were none. */
  refused = 0;
  /** Those that are too old to be kept. */
  readonly outdated: CircuitChange[] = [];

  constructor(given: readonly unknown[], epoch: number) {
    for (const record of given) {
      if (!isCircuitRecord(record)) this.refused++;
      else if (isOutdated(record, epoch))
        this.outdated.push({ ...circuitId(record.breaker, record.key), record: null });
      else this.add(record);
    }
  }

  /** Hands out those of one breaker. */
  take(breaker: string): readonly CircuitRecord[] {
    const records = this.byBreaker.get(breaker) ?? [];
    this.byBreaker.delete(breaker);
    return records;
  }

  private add(record: CircuitRecord): void {
    const records = this.byBreaker.get(record.breaker);
    if (records === undefined) this.byBreaker.set(record.breaker, [record]);
    else records.push(record);
    this.count++;
  }
}

function isOutdated({ savedAt, until = savedAt }: CircuitRecord, epoch: number): boolean {
  return Math.max(savedAt, until) + KEPT_MS < epoch;
}
