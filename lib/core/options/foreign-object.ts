/** Keys that would reach into prototypes; refused wherever users name things. */
export const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Whether a value can hold options: a plain object, from any realm, or an instance of a user's own class. Not an array,
 * a function, or a built-in such as a Map, a Date or a Promise.
 */
export function isOptionsObject(value: unknown): value is object {
  try {
    return Object.prototype.toString.call(value) === '[object Object]';
  } catch {
    // A revoked proxy, or a tag that throws.
    return false;
  }
}

export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    // A revoked proxy.
    return false;
  }
}

/** The own enumerable string keys; `undefined` where asking throws. */
export function ownKeys(value: object): readonly string[] | undefined {
  try {
    return Object.keys(value);
  } catch {
    return undefined;
  }
}

/** Stands in for a member that threw when it was read. */
export const UNREADABLE: unique symbol = Symbol('unreadable');

/** Reads a member of a user's object once. */
export function readMember(value: object, key: string | number): unknown {
  try {
    return (value as Record<string | number, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}

/** The elements, each read once; `undefined` where that throws. */
export function readItems(value: readonly unknown[]): readonly unknown[] | undefined {
  try {
    return Array.from({ length: value.length }, (_, index) => value[index]);
  } catch {
    return undefined;
  }
}
