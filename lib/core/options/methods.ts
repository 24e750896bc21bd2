import { leaf } from './leaf.js';
import type { Shape } from './shape.js';

/**
 * An object with these methods, kept as it is; text and JSON cannot say it.
 *
 * @param what - as it stands before the methods: `a clock`
 */
export function withMethods<T>(what: string, methods: readonly string[]): Shape<T> {
  const expected = `${what} with the methods ${methods.join(', ')}`;
  return leaf<T>({ expected, is: (value) => hasMethods(value, methods) });
}

export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function');
  } catch {
    return false; // a proxy that throws on access cannot be called either
  }
}
