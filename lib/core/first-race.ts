import type { Attempt } from './attempt.js';
import type { Call } from './call.js';
import type { Lane } from './lane.js';
import type { TimerHandle, TimerTask } from './time/clock.js';

/** A first attempt that had to become more. */
export interface Whole {
  readonly call: Call;
  readonly attempt: Attempt;
}

/** A first attempt as its race sees it. */
export interface Racer {
  readonly lane: Lane;
  readonly whole: Whole | null;
  becomeWhole(): Whole;
  succeeded(value: unknown): unknown;
  failed(error: unknown): Promise<unknown>;
}

/**
 * What a first attempt waits for that something may end before its operation does: a limit, or a caller who leaves. It is
 * the task of the limit's timer at once.
 */
export class FirstRace implements TimerTask {
  private timer: TimerHandle = undefined;
  /** Ends the wait for whatever is first; nobody waits before and after. */
  private wake: ((end?: unknown) => void) | undefined = undefined;
  /** What was waited for: the value, or the error where {@link hasFailed}. */
  private outcome: unknown = undefined;
  private hasFailed = false;
  /** Whatever the attempt comes to ends the call, and no code of users follows that would lose its async context. */
  private isSole = false;

  constructor(private readonly racer: Racer) {}

  /** When the limit began to run; NaN without a limit. */
  get startedAt(): number {
    const { clock, limitMs } = this.racer.lane;
    return limitMs === undefined ? NaN : (clock.dueAt?.(this.timer) ?? NaN) - limitMs;
  }

  /** The limit, if there is one, runs from now on. */
  start(): void {
    const { clock, limitMs } = this.racer.lane;
    if (limitMs !== undefined) this.timer = clock.setTimer(this, limitMs);
  }

  /** What the call ends with. */
  ending(result: Promise<unknown>): Promise<unknown> {
    const { lane, whole } = this.racer;
    const end = new Promise<unknown>((wake) => {
      this.wake = wake;
    });
    this.isSole = lane.endsWithAttempt;
    if (whole !== null) this.join(whole);
    result.then(
      (value) => this.arrived(value),
      (error: unknown) => this.broke(error),
    );
    return this.isSole ? end : end.then(() => this.conclude());
  }

  /** The limit has run out. */
  expire(): void {
    const { call, attempt } = this.racer.becomeWhole();
    if (this.racer.lane.isTotal) call.expire();
    else attempt.expire();
  }

  /** The attempt has become a whole one, which may be ended before its operation ends; not where that has ended. */
  join({ attempt }: Whole): void {
    if (this.wake !== undefined) attempt.joinRace((error) => this.fail(error));
  }

  /** The attempt is over. */
  stop(): void {
    if (this.timer !== undefined) this.racer.lane.clock.clearTimer(this.timer);
  }

  private arrived(value: unknown): void {
    if (!this.isAwaited()) return this.racer.whole?.call.lateResult(value);
    const wake = this.endWait();
    if (this.isSole) return wake?.(this.racer.succeeded(value));
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
  private endWait(): FirstRace['wake'] {
    const { wake } = this;
    this.wake = undefined;
    return wake;
  }

  private conclude(): unknown {
    const { outcome, racer } = this;
    this.outcome = undefined;
    return this.hasFailed ? racer.failed(outcome) : racer.succeeded(outcome);
  }

  /** To be asked once, when the operation has settled. */
  private isAwaited(): boolean {
    const { whole } = this.racer;
    return whole === null || whole.attempt.settled();
  }
}

const resolved = Promise.resolve();
