import type { AttemptContext } from './attempt-context.js';
import type { Surroundings } from './attempt-storage.js';
import type { ChaosHost } from './chaos/chaos.js';
import type { Lease } from './circuit-breaker/leases.js';
import { UNRECORDED, type Permit } from './circuit-breaker/permit.js';
import type { Engine, Stoppable } from './engine.js';
import type { Interruptible, Interruption } from './interruption.js';
import type { UnderWay } from './lane.js';
import { Pause } from './pause.js';
import type { Random } from './random.js';
import { SlotHolder } from './slot-holder.js';
import type { TimerHandle, TimerTask } from './time/clock.js';

/** What an attempt reads of its call. */
export interface AttemptHost {
  readonly engine: Engine;
  readonly policy: string;
  readonly operation: string;
  readonly maxAttempts: number;
  readonly callId: string;
  readonly lastError: unknown;
  /** Instant on the monotonic clock; Infinity without a limit. */
  readonly deadlineAt: number;
  readonly attemptTimeoutMs: number | undefined;
  /** The attempt that the call is made in. */
  readonly outer: AttemptContext | undefined;
  /** Ends the attempt if the call has been interrupted while the operation was being invoked. */
  readonly interruption: Interruption | null;
  outerMs(): number;
  /** A result or an error that comes after the attempt has ended. */
  lateResult(value: unknown): void;
  timeoutError(scope: 'attempt', timeoutMs: number): unknown;
  shutdownError(): unknown;
  /** Tells of the stream that went on for too long; gives the error that ends it. */
  streamTimeout(timeoutMs: number): unknown;
  refusalObserved(breaker: string): void;
}

/** An adapter's own half of an attempt: stops when nobody waits for it, or for the rest of it, any more. */
export interface AttemptWatcher {
  abandon(reason: unknown): void;
}

/** An attempt as an adapter sees it that looks after what the operation gives, beyond its first item. */
export interface AdapterAttempt extends AttemptContext {
  /** Told of the abort of `signal`, which need not be read for it, and of a result that nobody gets. */
  watcher: AttemptWatcher | null;
  /** A stream has given its first item and goes on, bounded only by what is around its call. */
  goesOn: boolean;
  /** See {@link SlotHolder.keepSlot}. */
  keepSlot(): (() => void) | undefined;
  /** Nobody gets this value of the attempt's. */
  drop(value: unknown): void;
}

/** What ended an attempt before its operation did. */
export type EndedBy = Interruption | 'attemptTimeout';

/** Orders attempts over all engines of the process, for telling inner calls from earlier ones. */
let lastSequence = 0;

export function nextSequence(): number {
  return ++lastSequence;
}

