import type { CircuitChange, CircuitRecord } from '../../lib/core/ports/circuit-record.js';
import type { StateStore, StoreHost } from '../../lib/core/ports/state-store.js';
import { MemoryStateStore } from '../../lib/stores/memory/memory-state-store.js';
import { EPOCH } from './virtual-policy.js';

/** A closed circuit of "payments" as it was written down at the start of every test, with what the test changes. */
export function circuitRecord(more: Partial<CircuitRecord> = {}): CircuitRecord {
  return {
    breaker: 'payments',
    state: 'closed',
    savedAt: EPOCH,
    reopenings: 0,
    consecutiveFailures: 0,
    ...more,
  };
}

/** A store in memory that does as a test tells it, and remembers what it was asked. */
export class ScriptedStore implements StateStore {
  readonly description = 'scripted store';
  readonly saved: (readonly CircuitChange[])[] = [];
  loads = 0;
  closed = 0;
  host: StoreHost | undefined;
  /** What every load and save is rejected with while it is set. */
  failure: Error | undefined;
  /** While set, saves wait for it. */
  held: Promise<void> | undefined;
  private readonly inner = new MemoryStateStore();

  constructor(private readonly given: readonly unknown[] = []) {}

  attach(host: StoreHost): void {
    this.host = host;
  }

  async load(): Promise<readonly CircuitRecord[]> {
    this.loads++;
    if (this.failure !== undefined) throw this.failure;
    return [...(this.given as readonly CircuitRecord[]), ...this.inner.load()];
  }

  async save(changes: readonly CircuitChange[]): Promise<void> {
    this.saved.push(changes);
    await this.held;
    if (this.failure !== undefined) throw this.failure;
    await this.inner.save(changes);
  }

  async close(): Promise<void> {
    this.closed++;
  }

  get last(): readonly CircuitChange[] | undefined {
    return this.saved.at(-1);
  }
}
