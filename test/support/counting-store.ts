import type {
  BudgetCounts,
  PermitStore,
  RateAnswer,
  SharedBudget,
  SharedRate,
} from '../../lib/core/ports/permit-store.js';
import type { StateStore } from '../../lib/core/ports/state-store.js';

/** A store that counts permits as the test says. */
export class CountingStore implements StateStore {
  readonly description = 'a counting store';
  readonly asked: SharedRate[] = [];
  readonly shared: SharedBudget[] = [];
  /** The next answers, in order; without one, a permit. `'never'` does not answer, `'fails'` rejects. */
  answers: (RateAnswer | 'never' | 'fails')[] = [];
  others: BudgetCounts | 'fails' = { calls: 0, retries: 0 };

  readonly permits: PermitStore = {
    answerWithinMs: 50,
    expectedInstances: 1,
    takeRate: (rate) => {
      this.asked.push(rate);
      const answer = this.answers.shift() ?? { allowed: true };
      if (answer === 'never') return new Promise(() => undefined);
      return answer === 'fails' ? Promise.reject(new Error('away')) : Promise.resolve(answer);
    },
    shareBudget: (budget) => {
      this.shared.push(budget);
      return this.others === 'fails' ? Promise.reject(new Error('away')) : Promise.resolve(this.others);
    },
  };

  load(): Promise<[]> {
    return Promise.resolve([]);
  }

  save(): Promise<void> {
    return Promise.resolve();
  }
}
