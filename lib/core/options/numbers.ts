import { leaf } from './leaf.js';
import type { Shape } from './shape.js';

/** The range of a number. */
export interface NumberRange {
  readonly min: number;
  readonly max?: number;
  /** Whether `Infinity` is accepted, whatever `max` says. */
  readonly infinity?: boolean;
}

/** A whole number. */
export function integer(range: NumberRange): Shape<number> {
  const max = range.max ?? Number.MAX_SAFE_INTEGER;
  return numeric(`an integer ${rangeText(range)}`, {
    valid: (value) =>
      (range.infinity === true && value === Infinity) ||
      (Number.isInteger(value) && value >= range.min && value <= max),
    schema: { type: 'integer', minimum: range.min, ...(range.max !== undefined && { maximum: range.max }) },
  });
}

/** A finite number. */
export function number(range: NumberRange): Shape<number> {
  const max = range.max ?? Number.MAX_VALUE;
  return numeric(`a number ${rangeText(range)}`, {
    valid: (value) => value >= range.min && value <= max,
    schema: { type: 'number', minimum: range.min, ...(range.max !== undefined && { maximum: range.max }) },
  });
}

/** A fraction in (0, 1]. */
export function ratio(): Shape<number> {
  return numeric('a ratio greater than 0 and at most 1', {
    valid: (value) => value > 0 && value <= 1,
    schema: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  });
}

function numeric(expected: string, kind: { valid(value: number): boolean; schema: object }): Shape<number> {
  return leaf<number>({
    expected,
    is: (value) => typeof value === 'number',
    valid: kind.valid,
    hint: (value) => (typeof value === 'string' ? ', convert it to a number' : ''),
    parse: parseNumber,
    jsonSchema: () => ({ ...kind.schema }),
  });
}

function rangeText({ min, max }: NumberRange): string {
  return max === undefined ? `>= ${min}` : `from ${min} to ${max}`;
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text writes in decimal, or `Infinity`; no hexadecimal, no blanks inside, no empty text. */
export function parseNumber(text: string): number | undefined {
  if (text === 'Infinity') return Infinity;
  return decimal.test(text) ? Number(text) : undefined;
}
