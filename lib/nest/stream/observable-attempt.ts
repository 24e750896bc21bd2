import { from, isObservable, Observable, type Observer, type Subscriber } from 'rxjs';
import type { Attempt, AttemptWatcher } from '../../core/attempt.js';
import { toPromise } from '../../core/to-promise.js';
import { inAttempt } from './in-attempt.js';
import { asResult, type OpenStream, type StreamTools } from './run-stream.js';
import { StreamLimits } from './stream-limits.js';

const MOST_HELD = 16;

/** One subscription to the protected source. */
export class ObservableAttempt implements AttemptWatcher {
  /** The call has its success: what comes goes to the subscriber. */
  hasBegun = false;
  private readonly held: unknown[] = [];
  private hasCompleted = false;
  private failure: { readonly error: unknown } | undefined;
  private isOver = false;
  private source: Subscriber<unknown> | undefined;
  private resolve: (value: unknown) => void = noop;
  private reject: (error: unknown) => void = noop;
  private readonly limits: StreamLimits;
  private readonly releaseSlot: (() => void) | undefined;
  /** Unsubscribing does not end its work. */
  private endsByItself: boolean;
  /** How many items are held back until the policy has taken the first one in. */
  private readonly mostHeld: number;

  constructor(
    private readonly context: Attempt,
    private readonly tools: StreamTools,
    private readonly subscriber: Observer<unknown>,
  ) {
    // Nothing can refuse a first item but a `retryResult`: without one, a source that gives more at once than this may
    // be one that never stops unless its subscriber does.
    this.mostHeld = tools.scope.retry?.settings.retryResult === undefined ? MOST_HELD : Infinity;
    this.limits = new StreamLimits(tools, this);
    this.releaseSlot = context.keepSlot();
    this.endsByItself = tools.endsByItself === true;
    context.watcher = this;
  }

  /** Resolves with the first item, or with `undefined` at the end; rejects on an error before that. */
  untilFirstItem(open: OpenStream): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      // Read, so that the end of the application aborts it while the first item is waited for.
      void this.context.signal;
      this.subscribe(this.sourceFrom(open));
    });
  }

  /** Whether the call ended with what this attempt gave, not with a fallback's answer. */
  gave(given: unknown): boolean {
    if (this.hasBegun) return true;
    if (this.isOver) return false;
    return this.held.length > 0
      ? Object.is(asResult(this.held[0]), given)
      : this.hasCompleted && given === undefined;
  }

  /** What was held back, and all that follows, goes to the subscriber. */
  forward(): void {
    if (this.hasBegun || this.isOver) return;
    this.hasBegun = true;
    this.context.goesOn = true;
    this.limits.start(this.context.remaining());
    // Items that come while the first ones are passed on wait for their turn at the end of the list.
    for (const item of this.held) this.subscriber.next(item);
    this.held.length = 0;
    if (this.failure !== undefined) this.fail(this.failure.error);
    else if (this.hasCompleted) this.complete();
    else this.limits.waiting();
  }

  /** Nobody wants what this attempt may still give. */
  stop(): void {
    this.isOver = true;
    this.limits.stop();
    if (!this.worksOn) this.tearDown();
  }

  /** As {@link stop}, where the call may wait for this attempt still. */
  abandon(reason: unknown): void {
    this.stop();
    this.reject(reason);
  }

  /** As {@link stop}, and the operation is told, unless it has ended by itself. */
  leave(reason: unknown): void {
    const hasEnded = this.hasCompleted || this.failure !== undefined;
    this.stop();
    if (this.hasBegun && !hasEnded)
      this.context.abort(reason ?? new DOMException('unsubscribed', 'AbortError'));
  }

  timeoutError(limitMs: number): unknown {
    return this.context.streamTimeout(limitMs);
  }

  /** A limit was reached, or the application ends. */
  end(error: unknown): void {
    this.stop();
    this.context.abort(error);
    this.subscriber.error(error);
  }

  /** It holds a slot, and its work ends by itself alone: that has to be heard, though nobody wants what comes. */
  private get worksOn(): boolean {
    return this.endsByItself && this.releaseSlot !== undefined && this.source !== undefined;
  }

  private tearDown(): void {
    const { source } = this;
    if (source !== undefined)
      inAttempt(this.tools.scope.engine.context, this.context, () => source.unsubscribe());
    this.context.goesOn = false;
    this.releaseSlot?.();
  }

  private sourceFrom(open: OpenStream): Observable<unknown> {
    try {
      const given = open(this.context);
      if (isObservable(given)) return given;
      this.endsByItself = true;
      return from(toPromise(given));
    } catch (error) {
      this.releaseSlot?.();
      throw error;
    }
  }

  private subscribe(source: Observable<unknown>): void {
    const items = new Observable((subscriber) => {
      this.source = subscriber;
      if (!this.isOver) subscriber.add(source.subscribe(subscriber));
    });
    items.subscribe({
      next: (item) => this.take(item),
      error: (error: unknown) => this.fail(error),
      complete: () => this.complete(),
    });
  }

  private take(item: unknown): void {
    if (this.isOver) return this.late(item);
    if (this.hasBegun && this.held.length === 0) {
      this.subscriber.next(item);
      return this.limits.waiting();
    }
    const held = this.held.push(item);
    if (this.hasBegun) return;
    if (held === 1) this.resolve(asResult(item));
    else if (held > this.mostHeld) this.forward();
  }

  private late(item: unknown): void {
    this.context.drop(item);
    this.tearDown();
  }

  private fail(error: unknown): void {
    this.releaseSlot?.();
    if (this.isOver) return this.tearDown();
    if (!this.hasBegun && this.held.length === 0) return this.reject(error);
    this.failure = { error };
    if (!this.hasBegun || this.held.length > 0) return;
    this.limits.stop();
    this.subscriber.error(error);
    this.tearDown();
  }

  private complete(): void {
    this.releaseSlot?.();
    if (this.isOver) return this.tearDown();
    this.hasCompleted = true;
    if (!this.hasBegun && this.held.length === 0) this.resolve(undefined);
    if (!this.hasBegun || this.held.length > 0) return;
    this.limits.stop();
    this.subscriber.complete();
    this.tearDown();
  }
}

function noop(): void {
  // replaced before anything can call it
}
