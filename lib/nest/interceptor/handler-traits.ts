import { ownDefinition } from '../method/method-registry.js';
import { declaredKind } from '../method/result-kind.js';
import { isHandler, PARAMETER_KINDS, RESPONSE_PASSTHROUGH, ROUTE_ARGUMENTS, SSE } from './nest-metadata.js';

/** What decides, beside the request, how a handler may be called. */
export interface HandlerTraits {
  /** It answers through `@Res()` or `@Next()` itself, so nobody knows what it has sent. */
  readonly ownsResponse: boolean;
  /** It gives server-sent events, item by item. */
  readonly isEventStream: boolean;
  /** It is known to give a promise, so that nothing ends its work but itself. */
  readonly givesPromise: boolean;
  /** Whether a parameter of it is marked `@Attempt()`. */
  readonly wantsAttempt: boolean;
}

export function traitsOf(type: Function, key: string, handler: Function): HandlerTraits {
  const isEventStream = Reflect.getMetadata(SSE, handler) === true;
  return {
    ownsResponse: ownsResponse(type, key),
    isEventStream,
    // An asynchronous handler of events gives a promise of an Observable.
    givesPromise: !isEventStream && declaredKind(handler, type.prototype as object, key) === 'promise',
    wantsAttempt: attemptIndexOf(type, key) !== undefined,
  };
}

/** The name under which instances of a class have this handler. */
export function keyOf(type: Function, handler: Function): string {
  for (const prototype of prototypesOf(type)) {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (value === handler) return key;
    }
  }
  return handler.name;
}

/** Every method of a class that Nest calls for what comes in, under its name. */
export function handlersOf(type: Function): Map<string, Function> {
  return methodsWhere(type, isHandler);
}

/** The methods that a test picks, under the names by which instances have them; an override hides what it overrides. */
export function methodsWhere(type: Function, picks: (method: Function) => boolean): Map<string, Function> {
  const methods = new Map<string, Function>();
  for (const prototype of prototypesOf(type)) {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (key !== 'constructor' && typeof value === 'function' && !methods.has(key))
        methods.set(key, value as Function);
    }
  }
  for (const [key, method] of methods) if (!picks(method)) methods.delete(key);
  return methods;
}

/** Position of the handler's `@Attempt()` parameter. */
export function attemptIndexOf(type: Function, key: string): number | undefined {
  for (const prototype of prototypesOf(type)) {
    const index = ownDefinition(prototype)?.attemptIndexes.get(key);
    if (index !== undefined || Object.hasOwn(prototype, key)) return index;
  }
  return undefined;
}

function ownsResponse(type: Function, key: string): boolean {
  if (Reflect.getMetadata(RESPONSE_PASSTHROUGH, type, key) === true) return false;
  const parameters = (Reflect.getMetadata(ROUTE_ARGUMENTS, type, key) ?? {}) as Record<string, unknown>;
  return Object.keys(parameters).some((parameter) => {
    const [kind] = parameter.split(':');
    return kind === PARAMETER_KINDS.response || kind === PARAMETER_KINDS.next;
  });
}

/** From the class itself upwards. */
function* prototypesOf(type: Function): Generator<object> {
  let link = type.prototype as object | null;
  while (link !== null && link !== Object.prototype) {
    yield link;
    link = Object.getPrototypeOf(link) as object | null;
  }
}
