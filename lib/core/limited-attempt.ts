import { FirstAttempt, type Whole } from './first-attempt.js';
import type { TimerHandle, TimerTask } from './time/clock.js';

/**
 * A {@link FirstAttempt} whose time is limited, and the task of its timer.
 *
 * Its fields are set when they are needed, not by a constructor: one that only passes on what it gets costs a call more.
 */
export class LimitedAttempt extends FirstAttempt implements TimerTask {
  declare private timer: TimerHandle;
  /** Ends the wait for the operation or the limit, whichever is first; nobody waits before and after. */
  declare private wake: ((end?: unknown) => void) | undefined;
  /** What was waited for: the value, or the error where {@link hasFailed}. */
  declare private outcome: unknown;
  declare private hasFailed: true | undefined;
  /** Whatever it comes to ends the call, and no code of users follows that would lose its async context. */
  declare private isSole: boolean;

  override remaining(): number {
    return this.becomeWhole().attempt.remaining();
  }

  override get startedAt(): number {
    const { clock, limitMs } = this.lane;
    return limitMs === undefined ? NaN : (clock.dueAt?.(this.timer) ?? NaN) - limitMs;
  }

  override run(): Promise<unknown> {
    const { clock, limitMs } = this.lane;
    if (limitMs !== undefined) this.timer = clock.setTimer(this, limitMs);
    return super.run();
  }

  /** The limit has run out. */
  expire(): void {
    const { call, attempt } = this.becomeWhole();
    if (this.lane.isTotal) call.expire();
    else attempt.expire();
  }

  protected override ending(result: Promise<unknown>): Promise<unknown> {
    const end = new Promise<unknown>((wake) => {
      this.wake = wake;
    });
    this.isSole = this.lane.endsWithAttempt;
    if (this.whole !== null) this.join(this.whole);
    result.then(
      (value) => this.arrived(value),
      (error: unknown) => this.broke(error),
    );
    return this.isSole ? end : end.then(() => this.conclude());
  }

  private arrived(value: unknown): void {
    if (!this.isAwaited()) return this.whole?.call.lateResult(value);
    const wake = this.endWait();
    if (this.isSole) return wake?.(this.succeeded(value));
    this.outcome = value;
    wake?.();
  }

  private broke(error: unknown): void {
    if (this.isAwaited()) this.fail(error);
  }

  /** Ends the wait with an error, be it the operation's or what ended it before. */
  private fail(error: unknown): void {
    const wake = this.endWait();
    if (wake === undefined) return;
    this.outcome = error;
    this.hasFailed = true;
    wake(this.isSole ? resolved.then(() => this.conclude()) : undefined);
  }

  /** To be done before anything that may make the attempt whole: a whole one joins a wait that goes on. */
  private endWait(): LimitedAttempt['wake'] {
    const { wake } = this;
    this.wake = undefined;
    return wake;
  }

  private conclude(): unknown {
    const { outcome } = this;
    this.outcome = undefined;
    return this.hasFailed === true ? this.failed(outcome) : this.succeeded(outcome);
  }

  /** To be asked once, when the operation has settled. */
  private isAwaited(): boolean {
    return this.whole === null || this.whole.attempt.settled();
  }

  private join({ attempt }: Whole): void {
    attempt.joinRace((error) => this.fail(error));
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
    if (!this.isOver && this.wake !== undefined) this.join(whole);
    return whole;
  }

  private clearTimer(): void {
    if (this.timer !== undefined) this.lane.clock.clearTimer(this.timer);
  }
}

const resolved = Promise.resolve();
