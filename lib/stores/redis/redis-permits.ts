import type {
  BudgetCounts,
  PermitStore,
  RateAnswer,
  SharedBudget,
  SharedRate,
} from '../../core/ports/permit-store.js';
import type { RedisKeys } from './keys.js';
import type { RedisLink } from './link.js';
import { RateBatch } from './rate-batch.js';
import { shareBudget } from './scripts/share-budget.js';

/** What the permits need of their store. */
export interface PermitsHost {
  readonly instance: string;
  readonly keys: RedisKeys;
  readonly link: RedisLink;
}

/** Permits that Redis counts for all instances. */
export class RedisPermits implements PermitStore {
  private readonly batches = new Map<string, RateBatch>();

  constructor(
    private readonly host: PermitsHost,
    readonly answerWithinMs: number,
    readonly expectedInstances: number,
  ) {}

  /** Those who ask while an answer is under way are asked for together, in order. */
  takeRate(rate: SharedRate): Promise<RateAnswer> {
    let batch = this.batches.get(rate.name);
    if (batch === undefined) {
      const { keys, link } = this.host;
      const key = keys.rate(rate.name);
      batch = new RateBatch(key, link, this.answerWithinMs, () => this.batches.delete(rate.name));
      this.batches.set(rate.name, batch);
    }
    return batch.take(rate);
  }

  async shareBudget({ name, windowMs, calls, retries }: SharedBudget): Promise<BudgetCounts> {
    const { keys, link, instance } = this.host;
    const answer = await link.run({
      script: shareBudget,
      keys: keys.budget(name, instance),
      args: [windowMs, calls, retries],
      withinMs: this.answerWithinMs,
    });
    const [allCalls, allRetries] = answer as number[];
    return { calls: Number(allCalls), retries: Number(allRetries) };
  }
}
