import { movedInTime, type CircuitChange, type CircuitRecord } from '../../core/ports/circuit-record.js';
import type { RedisKeys } from './keys.js';
import { circuitName } from './keys.js';
import type { RedisLink } from './link.js';
import { readRecords, readTime, writeRecords } from './scripts/records.js';

const PATIENCE_MS = 1000;
/** Of one write: Redis does nothing else meanwhile. */
const WRITTEN_AT_ONCE = 200;

/** What the records need of their store. */
export interface RecordsHost {
  readonly keys: RedisKeys;
  readonly link: RedisLink;
  /** The wall clock of this process, milliseconds. */
  epoch(): number;
  /** Something is kept that is no record. */
  unreadable(): void;
}

/** Records in Redis, with instants by its clock: machines need not agree on the time. */
export class RedisCircuits {
  /** What the clock of Redis is ahead of ours; `undefined` before it was asked. */
  private aheadMs: number | undefined;

  constructor(private readonly host: RecordsHost) {}

  async load(): Promise<readonly CircuitRecord[]> {
    const records: CircuitRecord[] = [];
    let from = '0';
    do {
      const [time, next, ...texts] = (await this.ask(
        readRecords,
        [this.host.keys.records],
        [from],
      )) as string[];
      this.heard(time);
      for (const text of texts) records.push(...this.recordIn(text));
      from = next ?? '0';
    } while (from !== '0');
    return records;
  }

  async save(changes: readonly CircuitChange[]): Promise<void> {
    const aheadMs = await this.difference();
    for (let i = 0; i < changes.length; i += WRITTEN_AT_ONCE) {
      const args = changes.slice(i, i + WRITTEN_AT_ONCE).flatMap((change) => {
        const { record } = change;
        return [circuitName(change), record === null ? '' : JSON.stringify(movedInTime(record, aheadMs))];
      });
      await this.ask(writeRecords, [this.host.keys.records], args);
    }
  }

  private ask(script: typeof readTime, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.host.link.run({ script, keys, args, withinMs: PATIENCE_MS });
  }

  private async difference(): Promise<number> {
    if (this.aheadMs === undefined) this.heard(await this.ask(readTime, [this.host.keys.records], []));
    return this.aheadMs ?? 0;
  }

  private heard(time: unknown): void {
    this.aheadMs = Number(time) - this.host.epoch();
  }

  /** What is in it, the engine checks; here it only has to be something with instants to move. */
  private recordIn(text: string): CircuitRecord[] {
    try {
      return [movedInTime(JSON.parse(text) as CircuitRecord, -(this.aheadMs ?? 0))];
    } catch {
      this.host.unreadable();
      return [];
    }
  }
}
