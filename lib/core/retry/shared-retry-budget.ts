import { KeyedStates } from '../state/keyed-states.js';
import { OperationUsers } from '../state/operation-users.js';
import type { SharedState } from '../state/state-registry.js';
import type { BudgetSettings } from './budget-options.js';
import type { PermitStore } from '../ports/permit-store.js';
import { FleetBudget } from './fleet-budget.js';
import { RetryBudget, type BudgetReading } from './retry-budget.js';

/** The retry budgets of one identity, one per key. */
export class SharedRetryBudget implements SharedState<BudgetSettings> {
  private readonly budgets: KeyedStates<RetryBudget>;
  private readonly operations = new OperationUsers();

  constructor(
    readonly name: string,
    public settings: BudgetSettings,
    private readonly permits?: PermitStore,
  ) {
    this.budgets = new KeyedStates(
      (key) => new RetryBudget(this.settings, this.fleetOf(key)),
      settings.maxKeys,
    );
  }

  of(key: string | undefined): RetryBudget {
    return this.budgets.get(key);
  }

  private fleetOf(key: string | undefined): FleetBudget | undefined {
    const { permits, name } = this;
    return permits && new FleetBudget(permits, JSON.stringify(key === undefined ? [name] : [name, key]));
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

  /** The budgets of all keys, added up. */
  reading(now: number): BudgetReading {
    const sum = { used: 0, allowed: 0 };
    for (const budget of this.budgets.all()) {
      const { used, allowed } = budget.reading(now);
      sum.used += used;
      sum.allowed += allowed;
    }
    return sum;
  }

  reconfigure(settings: BudgetSettings): void {
    this.settings = settings;
    this.budgets.maxKeys = settings.maxKeys;
    for (const budget of this.budgets.all()) budget.reconfigure(settings);
  }
}
