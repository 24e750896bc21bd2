import { Observable, Subscriber, type Observer, type Operator, type Subscription } from 'rxjs';

type Subscribe<T> = (subscriber: Subscriber<T>) => () => void;

/**
 * An Observable that outlives the faults of those who listen: what a subscriber throws, also behind operators, is told to
 * `onFault`, where rxjs would end the process with it.
 */
export class EventStream<T> extends Observable<T> {
  /** A subscriber that fails at everything is not told of its own faults. */
  private isTelling = false;

  constructor(
    private readonly onFault: (error: unknown) => void,
    subscribe?: Subscribe<T>,
  ) {
    super(subscribe);
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new EventStream<R>(this.onFault);
    lifted.source = this;
    lifted.operator = operator;
    return lifted;
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: any) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // An operator's: what it throws is an error of the stream behind it.
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const observer =
      typeof observerOrNext === 'object' && observerOrNext !== null
        ? observerOrNext
        : { next: observerOrNext ?? undefined, error: error ?? undefined, complete: complete ?? undefined };
    return super.subscribe(this.guarded(observer as Partial<Observer<T>>));
  }

  private guarded(observer: Partial<Observer<T>>): Partial<Observer<T>> {
    return {
      next: (value) => this.safely(() => observer.next?.(value)),
      complete: () => this.safely(() => observer.complete?.()),
      ...(observer.error && { error: (reason: unknown) => this.safely(() => observer.error?.(reason)) }),
    };
  }

  private safely(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (this.isTelling) return;
      this.isTelling = true;
      this.onFault(error);
      this.isTelling = false;
    }
  }
}
