import { isList, readItems } from './foreign-object.js';
import type { Place } from './place.js';
import { INVALID, type Invalid } from './invalid.js';
import type { JsonSchema, Shape } from './shape.js';

/** How many elements a list needs, and how one is called. */
export interface ListRange {
  readonly expected: string;
  readonly min?: number;
}

/** A list of values of one shape. Lists replace one another when sources are merged. */
export function list<T>(item: Shape<T>, range: ListRange): Shape<readonly T[]> {
  const { parse } = item;
  return {
    expected: range.expected,
    is: isList,
    accept: (value, at) => accept(item, range, value, at),
    resolve: (items: readonly unknown[], at) => resolve(item, items, at),
    ...(parse !== undefined && { parse: (text: string) => parseItems(text, parse) }),
    ...(item.jsonSchema !== undefined && { jsonSchema: () => arraySchema(item, range) }),
  };
}

function accept(
  item: Shape<unknown>,
  range: ListRange,
  value: unknown,
  at: Place,
): readonly unknown[] | Invalid {
  const items = isList(value) ? readItems(value) : undefined;
  if (items === undefined || items.length < (range.min ?? 0)) return at.expected(range.expected, value);
  const accepted = items.map((each, index) => item.accept(each, at.item(index)));
  return accepted.includes(INVALID) ? INVALID : Object.freeze(accepted);
}

function resolve<T>(item: Shape<T>, items: readonly unknown[], at: Place): readonly T[] | Invalid {
  const resolved = items.map((each, index) => item.resolve(each, at.item(index)));
  return resolved.includes(INVALID) ? INVALID : (Object.freeze(resolved) as readonly T[]);
}

function parseItems(text: string, parse: (text: string) => unknown): readonly unknown[] {
  return text.split(',').map((part) => parse(part.trim()) ?? part.trim());
}

function arraySchema(item: Shape<unknown>, { min }: ListRange): JsonSchema {
  return { type: 'array', items: item.jsonSchema?.(), ...(min !== undefined && { minItems: min }) };
}
