import { from, isObservable, Observable, type Observer, type Subscriber } from 'rxjs';
import type { AttemptContext } from '../../core/attempt-context.js';
import { toPromise } from '../../core/to-promise.js';
import { inAttempt, letGoOn, outsideOfAttempt } from './in-attempt.js';
import { abortRest, asResult, type OpenStream, type StreamTools } from './run-stream.js';
import { StreamLimits } from './stream-limits.js';

const MOST_HELD = 16;

/**
 * An Observable under a policy, each subscription a call of its own.
 *
 * An attempt succeeds with its first item, or by completing without one; it may be retried until then. Whatever follows
 * passes as it is, bounded by `timeout.stream`. Unsubscribing before the first item ends the call as an abort; at any
 * time it aborts the signal of the attempt.
 */
export function protectObservable(open: OpenStream, tools: StreamTools): Observable<unknown> {
  return new Observable((subscriber) => {
    const call = new ObservableCall(open, tools, subscriber);
    // Before the source is asked: one that gives everything at once hears, too, that nobody listens any more.
    subscriber.add(() => call.leave());
    call.run();
  });
}

/** One subscription. */
class ObservableCall {
  private readonly abort = new AbortController();
  private current: ObservableAttempt | undefined;
  private readonly observer: Observer<unknown>;

  constructor(
    private readonly open: OpenStream,
    private readonly tools: StreamTools,
    private readonly subscriber: Subscriber<unknown>,
  ) {
    this.observer = outsideOfAttempt(tools.scope.engine.context, subscriber);
  }

  run(): void {
    this.tools
      .run((context) => this.attempt(context), { signal: this.abort.signal, isSerial: true })
      .then(
        (given) => this.accepted(given),
        (error: unknown) => this.failed(error),
      );
  }

  /** Nobody listens any more. */
  leave(): void {
    if (this.current?.hasBegun !== true) this.abort.abort();
    this.current?.abandon(this.abort.signal.reason);
  }

  private attempt(context: AttemptContext): Promise<unknown> {
    this.current?.stop(); // it gave a result that the policy did not want
    this.current = new ObservableAttempt(context, this.tools, this.observer);
    return this.current.untilFirstItem(this.open);
  }

  private accepted(given: unknown): void {
    if (this.current?.gave(given) === true) return this.current.forward();
    this.current?.stop();
    answer(given, this.subscriber);
  }

  private failed(error: unknown): void {
    this.current?.stop();
    this.subscriber.error(error);
  }
}

/** A fallback's answer: a stream of its own, or one value. */
function answer(value: unknown, subscriber: Subscriber<unknown>): void {
  if (subscriber.closed) return;
  if (isObservable(value)) {
    subscriber.add(value.subscribe(subscriber));
    return;
  }
  subscriber.next(value);
  subscriber.complete();
}

/** One subscription to the protected source. */
class ObservableAttempt {
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
  /** How many items are held back until the policy has taken the first one in. */
  private readonly mostHeld: number;

  constructor(
    private readonly context: AttemptContext,
    private readonly tools: StreamTools,
    private readonly subscriber: Observer<unknown>,
  ) {
    // Nothing can refuse a first item but a `retryResult`: without one, a source that gives more at once than this may
    // be one that never stops unless its subscriber does.
    this.mostHeld = tools.scope.retry?.settings.retryResult === undefined ? MOST_HELD : Infinity;
    this.limits = new StreamLimits(tools, (error) => this.end(error));
  }

  /** Resolves with the first item, or with `undefined` at the end; rejects on an error before that. */
  untilFirstItem(open: OpenStream): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      const given = open(this.context);
      const source = isObservable(given) ? given : from(toPromise(given));
      this.context.signal.addEventListener('abort', () => this.stop(), { once: true });
      if (this.context.signal.aborted) this.stop();
      this.subscribe(source);
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
    letGoOn(this.context, true);
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
    const { source } = this;
    if (source !== undefined)
      inAttempt(this.tools.scope.engine.context, this.context, () => source.unsubscribe());
    letGoOn(this.context, false);
  }

  /** As {@link stop}, and the operation is told, unless it has ended by itself. */
  abandon(reason: unknown): void {
    const hasEnded = this.hasCompleted || this.failure !== undefined;
    this.stop();
    if (this.hasBegun && !hasEnded)
      abortRest(this.context, reason ?? new DOMException('unsubscribed', 'AbortError'));
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
    if (this.isOver) return;
    if (this.hasBegun && this.held.length === 0) {
      this.subscriber.next(item);
      return this.limits.waiting();
    }
    const held = this.held.push(item);
    if (this.hasBegun) return;
    if (held === 1) this.resolve(asResult(item));
    else if (held > this.mostHeld) this.forward();
  }

  private fail(error: unknown): void {
    if (!this.hasBegun && this.held.length === 0) return this.reject(error);
    this.failure = { error };
    if (!this.hasBegun || this.held.length > 0) return;
    this.limits.stop();
    this.subscriber.error(error);
  }

  private complete(): void {
    this.hasCompleted = true;
    if (!this.hasBegun && this.held.length === 0) this.resolve(undefined);
    if (!this.hasBegun || this.held.length > 0) return;
    this.limits.stop();
    this.subscriber.complete();
  }

  /** A limit was reached, or the application ends. */
  private end(error: unknown): void {
    this.stop();
    abortRest(this.context, error);
    this.subscriber.error(error);
  }
}

function noop(): void {
  // replaced before anything can call it
}
