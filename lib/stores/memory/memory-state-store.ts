import { textOf } from '../../core/ports/circuit-id.js';
import type { CircuitChange, CircuitRecord } from '../../core/ports/circuit-record.js';
import type { StateStore } from '../../core/ports/state-store.js';

/**
 * Keeps circuits in the memory of the process, for whoever uses the same object: an application that is made anew in one
 * process, such as after a hot reload, or a test of what happens over a restart.
 *
 * Without any store circuits live in memory, too, but each application begins with closed ones.
 *
 * @example
 * ```ts
 * const store = new MemoryStateStore();
 * const before = createPolicy({ circuitBreaker: {} }, { store });
 * before.breaker()?.open();
 * await before.dispose();
 * const after = createPolicy({ circuitBreaker: {} }, { store });
 * after.breaker()?.snapshot().state; // => 'open'
 * ```
 *
 * @public
 */
export class MemoryStateStore implements StateStore {
  readonly description = 'memory';
  private readonly records = new Map<string, CircuitRecord>();

  load(): readonly CircuitRecord[] {
    return [...this.records.values()];
  }

  async save(changes: readonly CircuitChange[]): Promise<void> {
    for (const { record, ...circuit } of changes) {
      if (record === null) this.records.delete(textOf(circuit));
      else this.records.set(textOf(circuit), record);
    }
  }
}
