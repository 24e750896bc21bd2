/** Gives a method what the one that it replaces has: name, length, own properties and metadata. */
export function takePlaceOf<M extends Function>(original: Function, replacement: M): M {
  for (const key of Reflect.ownKeys(original)) {
    const property = Object.getOwnPropertyDescriptor(original, key);
    if (property !== undefined && key !== 'prototype') Object.defineProperty(replacement, key, property);
  }
  for (const key of Reflect.getOwnMetadataKeys(original) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), replacement);
  }
  return replacement;
}
