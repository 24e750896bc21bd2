import type { Place } from './place.js';
import type { JsonSchema, Shape } from './shape.js';

/** What sets one kind of value apart from another. */
export interface LeafKind<T> {
  readonly expected: string;
  is(value: unknown): boolean;
  /** Whether a value of this kind is also in range. */
  valid?(value: any): boolean;
  /** What follows the message for a value that could be made to fit. */
  hint?(value: unknown): string;
  /** From the user's form to the engine's. */
  convert?(value: any): T;
  parse?(text: string): unknown;
  jsonSchema?(): JsonSchema;
}

/** A shape without parts. */
export function leaf<T>(kind: LeafKind<T>): Shape<T> {
  return {
    expected: kind.expected,
    is: (value) => kind.is(value),
    accept(value: unknown, at: Place) {
      if (kind.is(value) && (kind.valid === undefined || kind.valid(value))) return value;
      return at.expected(kind.expected, value, kind.hint?.(value));
    },
    resolve: (value) => (kind.convert === undefined ? (value as T) : kind.convert(value)),
    ...(kind.parse !== undefined && { parse: kind.parse }),
    ...(kind.jsonSchema !== undefined && { jsonSchema: kind.jsonSchema }),
  };
}
