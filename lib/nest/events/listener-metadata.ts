import { LISTENERS_METADATA } from '../resilience.constants.js';

/** What one `@OnResilienceEvent` on a method says; checked at boot, for nothing checked it before in JavaScript. */
export interface Subscription {
  readonly type: string;
  readonly breaker?: string;
}

/** A method that listens. */
export interface ListeningMethod {
  readonly key: PropertyKey;
  readonly subscriptions: readonly Subscription[];
}

/** Adds to what a method listens to. The list is a new one, for other forms of the method may hold the old one. */
export function addSubscription(method: Function, subscription: Subscription): void {
  Reflect.defineMetadata(LISTENERS_METADATA, [...subscriptionsOf(method), subscription], method);
}

/** The methods that instances of this prototype listen with; where one is overridden, the overriding one counts. */
export function listeningMethods(prototype: object): readonly ListeningMethod[] {
  const found = new Map<PropertyKey, ListeningMethod>();
  for (
    let link: object | null = prototype;
    link !== null && link !== Object.prototype;
    link = Object.getPrototypeOf(link) as object | null
  ) {
    for (const key of Reflect.ownKeys(link)) {
      if (!found.has(key)) found.set(key, { key, subscriptions: subscriptionsOf(valueOf(link, key)) });
    }
  }
  return [...found.values()].filter(({ subscriptions }) => subscriptions.length > 0);
}

/** Without running accessors. */
function valueOf(prototype: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(prototype, key)?.value;
}

function subscriptionsOf(method: unknown): readonly Subscription[] {
  if (typeof method !== 'function') return [];
  return (Reflect.getMetadata(LISTENERS_METADATA, method) ?? []) as readonly Subscription[];
}
