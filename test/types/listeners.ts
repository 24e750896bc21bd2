import type {
  CallRejectedEvent,
  CircuitClosedEvent,
  CircuitEvent,
  CircuitOpenedEvent,
  ResilienceEvent,
  RetryEvent,
} from '../../lib/core/events/event-types.js';
import { OnResilienceEvent } from '../../lib/nest/events/on-resilience-event.decorator.js';

export class Listeners {
  @OnResilienceEvent('circuitOpened')
  opened(event: CircuitOpenedEvent): string {
    return event.breaker;
  }

  @OnResilienceEvent('circuitOpened')
  @OnResilienceEvent('circuitClosed', { breaker: 'payments' })
  either(event: CircuitEvent): string {
    return event.breaker;
  }

  @OnResilienceEvent('callRejected', { breaker: 'payments' })
  async rejected(event: CallRejectedEvent): Promise<string | undefined> {
    return event.breaker;
  }

  @OnResilienceEvent('retry')
  any(event: ResilienceEvent): string {
    return event.type;
  }

  @OnResilienceEvent('retry')
  nothing(): void {}

  // @ts-expect-error: the event is another one
  @OnResilienceEvent('circuitOpened')
  other(event: CircuitClosedEvent): string {
    return event.type;
  }

  // @ts-expect-error: the event is another one
  @OnResilienceEvent('callRejected')
  unlike(event: RetryEvent): number {
    return event.delay;
  }

  // @ts-expect-error: nobody gives a second argument
  @OnResilienceEvent('retry')
  two(event: RetryEvent, more: number): number {
    return event.delay + more;
  }

  // @ts-expect-error: there is no such event
  @OnResilienceEvent('circuitBroken')
  unknown(): void {}

  // @ts-expect-error: a retry comes from no breaker
  @OnResilienceEvent('retry', { breaker: 'payments' })
  retried(): void {}

  // @ts-expect-error: a static method belongs to no provider
  @OnResilienceEvent('retry')
  static all(): void {}
}
