import type { BudgetCounts, PermitStore } from '../ports/permit-store.js';

/** What others count is asked for so often at most, and only while there are calls here. */
const ASK_EVERY_MS = 250;

/** What the other instances have counted for one retry budget, as this one has heard last. */
export class FleetBudget {
  private others: BudgetCounts = { calls: 0, retries: 0 };
  private heardAt = -Infinity;
  private askedAt = -Infinity;
  private isAsking = false;
  private untold = { calls: 0, retries: 0 };

  constructor(
    private readonly permits: PermitStore,
    private readonly name: string,
  ) {}

  /** Counted here: told to the others with the next question. */
  count(what: keyof BudgetCounts, now: number, windowMs: number): void {
    this.untold[what]++;
    if (!this.isAsking && now - this.askedAt >= ASK_EVERY_MS) void this.share(now, windowMs);
  }

  /** Nothing, where nobody has told for longer than the window: each instance then keeps its own budget. */
  countsOfOthers(now: number, windowMs: number): BudgetCounts {
    return now - this.heardAt < windowMs ? this.others : NOTHING;
  }

  private async share(now: number, windowMs: number): Promise<void> {
    const { calls, retries } = this.untold;
    this.untold = { calls: 0, retries: 0 };
    this.isAsking = true;
    this.askedAt = now;
    try {
      this.others = await this.permits.shareBudget({ name: this.name, windowMs, calls, retries });
      this.heardAt = now;
    } catch {
      // The store tells of it; what was counted is told later.
      this.untold = { calls: this.untold.calls + calls, retries: this.untold.retries + retries };
    }
    this.isAsking = false;
  }
}

const NOTHING: BudgetCounts = { calls: 0, retries: 0 };
