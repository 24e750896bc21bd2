import { KeyedStates } from '../state/keyed-states.js';
import type { SharedState } from '../state/state-registry.js';
import type { HedgeBudgetSettings } from './hedge-budget-options.js';
import { HedgeBudget } from './hedge-budget.js';
import { Latencies } from './latencies.js';

/** What hedging remembers for one key: the budget, and how long invocations take. */
export class Hedging {
  readonly isIdle = true;
  readonly latencies = new Latencies();

  constructor(readonly budget: HedgeBudget) {}
}

/** What hedging remembers under one identity, by key. */
export class SharedHedging implements SharedState<HedgeBudgetSettings> {
  private readonly states: KeyedStates<Hedging>;

  constructor(
    readonly name: string,
    public settings: HedgeBudgetSettings,
  ) {
    this.states = new KeyedStates(() => new Hedging(new HedgeBudget(this.settings.ratio)), settings.maxKeys);
  }

  of(key: string | undefined): Hedging {
    return this.states.get(key);
  }

  reconfigure(settings: HedgeBudgetSettings): void {
    this.settings = settings;
    this.states.maxKeys = settings.maxKeys;
    for (const { budget } of this.states.all()) budget.reconfigure(settings.ratio);
  }
}
