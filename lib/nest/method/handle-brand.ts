const BRAND = Symbol.for('nestjs-holdfast.is-handle');

/** Marks a handle in a way that no mock can fake. */
export function brandHandle(handle: object): void {
  Object.defineProperty(handle, BRAND, { value: handle });
}

/**
 * Whether this is a handle, of whichever copy of the package. A mock may answer any property with itself, but a proxy
 * cannot report a property as one that never changes unless its target really has it.
 */
export function isHandle(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const brand = Object.getOwnPropertyDescriptor(value, BRAND);
  return brand?.configurable === false && brand.value === value;
}
