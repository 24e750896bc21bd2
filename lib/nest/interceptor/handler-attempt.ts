import type { Observable, Observer, Subscription } from 'rxjs';
import type { Attempt, AttemptWatcher } from '../../core/attempt.js';
import { letGoOn } from '../stream/in-attempt.js';
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

  constructor(
    private readonly context: Attempt,
    private readonly subscriber: Observer<unknown>,
  ) {
    context.watcher = this;
  }

  /** Resolves with the first item, or with `undefined` at the end; rejects on an error before that. */
  untilFirstItem(source: Observable<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.source = source.subscribe(this);
      if (this.isStopped) this.source.unsubscribe();
    });
  }

  next(value: unknown): void {
    if (this.isForwarding) return this.subscriber.next(value);
    if (this.held.push(value) === 1) this.resolve(asResult(value));
  }

  error(error: unknown): void {
    if (this.isForwarding) return this.subscriber.error(error);
    if (this.held.length === 0) return this.reject(error);
    this.failure = { error };
  }

  complete(): void {
    if (this.isForwarding) return this.subscriber.complete();
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
    letGoOn(this.context, true);
    // Items that come while the first ones are passed on wait for their turn.
    for (const value of this.held) this.subscriber.next(value);
    this.held.length = 0;
    this.isForwarding = true;
    if (this.failure !== undefined) this.subscriber.error(this.failure.error);
    else if (this.hasEnded) this.subscriber.complete();
  }

  /** Nobody wants what this attempt may still give. */
  stop(): void {
    this.isStopped = true;
    this.source?.unsubscribe();
    this.context.watcher = null;
    letGoOn(this.context, false);
  }

  /** As {@link stop}, where the call may wait for this attempt still. */
  abandon(reason: unknown): void {
    this.stop();
    this.reject(reason);
  }
}

function noop(): void {
  // replaced before anything can call it
}
