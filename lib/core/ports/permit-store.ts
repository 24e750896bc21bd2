/** A rate that all instances keep together (GCRA). */
export interface SharedRate {
  /** The limiter's name, with its key where it has one. */
  readonly name: string;
  /** Permits per interval; an integer of at least 1. */
  readonly limit: number;
  readonly intervalMs: number;
  /** Permits that may be taken at once; an integer of at least 1. */
  readonly burst: number;
  /** How long the caller waits for the answer, where that is not `answerWithinMs` of the store. */
  readonly withinMs?: number;
}

/** Whether a permit was taken. */
export type RateAnswer =
  | { readonly allowed: true }
  /** Milliseconds until one is there. */
  | { readonly allowed: false; readonly retryAfterMs: number };

/** What one instance has counted for a retry budget since it told last. */
export interface BudgetCounts {
  readonly calls: number;
  readonly retries: number;
}

/** A retry budget that all instances keep together. */
export interface SharedBudget extends BudgetCounts {
  readonly name: string;
  readonly windowMs: number;
}

/** Permits over all instances that use one store. */
export interface PermitStore {
  /** How long a call waits for an answer at most, milliseconds; then the local share decides. */
  readonly answerWithinMs: number;
  /** Among how many instances the limit is divided while the store is away; an integer of at least 1. */
  readonly expectedInstances: number;

  /** Takes a permit. Rejects where the store does not answer; the caller has its own patience. */
  takeRate(rate: SharedRate): Promise<RateAnswer>;

  /** Adds what was counted here and gives what the other instances counted within the window. Asked in the background. */
  shareBudget(budget: SharedBudget): Promise<BudgetCounts>;
}
