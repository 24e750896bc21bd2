import { FirstAttempt, type Whole } from './first-attempt.js';
import type { TimerHandle, TimerTask } from './time/clock.js';

/** A {@link FirstAttempt} whose time is limited, and the task of its timer. */
export class LimitedAttempt extends FirstAttempt implements TimerTask {
  declare private timer: TimerHandle;
  /** Ends the race before the operation does; `undefined` until there is one. */
  declare private reject: ((error: unknown) => void) | undefined;

  override remaining(): number {
    return this.becomeWhole().attempt.remaining();
  }

  override get startedAt(): number {
    const { clock, limitMs } = this.lane;
    return (clock.dueAt?.(this.timer) ?? NaN) - (limitMs ?? NaN);
  }

  override run(): Promise<unknown> {
    const { clock, limitMs } = this.lane;
    this.timer = clock.setTimer(this, limitMs as number);
    return super.run();
  }

  /** The limit has run out. */
  expire(): void {
    const { call, attempt } = this.becomeWhole();
    if (this.lane.isTotal) call.expire();
    else attempt.expire();
  }

  protected override ending(result: Promise<unknown>): Promise<unknown> {
    return this.lane.endsWithAttempt ? this.soleEnding(result) : super.ending(this.race(result));
  }

  /** The end of the operation, or of its time. */
  private race(result: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.join(reject);
      result.then(
        (value) => (this.isAwaited() ? resolve(value) : this.whole?.call.lateResult(value)),
        (error: unknown) => {
          if (this.isAwaited()) reject(error);
        },
      );
    });
  }

  /** As {@link race} and what follows it in one, where no code of users follows that would lose its async context. */
  private soleEnding(result: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve) => {
      const fail = (error: unknown): void => resolve(resolved.then(() => this.failed(error)));
      this.join(fail);
      result.then(
        (value) => (this.isAwaited() ? resolve(this.succeeded(value)) : this.whole?.call.lateResult(value)),
        (error: unknown) => {
          if (this.isAwaited()) fail(error);
        },
      );
    });
  }

  private join(reject: (error: unknown) => void): void {
    this.reject = reject;
    this.whole?.attempt.joinRace(reject);
  }

  /** To be asked once, when the operation has settled. */
  private isAwaited(): boolean {
    return this.whole === null || this.whole.attempt.settled();
  }

  protected override succeeded(value: unknown): unknown {
    if (this.whole === null) this.clearTimer();
    return super.succeeded(value);
  }

  protected override end(): Whole {
    const whole = super.end();
    this.clearTimer();
    return whole;
  }

  protected override becomeWhole(): Whole {
    if (this.whole !== null) return this.whole;
    const whole = super.becomeWhole();
    if (!this.isOver && this.reject !== undefined) whole.attempt.joinRace(this.reject);
    return whole;
  }

  private clearTimer(): void {
    this.lane.clock.clearTimer(this.timer);
  }
}

const resolved = Promise.resolve();
