import { leaf } from './leaf.js';
import type { Shape } from './shape.js';

/** A function of the given type; text and JSON cannot say it. */
export function func<T extends (...args: any[]) => unknown>(): Shape<T> {
  return leaf<T>({ expected: 'a function', is: (value) => typeof value === 'function' });
}

/** Any value, `undefined`, `null` and `false` included; kept as it is. */
export function anyValue(): Shape<unknown> {
  return {
    ...leaf<unknown>({ expected: 'any value', is: () => true, jsonSchema: () => ({}) }),
    takesNothing: true,
    takesFalse: true,
  };
}
