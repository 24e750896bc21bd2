import type { Observable, Observer, Subscription } from 'rxjs';
import type { AdapterAttempt, AttemptWatcher } from '../../core/attempt.js';
import { asResult } from '../stream/run-stream.js';

/**
 * One attempt of a handler. It succeeds with the first item, or by ending without one; whatever comes is held back until
 * the policy has accepted the attempt.
 */
export class HandlerAttempt implements Observer<unknown>, AttemptWatcher {
  private readonly held: unknown[] = [];
  private hasEnded = false;
  private failure: { readonly error: unknown } | undefined;
  private isForwarding = false;
  private isStopped = false;
  private source: Subscription | undefined;
  private resolve: (value: unknown) => void = noop;
  private reject: (error: unknown) => void = noop;

  private readonly releaseSlot: (() => void) | undefined;

  /** @param endsByItself unsubscribing does not end its work, as where it is a promise's */
  constructor(
    private readonly context: AdapterAttempt,
    private readonly subscriber: Observer<unknown>,
    private readonly endsByItself: boolean,
  ) {
    this.releaseSlot = context.keepSlot();
    context.watcher = this;
  }

  /** Resolves with the first item, or with `undefined` at the end; rejects on an error before that. */
  untilFirstItem(handle: () => Observable<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.source = this.sourceFrom(handle).subscribe(this);
      if (this.isStopped) this.stop();
    });
  }

  next(value: unknown): void {
    if (this.isStopped) return this.late(value);
    if (this.isForwarding) return this.subscriber.next(value);
    if (this.held.push(value) === 1) this.resolve(asResult(value));
  }

  error(error: unknown): void {
    this.releaseSlot?.();
    if (this.isStopped) return this.tearDown();
    if (this.isForwarding) {
      this.subscriber.error(error);
      return this.tearDown();
    }
    if (this.held.length === 0) {
      this.context.watcher = null;
      return this.reject(error);
    }
    this.failure = { error };
  }

  complete(): void {
    this.releaseSlot?.();
    if (this.isStopped) return this.tearDown();
    if (this.isForwarding) {
      this.subscriber.complete();
      return this.tearDown();
    }
    this.hasEnded = true;
    if (this.held.length === 0) this.resolve(undefined);
  }

  /** Whether the call ended with what this attempt gave, not with a fallback's answer. */
  gave(value: unknown): boolean {
    if (this.isStopped) return false;
    return this.held.length > 0
      ? Object.is(asResult(this.held[0]), value)
      : this.hasEnded && value === undefined;
  }

  /** What was held back, and all that follows, goes to the subscriber. */
  forward(): void {
    this.context.goesOn = !this.hasEnded && this.failure === undefined;
    // Items that come while the first ones are passed on wait for their turn.
    for (const value of this.held) this.subscriber.next(value);
    this.held.length = 0;
    this.isForwarding = true;
    if (this.failure !== undefined) this.error(this.failure.error);
    else if (this.hasEnded) this.complete();
  }

  /** Nobody wants what this attempt may still give. */
  stop(): void {
    this.isStopped = true;
    if (this.hasAnswered) this.context.watcher = null;
    if (!this.worksOn) this.tearDown();
  }

  /** As {@link stop}, where the call may wait for this attempt still. */
  abandon(reason: unknown): void {
    this.stop();
    this.reject(reason);
    this.context.watcher = null;
  }

  /** The call waits for it no longer, so that nobody has to tell it anything. */
  private get hasAnswered(): boolean {
    return this.isForwarding || this.hasEnded || this.held.length > 0;
  }

  /** It holds a slot, and its work ends by itself alone: that has to be heard, though nobody wants what comes. */
  private get worksOn(): boolean {
    return this.endsByItself && this.releaseSlot !== undefined;
  }

  private sourceFrom(handle: () => Observable<unknown>): Observable<unknown> {
    try {
      return handle();
    } catch (error) {
      this.releaseSlot?.();
      throw error;
    }
  }

  private late(value: unknown): void {
    this.context.drop(value);
    this.tearDown();
  }

  private tearDown(): void {
    this.source?.unsubscribe();
    this.context.goesOn = false;
    this.releaseSlot?.();
  }
}

function noop(): void {
  // replaced before anything can call it
}
