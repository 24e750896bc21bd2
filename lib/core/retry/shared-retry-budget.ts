import { KeyedStates } from '../state/keyed-states.js';
import type { SharedState } from '../state/state-registry.js';
import type { BudgetSettings } from './budget-options.js';
import { RetryBudget } from './retry-budget.js';

const DEFAULT_MAX_KEYS = 10_000;

/** The retry budgets of one identity, one per key. */
export class SharedRetryBudget implements SharedState<BudgetSettings> {
  private readonly budgets: KeyedStates<RetryBudget>;

  constructor(
    readonly name: string,
    public settings: BudgetSettings,
  ) {
    this.budgets = new KeyedStates(
      () => new RetryBudget(this.settings),
      settings.maxKeys ?? DEFAULT_MAX_KEYS,
    );
  }

  of(key: string | undefined): RetryBudget {
    return this.budgets.get(key);
  }

  reconfigure(settings: BudgetSettings): void {
    this.settings = settings;
    this.budgets.maxKeys = settings.maxKeys ?? DEFAULT_MAX_KEYS;
    for (const budget of this.budgets.all()) budget.reconfigure(settings);
  }
}
