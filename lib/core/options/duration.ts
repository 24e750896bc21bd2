import { type Duration, parseDuration } from '../time/duration.js';
import { leaf } from './leaf.js';
import { parseNumber } from './numbers.js';
import type { Shape } from './shape.js';

/** What a duration may be beside finite and greater than 0. */
export interface DurationRange {
  readonly zero?: boolean;
  readonly infinity?: boolean;
}

/** A length of time, resolved to milliseconds. */
export function duration(range: DurationRange = {}): Shape<number> {
  return leaf<number>({
    expected: `a duration such as 250 or '2s', ${rangeText(range)}`,
    is: (value) => typeof value === 'number' || typeof value === 'string',
    valid: (value: Duration) => inRange(parseDuration(value), range),
    hint: (value) =>
      typeof value === 'string' && parseNumber(value) !== undefined
        ? ', convert it to a number or add a unit'
        : '',
    convert: (value: Duration) => parseDuration(value) as number,
    parse: (text) => parseNumber(text) ?? text,
    jsonSchema: () => jsonSchema(range),
  });
}

function inRange(ms: number | undefined, { zero, infinity }: DurationRange): boolean {
  if (ms === undefined || (ms === Infinity && infinity !== true)) return false;
  return zero === true ? ms >= 0 : ms > 0;
}

function rangeText({ zero, infinity }: DurationRange): string {
  const lower = zero === true ? '0 or more' : 'greater than 0';
  return infinity === true ? `${lower}, or Infinity` : lower;
}

const digits = '(\\d+(\\.\\d+)?|\\.\\d+)';
const unit = ' ?(ms|s|m|h|d)';

function jsonSchema({ zero }: DurationRange): Readonly<Record<string, unknown>> {
  const notZero = zero === true ? '' : `(?![0.]+${unit}$)`;
  const bound = zero === true ? { minimum: 0 } : { exclusiveMinimum: 0 };
  return {
    anyOf: [
      { type: 'number', ...bound },
      { type: 'string', pattern: `^${notZero}${digits}${unit}$` },
    ],
  };
}
