/** A class whose instances are thrown; abstract ones too. */
export type ErrorClass = abstract new (...args: any[]) => Error;

/**
 * Tells a class from a predicate: an ES class, or a constructor whose prototype descends from an `Error` of any realm.
 * Never throws.
 */
export function isErrorClass(value: unknown): value is ErrorClass {
  if (typeof value !== 'function') return false;
  try {
    return descendsFromError(value.prototype) || Function.prototype.toString.call(value).startsWith('class');
  } catch {
    return false; // a proxy that refuses to be looked at is called, not matched
  }
}

function descendsFromError(prototype: unknown): boolean {
  let object: unknown = prototype;
  while (typeof object === 'object' && object !== null) {
    if (object === Error.prototype || isForeignErrorPrototype(object)) return true;
    object = Object.getPrototypeOf(object);
  }
  return false;
}

/** The `Error.prototype` of another realm: built in, and named as ours is. */
function isForeignErrorPrototype(object: object): boolean {
  if (!Object.hasOwn(object, 'constructor')) return false;
  const { constructor } = object;
  return (
    constructor.name === 'Error' && Function.prototype.toString.call(constructor).includes('[native code]')
  );
}
