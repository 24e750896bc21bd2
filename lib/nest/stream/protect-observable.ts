import { isObservable, Observable, type Observer, type Subscriber } from 'rxjs';
import type { Attempt } from '../../core/attempt.js';
import { outsideOfAttempt } from './in-attempt.js';
import { ObservableAttempt } from './observable-attempt.js';
import type { OpenStream, StreamTools } from './run-stream.js';

/**
 * An Observable under a policy, each subscription a call of its own.
 *
 * An attempt succeeds with its first item, or by completing without one; it may be retried until then. Whatever follows
 * passes as it is, bounded by `timeout.stream`. Unsubscribing before the first item ends the call as an abort; at any
 * time it aborts the signal of the attempt. The slot of a bulkhead is held until the source has ended or is torn down.
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
      .run((context) => this.attempt(context), { signal: this.abort.signal, givesItems: true })
      .then(
        (given) => this.accepted(given),
        (error: unknown) => this.failed(error),
      );
  }

  /** Nobody listens any more. */
  leave(): void {
    if (this.current?.hasBegun !== true) this.abort.abort();
    this.current?.leave(this.abort.signal.reason);
  }

  private attempt(context: Attempt): Promise<unknown> {
    this.current = new ObservableAttempt(context, this.tools, this.observer);
    return this.current.untilFirstItem(this.open);
  }

  private accepted(given: unknown): void {
    if (this.current?.gave(given) === true) return this.current.forward();
    this.current?.stop();
    this.answer(given);
  }

  private failed(error: unknown): void {
    this.current?.stop();
    this.subscriber.error(error);
  }

  /** A fallback's answer: a stream of its own, or one value. */
  private answer(value: unknown): void {
    const { subscriber, tools } = this;
    if (subscriber.closed) return;
    if (isObservable(value)) {
      subscriber.add(value.subscribe(subscriber));
      return;
    }
    const fault = tools.faultOf?.(value);
    if (fault !== undefined) return subscriber.error(fault);
    subscriber.next(value);
    subscriber.complete();
  }
}
