import { printable } from '../../core/printable.js';
import { isThenable } from '../../core/sync-result.js';
import type { ResilienceEvent, ResilienceEventType } from '../../core/events/event-types.js';
import { fullError } from '../logging/describe-error.js';
import type { ResilienceLogger } from '../logging/resilience.logger.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import type { ListeningClass } from './find-listeners.js';

type Method = (event: ResilienceEvent) => unknown;

/** Lets every `@OnResilienceEvent` method hear of its events, until the application ends. */
export function subscribeListeners(
  runtime: ResilienceRuntime,
  logger: ResilienceLogger,
  listeners: readonly ListeningClass[],
): void {
  const { events } = runtime.engine;
  for (const { subscription, instance, key, type } of subscriptionsOf(listeners)) {
    const guarded = new GuardedMethod(runtime, logger, `${runtime.names.nameOf(type)}.${String(key)}`);
    events.on(subscription.type as ResilienceEventType, (event) => {
      if (isOf(runtime, subscription.breaker, event)) guarded.call(instance, key, event);
    });
  }
}

function subscriptionsOf(listeners: readonly ListeningClass[]) {
  return listeners.flatMap(({ type, methods, instances = [] }) =>
    methods.flatMap(({ key, subscriptions }) =>
      subscriptions.flatMap((subscription) =>
        instances.map((instance) => ({ subscription, instance, key, type })),
      ),
    ),
  );
}

/** A policy's name stands for all of its breakers. */
function isOf({ engine }: ResilienceRuntime, wanted: string | undefined, event: ResilienceEvent): boolean {
  if (wanted === undefined) return true;
  const breaker = 'breaker' in event ? event.breaker : undefined;
  if (breaker === undefined) return false;
  return breaker === wanted || engine.breakers.get(breaker)?.policies.includes(wanted) === true;
}

/** Runs one listening method; what goes wrong in it is told, and harms nothing. */
class GuardedMethod {
  private hasTold = false;

  constructor(
    private readonly runtime: ResilienceRuntime,
    private readonly logger: ResilienceLogger,
    private readonly name: string,
  ) {}

  call(instance: object, key: PropertyKey, event: ResilienceEvent): void {
    try {
      const result = (instance as Record<PropertyKey, Method>)[key]?.(event);
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.tell(error, event));
    } catch (error) {
      this.tell(error, event);
    }
  }

  private tell(error: unknown, event: ResilienceEvent): void {
    const message = `${printable(this.name)}, a listener of "${event.type}", failed`;
    if (event.type !== 'diagnostic')
      return this.runtime.engine.diagnose({ source: 'listener', message, error }, event);
    // As a diagnostic event it would come back to the very listener.
    if (this.hasTold) return;
    this.hasTold = true;
    this.logger.warn(`${message}: ${fullError(error)}`);
  }
}
