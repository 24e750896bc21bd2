import type { Recogniser } from '../recogniser.js';

const names: ReadonlySet<unknown> = new Set([
  'TypeError',
  'ReferenceError',
  'SyntaxError',
  'RangeError',
  'EvalError',
  'URIError',
  'AssertionError',
]);

/** What JavaScript itself throws at mistakes, and failed assertions. */
export const programming: Recogniser = ({ name }) => (names.has(name) ? 'programming' : undefined);
