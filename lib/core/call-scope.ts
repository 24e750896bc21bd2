import type { AttemptContext } from './attempt-context.js';
import { endingOf, type Ending } from './attempt-end.js';
import { liveAttempt } from './attempt-storage.js';
import type { AttemptHost } from './attempt.js';
import { CallFrame } from './call-frame.js';
import type { CallReason } from './call-report.js';
import type { AdapterCallOptions } from './caller.js';
import type { ErrorCategory } from './classify/error-category.js';
import { ResilienceConfigError } from './errors/config-error.js';
import { TIMED_EVENTS } from './events/event-mask.js';
import type { Interruptible, Interruption, Wait } from './interruption.js';
import type { UnderWay } from './lane.js';
import { describeValue } from './options/describe-value.js';
import { unwatch, watch, type AbortWatcher } from './signal-hub.js';
import type { TimerHandle, TimerTask } from './time/clock.js';

/** The bounds of one call: its limits in time, the caller's signal, and what it waits for at present. */
export abstract class CallScope extends CallFrame implements AttemptHost, AbortWatcher, TimerTask {
  /** Error of the attempt before the next one, a rejection included; `undefined` where a result was refused. */
  lastError: unknown = undefined;
  deadlineAt = Infinity;
  interruption: Interruption | null = null;
  /** The attempt that this call is made in, where that is carried along. */
  outer: AttemptContext | undefined = undefined;
  /** What the call waits for at present. */
  protected waitingFor: Interruptible | null = null;
  /** Something may end an attempt before its operation does. */
  protected guarded = false;
  private timer: TimerHandle = undefined;
  private limitMs = Infinity;
  /** The limit is the caller's deadline, not the policy's own. */
  private fromOutside = false;
  private isResumed = false;

  abstract refusalObserved(breaker: string): void;

  abstract streamTimeout(timeoutMs: number): unknown;

  /** Sets the bounds of the call; gives its end, if it is over before it has begun. */
  protected open(): Ending | null {
    const { plan, options, engine } = this;
    if (engine.isStopped) return this.refuse();
    if (plan.totalTimeoutMs !== undefined || this.isTimed) this.startedAt = engine.clock.now();
    this.guarded = plan.totalTimeoutMs !== undefined || plan.attemptTimeoutMs !== undefined;
    if (engine.context !== undefined) this.outer = liveAttempt(engine.context.current());
    const outerMs = this.outerMs();
    if (options !== undefined || outerMs !== Infinity)
      return this.openWith(options ?? NO_OPTIONS, plan.totalTimeoutMs ?? Infinity, outerMs);
    if (plan.totalTimeoutMs !== undefined) this.limitTo(plan.totalTimeoutMs);
    return null;
  }

  /** Sets the bounds of a call that has been under way since its first attempt began, as far as that is known. */
  protected resume({ startedAt, beganAt }: UnderWay): void {
    const { totalTimeoutMs, attemptTimeoutMs } = this.plan;
    this.guarded = totalTimeoutMs !== undefined || attemptTimeoutMs !== undefined || this.mayBeAborted;
    this.startedAt = beganAt;
    if (totalTimeoutMs === undefined) return;
    this.startedAt = startedAt;
    this.limitTo(totalTimeoutMs);
    this.isResumed = true;
    if (!Number.isNaN(beganAt)) this.startedAt = beganAt;
  }

  /**
   * Starts the timer of the limit, once there is something to wait for: a call that is refused at once needs none.
   *
   * Until then no time of a call that was not resumed has passed, and with the limit as it is calls share one timer of the platform.
   */
  protected startTimer(): void {
    if (this.timer !== undefined || this.limitMs === Infinity) return;
    const delayMs = this.isResumed ? Math.max(0, this.remainingMs()) : this.limitMs;
    this.timer = this.engine.clock.setTimer(this, delayMs);
  }

  /** Takes the timer down; what waits for nothing needs no limit. */
  protected stopTimer(): void {
    if (this.timer !== undefined) this.engine.clock.clearTimer(this.timer);
    this.timer = undefined;
  }

  /** The call has its end: nothing of it stays behind. */
  protected close(): void {
    this.stopTimer();
    if (this.options?.signal) unwatch(this.options.signal, this);
  }

  /** Whatever the operation threw: once the caller's signal has aborted, the outcome is the abort. */
  protected noticeAbort(): void {
    const { options } = this;
    if (options?.caller?.left) this.aborted(options.caller.left);
    if (options?.signal?.aborted === true) this.aborted({ kind: 'aborted', error: options.signal.reason });
  }

  /** What ended the attempts is over: from now on only what comes after it counts, such as an abort by a listener. */
  beginAnswer(reason: CallReason): void {
    this.interruption = null;
    if (reason !== 'aborted') this.noticeAbort();
  }

