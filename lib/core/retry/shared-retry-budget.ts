import { KeyedStates } from '../state/keyed-states.js';
import type { SharedState } from '../state/state-registry.js';
import type { BudgetSettings } from './budget-options.js';
import type { PermitStore } from '../ports/permit-store.js';
import { FleetBudget } from './fleet-budget.js';
import { RetryBudget } from './retry-budget.js';

const DEFAULT_MAX_KEYS = 10_000;

/** The retry budgets of one identity, one per key. */
export class SharedRetryBudget implements SharedState<BudgetSettings> {
  private readonly budgets: KeyedStates<RetryBudget>;

  constructor(
    readonly name: string,
    public settings: BudgetSettings,
    private readonly permits?: PermitStore,
  ) {
    this.budgets = new KeyedStates(
      (key) => new RetryBudget(this.settings, this.fleetOf(key)),
      settings.maxKeys ?? DEFAULT_MAX_KEYS,
    );
  }

  of(key: string | undefined): RetryBudget {
    return this.budgets.get(key);
  }

  private fleetOf(key: string | undefined): FleetBudget | undefined {
    const { permits, name } = this;
    return permits && new FleetBudget(permits, JSON.stringify(key === undefined ? [name] : [name, key]));
  }

  reconfigure(settings: BudgetSettings): void {
    this.settings = settings;
    this.budgets.maxKeys = settings.maxKeys ?? DEFAULT_MAX_KEYS;
    for (const budget of this.budgets.all()) budget.reconfigure(settings);
  }
}
