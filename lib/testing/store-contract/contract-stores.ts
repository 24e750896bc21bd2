import type { CircuitRecord } from '../../core/ports/circuit-record.js';
import type { StateStore } from '../../core/ports/state-store.js';
import { systemClock } from '../../core/time/system-clock.js';
import { ContractHost } from './contract-host.js';

/** One place where stores keep state, such as a file or a database that is empty. */
export interface StorePlace {
  /** A store on this place; each call another one, as another process, or the same after a restart, would have it. */
  open(): StateStore | Promise<StateStore>;
  /** Clears the place away; every store on it is closed then. */
  end?(): unknown;
}

/** The stores of one case, all on one place; each is attached to an engine of its own. */
export class ContractStores {
  private readonly opened = new Map<StateStore, ContractHost>();

  constructor(private readonly place: StorePlace) {}

  async open(): Promise<StateStore> {
    const store = await this.place.open();
    const host = new ContractHost();
    this.opened.set(store, host);
    store.attach?.(host);
    return store;
  }

  /** One that has loaded what there is. */
  async ready(): Promise<StateStore> {
    const store = await this.open();
    await store.load();
    return store;
  }

  /** One for an engine, which attaches and closes it. */
  async unattached(): Promise<StateStore> {
    return this.place.open();
  }

  async close(store: StateStore): Promise<ContractHost> {
    const host = this.opened.get(store) ?? new ContractHost();
    this.opened.delete(store);
    await store.close?.();
    return host;
  }

  /** What whoever comes next is given. */
  async afterRestart(store: StateStore): Promise<readonly CircuitRecord[]> {
    await this.close(store);
    return (await this.open()).load();
  }

  async end(): Promise<void> {
    for (const store of [...this.opened.keys()]) await this.close(store);
    await this.place.end?.();
  }
}

/** An open circuit with everything that a record may have. */
export function recordNamed(breaker: string, more: Partial<CircuitRecord> = {}): CircuitRecord {
  const now = Math.round(systemClock.epoch());
  return {
    breaker,
    state: 'open',
    savedAt: now,
    until: now + 60_000,
    reopenings: 2,
    consecutiveFailures: 5,
    window: { type: 'time', buckets: [{ at: now - 1000, recorded: 9, failed: 5, slow: 1 }] },
    lastFailure: { at: now - 10, category: 'network' },
    ...more,
  };
}