  /** The application ends, and with it a call that waits or whose attempt was told to stop. */
  shutDown(cause: unknown = this.lastError): void {
    this.interrupt({ kind: 'shutdown', error: this.shutdownError(cause) });
  }

  aborted(interruption: Interruption): void {
    this.interrupt(interruption);
  }

  expire(): void {
    const kind = this.fromOutside ? 'deadline' : 'total';
    this.interrupt({ kind, error: this.timeoutError(kind, this.limitMs, this.lastError) });
  }

  /** Ends whatever the call waits for; only the first interruption counts. */
  interrupt(interruption: Interruption): void {
    if (this.interruption !== null) return;
    this.interruption = interruption;
    this.waitingFor?.interrupt(interruption);
  }

  /** The length of the call's own limit, or of its caller's deadline. */
  get limit(): number {
    return this.limitMs;
  }

  /** An abort has whatever reason the caller gives, so no error tells it. */
  categoryOf(error: unknown): ErrorCategory {
    return this.interruption?.kind === 'aborted' ? 'aborted' : this.engine.classify(error);
  }

  /** The caller may leave while the call waits. */
  get mayBeAborted(): boolean {
    return Boolean(this.options?.signal) || this.options?.caller !== undefined;
  }

  /** Whether the caller lets the call be made again. */
  get mayRepeat(): boolean {
    return this.options?.caller?.mayRepeat() !== false;
  }

  remainingMs(): number {
    return this.deadlineAt === Infinity ? Infinity : this.deadlineAt - this.engine.clock.now();
  }

  /** Milliseconds that the attempt around this call has left; `Infinity` without one, and once it is over. */
  outerMs(): number {
    return this.outer === undefined ? Infinity : (liveAttempt(this.outer)?.remaining() ?? Infinity);
  }

  /** Waits for something that an interruption of the call ends; one that has come before ends it at once. */
  async waitFor(wait: Wait): Promise<unknown> {
    this.waitingFor = wait;
    if (this.interruption !== null) wait.interrupt(this.interruption);
    try {
      return await wait.over;
    } finally {
      this.waitingFor = null;
    }
  }

  /** As {@link waitFor}; the end of the application ends the wait, too. */
  async pause(wait: Wait): Promise<void> {
    const { waits } = this.engine;
    if (this.engine.isDraining) this.shutDown();
    this.startTimer();
    waits.add(this);
    try {
      await this.waitFor(wait);
    } finally {
      waits.delete(this);
    }
  }

  private openWith(
    { signal, deadline, caller, key }: AdapterCallOptions,
    totalMs: number,
    outerMs: number,
  ): Ending | null {
    this.noticeAbort();
    if (this.interruption !== null) return this.ended();
    const leftMs = Math.min(Number(deadline ?? Infinity) - this.engine.clock.epoch(), outerMs);
    if (Number.isNaN(leftMs))
      return misused(`deadline: expected a valid Date or epoch milliseconds (got ${String(deadline)})`);
    if (signal && typeof signal.addEventListener !== 'function')
      return misused('signal: expected an AbortSignal, such as the `signal` of an AbortController');
    if (key !== undefined && key !== null && typeof key !== 'string')
      return misused(`key: expected a string (got ${describeValue(key)})`);
    this.fromOutside = leftMs < totalMs;
    this.limitTo(Math.max(0, Math.min(totalMs, leftMs)));
    if (leftMs <= 0) {
      this.expire();
      return this.ended();
    }
    if (signal) watch(signal, this);
    caller?.watch(this);
    this.guarded ||= this.mayBeAborted || leftMs !== Infinity;
    return null;
  }

  /** Somebody wants to know how long calls take. */
  private get isTimed(): boolean {
    const { stats, events } = this.plan;
    return stats.meter !== null || (events.mask & TIMED_EVENTS) !== 0;
  }

  private refuse(): Ending | null {
    this.shutDown();
    this.plan.stats.meter?.refused(1, 'shutdown', undefined);
    this.emit('callRejected', { attempt: 1, reason: 'shutdown', error: this.interruption?.error });
    return this.ended();
  }

  private ended(): Ending | null {
    return this.interruption === null ? null : endingOf(this.interruption);
  }

  private limitTo(limitMs: number): void {
    if (limitMs === Infinity) return;
    this.limitMs = limitMs;
    this.deadlineAt = (Number.isNaN(this.startedAt) ? this.engine.clock.now() : this.startedAt) + limitMs;
  }
}

const NO_OPTIONS: AdapterCallOptions = {};

function misused(issue: string): Ending {
  return { kind: 'error', reason: 'permanent', error: new ResilienceConfigError({ issues: [issue] }) };
}
