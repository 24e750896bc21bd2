import type { Breaker } from '../circuit-breaker/breaker.js';
import { circuitId } from '../ports/circuit-id.js';
import type { CircuitChange } from '../ports/circuit-record.js';
import { LONGEST_NAME } from '../ports/is-circuit-record.js';

type Keys = Set<string | undefined>;

/** The circuits that are no longer what was written down, of each breaker by key. */
export class Unsaved {
  private byBreaker = new Map<Breaker, Keys>();

  get isEmpty(): boolean {
    return this.byBreaker.size === 0;
  }

  add(breaker: Breaker, key: string | undefined): void {
    const keys = this.keysOf(breaker);
    keys.add(key);
    if (keys.size > 2 * breaker.settings.maxKeys + 2) forgetTheGone(breaker, keys);
  }

  /** All circuits that the breaker has. */
  addAll(breaker: Breaker): void {
    for (const { key } of breaker.circuits.all()) this.add(breaker, key);
  }

  /** Hands out what there is; it is empty then. */
  take(): Unsaved {
    const taken = new Unsaved();
    taken.byBreaker = this.byBreaker;
    this.byBreaker = new Map();
    return taken;
  }

  /** Takes back what could not be saved. */
  putBack(other: Unsaved): void {
    for (const [breaker, keys] of other.byBreaker) for (const key of keys) this.add(breaker, key);
  }

  /** The circuits as they are now; those with names too long to be written down are left out. */
  changes(): CircuitChange[] {
    const changes: CircuitChange[] = [];
    for (const [breaker, keys] of this.byBreaker) {
      if (breaker.name.length > LONGEST_NAME) continue;
      for (const key of keys)
        if (key === undefined || key.length <= LONGEST_NAME)
          changes.push({
            ...circuitId(breaker.name, key),
            record: breaker.record(key),
          });
    }
    return changes;
  }

  private keysOf(breaker: Breaker): Keys {
    let keys = this.byBreaker.get(breaker);
    if (keys === undefined) this.byBreaker.set(breaker, (keys = new Set()));
    return keys;
  }
}

/** While a store is away, keys may come and go without end; what is written of those that went ends by its age. */
function forgetTheGone(breaker: Breaker, keys: Keys): void {
  for (const key of keys) if (breaker.circuits.peek(key) === undefined) keys.delete(key);
}
