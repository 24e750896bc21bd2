import { FirstAttempt } from './first-attempt.js';
import type { Lane } from './lane.js';
import { LimitedAttempt } from './limited-attempt.js';

/** A {@link FirstAttempt} whose duration somebody measures: it reads the clock twice and tells the meter a number. */
export class MeteredAttempt extends FirstAttempt {
  declare private invokedAt: number;

  override get beganAt(): number {
    return this.invokedAt;
  }

  override run(): Promise<unknown> {
    this.invokedAt = this.lane.clock.now();
    return super.run();
  }

  protected override countSuccess(): void {
    tellSuccess(this.lane, this.invokedAt);
  }
}

/** The same of a {@link LimitedAttempt}. */
export class MeteredLimitedAttempt extends LimitedAttempt {
  declare private invokedAt: number;

  override get beganAt(): number {
    return this.invokedAt;
  }

  override run(): Promise<unknown> {
    this.invokedAt = this.lane.clock.now();
    return super.run();
  }

  protected override countSuccess(): void {
    tellSuccess(this.lane, this.invokedAt);
  }
}

export function tellSuccess({ stats, clock }: Lane, invokedAt: number): void {
  stats.successes++;
  stats.meter?.succeeded(1, clock.now() - invokedAt);
}
