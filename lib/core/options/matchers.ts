import { isMatcher, type Matcher } from '../predicate.js';
import { leaf } from './leaf.js';
import { list } from './list.js';
import { parseNumber } from './numbers.js';
import type { Shape } from './shape.js';

const matcher: Shape<Matcher> = leaf<Matcher>({
  expected: 'an error class, an HTTP status, a category, code or name, or a predicate',
  is: () => true,
  valid: isMatcher,
  parse: (text) => parseNumber(text) ?? text,
  jsonSchema: () => ({
    anyOf: [
      { type: 'integer', minimum: 100, maximum: 599 },
      { type: 'string', pattern: '\\S' },
    ],
  }),
});

/** A list of what errors are told by: classes, HTTP statuses, categories, codes, names and predicates. */
export function matchers(): Shape<readonly Matcher[]> {
  return list(matcher, { expected: 'a list of error classes, HTTP statuses, strings and predicates' });
}
