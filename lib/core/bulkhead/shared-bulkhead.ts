import { KeyedStates } from '../state/keyed-states.js';
import { OperationUsers } from '../state/operation-users.js';
import type { SharedState } from '../state/state-registry.js';
import type { Clock } from '../time/clock.js';
import { Bulkhead } from './bulkhead.js';
import type { BulkheadSettings } from './bulkhead-options.js';
import type { BulkheadOwner } from './bulkhead-owner.js';

/** The bulkheads of one identity, one per key, with their shared options. */
export class SharedBulkhead implements SharedState<BulkheadSettings>, BulkheadOwner {
  private readonly bulkheads: KeyedStates<Bulkhead>;
  private readonly operations = new OperationUsers();

  constructor(
    readonly name: string,
    public settings: BulkheadSettings,
    readonly clock: Clock,
  ) {
    this.bulkheads = new KeyedStates((key) => new Bulkhead(this, key), settings.maxKeys);
  }

  /**
   * The bulkhead of this key; `undefined` means the unkeyed one. To be asked for anew by each call, right before it
   * takes its permit: one that is idle may be forgotten at any time.
   */
  of(key: string | undefined): Bulkhead {
    return this.bulkheads.get(key);
  }

  all(): Iterable<Bulkhead> {
    return this.bulkheads.all();
  }

  /** An operation under a policy uses it, until the options are given anew. */
  join(policy: string, operation: string): void {
    this.operations.join(policy, operation);
  }

  /** The operations that use it, by their policies. */
  get users(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.operations.all;
  }

  release(): void {
    this.operations.clear();
  }

  reconfigure(settings: BulkheadSettings): void {
    this.settings = settings;
    this.bulkheads.maxKeys = settings.maxKeys;
    for (const bulkhead of this.bulkheads.all()) bulkhead.reconfigured();
  }

  turned(key: string | undefined): void {
    this.bulkheads.resort(key);
  }
}
