import { bitOf, EVERY_EVENT } from './event-mask.js';
import { isThenable } from '../sync-result.js';
import type { ResilienceEvent, ResilienceEventType, ResilienceListener } from './event-types.js';

type AnyListener = (event: ResilienceEvent) => unknown;
/** @param emitter - the one whose listener failed */
type OnFault = (error: unknown, event: ResilienceEvent, emitter: Emitter) => void;

/** What a user of a policy may do with its events. */
export interface ResilienceEvents {
  /** Subscribes to one type of event; the function returned unsubscribes. */
  on<T extends ResilienceEventType>(type: T, listener: ResilienceListener<T>): () => void;
  /** Subscribes to every event; the function returned unsubscribes. */
  onAny(listener: (event: ResilienceEvent) => void): () => void;
}

/**
 * Delivers events to listeners, synchronously: first to those of the event's type, then to those of every type, both in
 * order of subscription.
 *
 * An emitter may have a parent: what is emitted here reaches the parent's listeners, too, and so on upwards. Event
 * objects are made only where the mask says that somebody listens. A listener that throws, or returns a promise that
 * rejects, harms neither the call nor the other listeners: the fault is reported once.
 */
export class Emitter implements ResilienceEvents {
  private readonly byType = new Map<ResilienceEventType, readonly AnyListener[]>();
  private everyType: readonly AnyListener[] = [];
  private ownMask = 0;

  constructor(
    readonly parent?: Emitter,
    private readonly onFault: OnFault | undefined = parent?.onFault,
  ) {}

  /** The bits of all types that anybody listens to, here or further up. */
  get mask(): number {
    return this.parent === undefined ? this.ownMask : this.ownMask | this.parent.mask;
  }

  wants(type: ResilienceEventType): boolean {
    return (this.mask & bitOf(type)) !== 0;
  }

  on<T extends ResilienceEventType>(type: T, listener: ResilienceListener<T>): () => void {
    // A wrapper of its own for each subscription: subscribing one function twice makes two subscriptions.
    const entry: AnyListener = (event) => (listener as AnyListener)(event);
    this.setListeners(type, [...this.listenersOf(type), entry]);
    return () =>
      this.setListeners(
        type,
        this.listenersOf(type).filter((one) => one !== entry),
      );
  }

  onAny(listener: (event: ResilienceEvent) => void): () => void {
    const entry: AnyListener = (event) => listener(event);
    this.setEveryType([...this.everyType, entry]);
    return () => this.setEveryType(this.everyType.filter((one) => one !== entry));
  }

  emit(event: ResilienceEvent): void {
    this.emitHere(event);
    this.parent?.emit(event);
  }

  /** Delivers to this emitter's own listeners alone. */
  emitHere(event: ResilienceEvent): void {
    for (const listener of this.listenersOf(event.type)) this.deliver(listener, event);
    for (const listener of this.everyType) this.deliver(listener, event);
  }

  /** Drops every listener. */
  clear(): void {
    this.byType.clear();
    this.everyType = [];
    this.ownMask = 0;
  }

  private listenersOf(type: ResilienceEventType): readonly AnyListener[] {
    return this.byType.get(type) ?? [];
  }

  private setListeners(type: ResilienceEventType, listeners: readonly AnyListener[]): void {
    if (listeners.length > 0) this.byType.set(type, listeners);
    else this.byType.delete(type);
    this.updateMask();
  }

  private setEveryType(listeners: readonly AnyListener[]): void {
    this.everyType = listeners;
    this.updateMask();
  }

  private updateMask(): void {
    let mask = this.everyType.length > 0 ? EVERY_EVENT : 0;
    for (const type of this.byType.keys()) mask |= bitOf(type);
    this.ownMask = mask;
  }

  private deliver(listener: AnyListener, event: ResilienceEvent): void {
    try {
      const result = listener(event);
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.onFault?.(error, event, this));
    } catch (error) {
      this.onFault?.(error, event, this);
    }
  }
}
