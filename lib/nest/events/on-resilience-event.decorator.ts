import type {
  BreakerEventType,
  ResilienceEventOf,
  ResilienceEventType,
} from '../../core/events/event-types.js';
import type { InstanceTarget } from '../decorators/decorator-types.js';
import { addSubscription } from './listener-metadata.js';

/** What narrows an `@OnResilienceEvent` of a breaker's events. @public */
export interface OnBreakerEventOptions {
  /**
   * Only events of this breaker; a policy's name stands for all breakers of the policy.
   *
   * @defaultValue those of every breaker
   */
  breaker?: string;
}

type OptionsFor<T extends ResilienceEventType> = [T] extends [BreakerEventType]
  ? [options?: OnBreakerEventOptions]
  : [];

/**
 * Calls a method of a provider with every event of this type, at once and in the async context of the call that caused
 * it; several on one method add up. What it throws, or rejects with, is logged and harms nothing.
 *
 * Listening begins when the application starts and ends with it. Providers of request scope cannot listen: the boot fails
 * and says so. Events that somebody listens to are made for every call: `attemptStarted` and `success` are the frequent ones.
 *
 * @param options of events that come from a breaker: which one
 *
 * @example
 * ```ts
 * @OnResilienceEvent('circuitOpened', { breaker: 'PaymentsService' })
 * page({ breaker, reason }: CircuitOpenedEvent) {
 *   this.pager.send(`${breaker} opened: ${reason}`);
 * }
 * ```
 * @public
 */
export function OnResilienceEvent<const T extends ResilienceEventType>(type: T, ...options: OptionsFor<T>) {
  return <M extends (event: ResilienceEventOf<T>) => unknown>(
    target: InstanceTarget,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    if (typeof descriptor?.value !== 'function') {
      throw new TypeError(
        `@OnResilienceEvent on ${target.constructor.name}.${String(key)}: only methods can listen`,
      );
    }
    addSubscription(descriptor.value, { type, ...options[0] });
  };
}
