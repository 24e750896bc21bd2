import { SlidingCounts } from '../time/sliding-counts.js';
import type { BudgetSettings } from './budget-options.js';
import type { FleetBudget } from './fleet-budget.js';

const CALLS = 0;
const RETRIES = 1;
/** The default window is exact to a millisecond: what it forgot early would be allowed twice. */
const BUCKETS = 10_000;
/** 0.07 · 100 is a little more than 7 in binary, and must not allow an eighth retry. */
const ROUNDING = 1e-9;

/** A budget at one instant. */
export interface BudgetReading {
  /** Retries in the window. */
  readonly used: number;
  /** Retries that the window allows, those used included. */
  readonly allowed: number;
}

/**
 * Bounds the retries of all who share it to a share of their calls, so that an outage is not answered with a storm.
 *
 * A retry is allowed while retries in the window < ratio × calls in the window + minPerSecond × window in seconds.
 *
 * @see "Handling Overload", Site Reliability Engineering, 2016 (retry budgets); Finagle's `RetryBudget`
 */
export class RetryBudget {
  private readonly counts: SlidingCounts;

  /** @param fleet - what the other instances count; none where each keeps its own budget */
  constructor(
    private settings: BudgetSettings,
    private readonly fleet?: FleetBudget,
  ) {
    this.counts = new SlidingCounts(settings.windowMs, BUCKETS, 2);
  }

  /** A call's first attempt was admitted. */
  countCall(now: number): void {
    this.counts.add(now, CALLS);
    if (this.settings.shared) this.fleet?.count('calls', now, this.settings.windowMs);
  }

  /** Takes one retry from the budget; false when it is used up. */
  tryRetry(now: number): boolean {
    const others = this.settings.shared ? this.fleet?.countsOfOthers(now, this.settings.windowMs) : undefined;
    const retries = this.counts.total(now, RETRIES) + (others?.retries ?? 0);
    if (retries >= this.allowance(now, others?.calls ?? 0)) return false;
    this.counts.add(now, RETRIES);
    if (this.settings.shared) this.fleet?.count('retries', now, this.settings.windowMs);
    return true;
  }

  /** What is counted here, whatever other instances have used. */
  reading(now: number): BudgetReading {
    return { used: this.counts.total(now, RETRIES), allowed: Math.ceil(this.allowance(now, 0)) };
  }

  reconfigure(settings: BudgetSettings): void {
    this.settings = settings;
    this.counts.resize(settings.windowMs, BUCKETS);
  }

  /** Budgets are cheap to rebuild: any of them may be given up where keys are bounded. */
  get isIdle(): boolean {
    return true;
  }

  private allowance(now: number, callsOfOthers: number): number {
    const { ratio, minPerSecond, windowMs } = this.settings;
    const exact = ratio * (this.counts.total(now, CALLS) + callsOfOthers) + (minPerSecond * windowMs) / 1000;
    return exact - ROUNDING;
  }
}
