import type { PolicyStats } from 'nestjs-holdfast';
import { budget } from './policy.js';

interface Sample {
  readonly second: number;
  readonly calls: number;
  readonly retries: number;
}

/** How many retries the budget still has, told from what the statistics gained in its window. */
export class RetriesLeft {
  private readonly samples: Sample[] = [{ second: 0, calls: 0, retries: 0 }];

  at(second: number, { calls, retries }: PolicyStats): number {
    this.samples.push({ second, calls, retries });
    while (this.samples[1] !== undefined && this.samples[1].second <= second - budget.windowSeconds)
      this.samples.shift();
    const before = this.samples[0] ?? { calls: 0, retries: 0 };
    const allowed = budget.ratio * (calls - before.calls) + budget.minPerSecond * budget.windowSeconds;
    return Math.max(0, Math.round(allowed - (retries - before.retries)));
  }
}
