import type { ResilienceEventOf, ResilienceEventType } from '../../lib/core/events/event-types.js';
import type { Policy } from '../../lib/core/policy.js';
import { expectTrue, type Equal } from './support/expect-type.js';

declare const policy: Policy;

// Every name has an event of its own, which its listeners get.
type Nameless = { [T in ResilienceEventType]: [ResilienceEventOf<T>] extends [never] ? T : never };
expectTrue<Equal<Nameless[ResilienceEventType], never>>();
type Mistyped = { [T in ResilienceEventType]: ResilienceEventOf<T>['type'] extends T ? never : T };
expectTrue<Equal<Mistyped[ResilienceEventType], never>>();

policy.events.on('circuitOpened', (event) => {
  expectTrue<Equal<typeof event.type, 'circuitOpened'>>();
  expectTrue<Equal<typeof event.breaker, string>>();
});

policy.events.on('hedged', (event) => {
  expectTrue<Equal<typeof event.outcome, 'won' | 'lost' | 'failed'>>();
  expectTrue<Equal<typeof event.delay, number>>();
});

policy.events.onAny((event) => {
  if (event.type === 'circuitClosed') expectTrue<Equal<typeof event.breaker, string>>();
  if (event.type === 'retry') expectTrue<Equal<typeof event.delay, number>>();
});

// @ts-expect-error: there is no such event
policy.events.on('circuitBroken', () => undefined);
