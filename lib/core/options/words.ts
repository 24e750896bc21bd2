import { describeValue } from './describe-value.js';
import { leaf } from './leaf.js';
import { suggestion } from './nearest.js';
import type { Shape } from './shape.js';

const words: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  on: true,
  false: false,
  0: false,
  no: false,
  off: false,
};

/** The boolean that a text of an environment variable stands for: true, 1, yes, on, false, 0, no, off. */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

export function boolean(): Shape<boolean> {
  const shape = leaf<boolean>({
    expected: 'true or false',
    is: (value) => typeof value === 'boolean',
    hint: (value) => (typeof value === 'string' ? ', convert it to a boolean' : ''),
    parse: parseBoolean,
    jsonSchema: () => ({ type: 'boolean' }),
  });
  return { ...shape, takesFalse: true };
}

/** Exactly `true`, or exactly `false`. */
export function literal<const B extends boolean>(wanted: B): Shape<B> {
  const shape = leaf<B>({
    expected: String(wanted),
    is: (value) => value === wanted,
    parse: (text) => (parseBoolean(text) === wanted ? wanted : undefined),
    jsonSchema: () => ({ const: wanted }),
  });
  return wanted ? shape : { ...shape, takesFalse: true };
}

/** A text of at least one character. */
export function string(): Shape<string> {
  return leaf<string>({
    expected: 'a non-empty string',
    is: (value) => typeof value === 'string',
    valid: (value) => value !== '',
    parse: (text) => text,
    jsonSchema: () => ({ type: 'string', minLength: 1 }),
  });
}

/** One of the given words. */
export function oneOf<const W extends string>(...choices: readonly W[]): Shape<W> {
  return leaf<W>({
    expected: wordList(choices),
    is: (value) => typeof value === 'string',
    valid: (value) => choices.includes(value),
    hint: (value) => (typeof value === 'string' ? suggestion(value, choices) : ''),
    parse: (text) => text,
    jsonSchema: () => ({ enum: [...choices] }),
  });
}

function wordList(choices: readonly string[]): string {
  const quoted = choices.map(describeValue);
  const last = quoted.pop();
  return quoted.length === 0 ? String(last) : `${quoted.join(', ')} or ${last}`;
}