/** One turn of a call: the context that the operation sees, the permit that the breaker gave, and the race for its end. */
export class Attempt
  extends SlotHolder
  implements AdapterAttempt, Permit, Interruptible, TimerTask, Stoppable, ChaosHost, Surroundings
{
  readonly lastError: unknown;
  generation = UNRECORDED;
  lease: Lease | null = null;
  /** Monotonic instant of the invocation; NaN where the clock was not read. */
  startedAt = NaN;
  endedBy: EndedBy | null = null;
  /** The end of the application has aborted `signal`. */
  wasShutDown = false;
  /** There once `signal` was read, and with it a listener that hears of the end of the application. */
  shutDown!: () => void;
  watcher: AttemptWatcher | null = null;
  goesOn = false;
  private isOver = false;
  private controller: AbortController | null = null;
  private aborted: { readonly reason: unknown } | null = null;
  private timer: TimerHandle = undefined;
  private timeoutAt = Infinity;
  private waiting: Pause | null = null;
  private rejectGuard: ((error: unknown) => void) | null = null;

  constructor(
    private readonly call: AttemptHost,
    readonly attempt: number,
    readonly sequence: number = nextSequence(),
  ) {
    super();
    this.lastError = call.lastError;
  }

  get maxAttempts(): number {
    return this.call.maxAttempts;
  }

  get policy(): string {
    return this.call.policy;
  }

  get operation(): string {
    return this.call.operation;
  }

  get callId(): string {
    return this.call.callId;
  }

  get random(): Random {
    return this.call.engine.random;
  }

  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController();
      if (this.aborted !== null) this.controller.abort(this.aborted.reason);
      else if (!this.isOver) this.obeyShutdown();
    }
    return this.controller.signal;
  }

  get outer(): AttemptContext | undefined {
    return this.call.outer;
  }

  get isLive(): boolean {
    if (this.goesOn) return true;
    return this.endedBy === null ? !this.isOver : this.isAtWork;
  }

  remaining(): number {
    if (this.goesOn) return this.call.outerMs();
    const until = Math.min(this.call.deadlineAt, this.timeoutAt);
    return until === Infinity ? Infinity : Math.max(0, until - this.call.engine.clock.now());
  }

  /** Milliseconds since the invocation; NaN where the clock was not read. */
  elapsedMs(): number {
    return Number.isNaN(this.startedAt) ? NaN : this.call.engine.clock.now() - this.startedAt;
  }

  /** Starts the attempt's own limit; call right before the operation is invoked. */
  startTimer(): void {
    const { attemptTimeoutMs, engine } = this.call;
    if (attemptTimeoutMs === undefined) return;
    this.timer = engine.clock.setTimer(this, attemptTimeoutMs);
    this.timeoutAt = engine.clock.now() + attemptTimeoutMs;
  }

  /** The operation's end, or this attempt's limit or the call's interruption, whichever is first. */
  guard(result: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.joinRace(reject);
      result.then(
        (value) => (this.settled() ? resolve(value) : this.call.lateResult(value)),
        (error: unknown) => {
          if (this.settled()) reject(error);
        },
      );
    });
  }

  /** @param reject ends the race before the operation does */
  joinRace(reject: (error: unknown) => void): void {
    this.beginWork();
    this.rejectGuard = reject;
    if (this.call.interruption !== null) this.interrupt(this.call.interruption);
  }

  /** The operation has ended, which is news only where nothing else has ended the attempt before: true then. */
  settled(): boolean {
    this.endWork();
    return this.endedBy === null;
  }

  /** Stands for an attempt that has been invoked already, and whose timer is somebody else's. */
  takeOver({ lane, generation, startedAt }: UnderWay): void {
    this.generation = generation;
    this.admittedBy = lane.control;
    const { attemptTimeoutMs, engine } = this.call;
    if (attemptTimeoutMs === undefined) return;
    this.timeoutAt = (Number.isNaN(startedAt) ? engine.clock.now() : startedAt) + attemptTimeoutMs;
  }

  expire(): void {
    const timeoutMs = this.call.attemptTimeoutMs as number;
    this.endBefore('attemptTimeout', this.call.timeoutError('attempt', timeoutMs));
  }

  interrupt(interruption: Interruption): void {
    this.endBefore(interruption, interruption.error);
  }

  async wait(delayMs: number): Promise<boolean> {
    this.waiting = new Pause(this.call.engine.clock, delayMs);
    await this.waiting.over;
    return this.endedBy === null && !this.wasShutDown;
  }

  refusalObserved(breaker: string): void {
    this.call.refusalObserved(breaker);
  }

  /** The attempt is over: stops its timers and forgets its signal, which stays as it is. */
  finish(): void {
    this.isOver = true;
    if (this.timer !== undefined) this.call.engine.clock.clearTimer(this.timer);
    this.timer = undefined;
    this.waiting?.interrupt();
    if (this.controller !== null) this.call.engine.release(this);
  }

  /** Aborts `signal`, also when it is read only later. */
  abort(reason: unknown): void {
    if (this.aborted !== null) return;
    this.aborted = { reason };
    this.controller?.abort(reason);
    this.watcher?.abandon(reason);
  }

  /** The error that ends the attempt's stream, which went on for too long after its first item. */
  streamTimeout(timeoutMs: number): unknown {
    return this.call.streamTimeout(timeoutMs);
  }

  drop(value: unknown): void {
    this.call.lateResult(value);
  }

  private endBefore(endedBy: EndedBy, error: unknown): void {
    if (this.endedBy !== null || this.rejectGuard === null) return;
    this.endedBy = endedBy;
    this.rejectGuard(error);
  }

  /** By a promise, so that the signal's listeners run in the async context of the code that read it. */
  private obeyShutdown(): void {
    const { engine } = this.call;
    const told = new Promise<void>((resolve) => {
      this.shutDown = resolve;
    });
    void told.then(() => this.abortForShutdown());
    engine.abortables.add(this);
  }

  private abortForShutdown(): void {
    if (this.isOver) return;
    this.wasShutDown = true;
    this.waiting?.interrupt();
    this.abort(this.call.shutdownError());
  }
}

/** Whether something has ended this attempt before its operation. */
export function hasEnded(attempt: AttemptContext): boolean {
  return attempt instanceof Attempt && attempt.endedBy !== null;
}
