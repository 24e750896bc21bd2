import { alternatives } from './object-schema.js';
import type { Place } from './place.js';
import { INVALID } from './invalid.js';
import type { Resolved, Shape } from './shape.js';

/** A value that may have one of several shapes; the first one that it is meant for decides. */
export function anyOf<const A extends readonly Shape<any>[]>(...shapes: A): Shape<Resolved<A[number]>> {
  const expected = shapes.map((shape) => shape.expected).join(' or ');
  const parsers = shapes.flatMap((shape) => shape.parse ?? []);
  const schemas = shapes.flatMap((shape) => shape.jsonSchema ?? []);
  const node = shapes.find((shape) => shape.node !== undefined)?.node;
  const shapeOf = (value: unknown) => shapes.find((shape) => shape.is(value));
  return {
    expected,
    is: (value) => shapeOf(value) !== undefined,
    accept(value: unknown, at: Place) {
      const shape = shapeOf(value);
      return shape === undefined ? at.expected(expected, value) : shape.accept(value, at);
    },
    // What was accepted may have changed its kind (true became 'full'), so the alternative is asked for anew.
    resolve: (value, at) => shapeOf(value)?.resolve(value, at),
    takesFalse: shapes.some((shape) => shape.takesFalse === true),
    ...(parsers.length > 0 && { parse: (text: string) => firstDefined(parsers, text) }),
    ...(schemas.length > 0 && { jsonSchema: () => alternatives(schemas.map((schema) => schema())) }),
    ...(node !== undefined && { node }),
  };
}

function firstDefined(parsers: readonly ((text: string) => unknown)[], text: string): unknown {
  for (const parse of parsers) {
    const value = parse(text);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A shape whose accepted values are replaced by what they stand for: `true` by `'full'`. */
export function mapped<T, U>(shape: Shape<T>, map: (value: T) => U): Shape<U> {
  return {
    ...shape,
    accept(value, at) {
      const accepted = shape.accept(value, at);
      return accepted === INVALID ? INVALID : map(accepted as T);
    },
    resolve: (value) => value as U,
  };
}
