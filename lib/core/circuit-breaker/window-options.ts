import { duration } from '../options/duration.js';
import { integer } from '../options/numbers.js';
import { object, type Rule } from '../options/object.js';
import { implied, required } from '../options/shape.js';
import { oneOf } from '../options/words.js';
import type { Duration } from '../time/duration.js';

/** What the ratio rules look back on: the last outcomes, or the outcomes of a length of time. */
export type WindowOptions =
  | {
      type: 'count';
      /**
       * How many outcomes; an integer of at least 1.
       *
       * @defaultValue `100`
       */
      size?: number;
    }
  | {
      type: 'time';
      /**
       * How far back; greater than 0.
       *
       * @defaultValue `'60s'`
       */
      duration?: Duration;
      /**
       * Into how many parts the time is cut; an integer of at least 1. More parts forget in smaller steps.
       *
       * @defaultValue `10`
       */
      buckets?: number;
    };

/** {@link WindowOptions} as the engine uses them. */
export type WindowSettings =
  | { readonly type: 'count'; readonly size: number }
  | { readonly type: 'time'; readonly durationMs: number; readonly buckets: number };

/** What a ratio rule looks back on where nobody says otherwise. */
export const defaultWindow: WindowSettings = Object.freeze({ type: 'count', size: 100 });

const windowFields = {
  type: required(oneOf('count', 'time')),
  size: implied(integer({ min: 1, max: 1_000_000 }), '100', ({ type }) =>
    type === 'count' ? 100 : undefined,
  ),
  duration: implied(duration(), "'60s'", ({ type }) => (type === 'time' ? '60s' : undefined)),
  buckets: implied(integer({ min: 1, max: 10_000 }), '10', ({ type }) => (type === 'time' ? 10 : undefined)),
};

function onlyWith(field: 'size' | 'duration' | 'buckets', only: 'count' | 'time'): Rule<typeof windowFields> {
  return {
    keys: ['type', field],
    check(values, at) {
      if (values[field] === undefined || values.type === only) return;
      return at.at(field).problem(`expected only with type '${only}' (got type '${values.type}')`);
    },
  };
}

export const windowShape = object({
  fields: windowFields,
  rules: [onlyWith('size', 'count'), onlyWith('duration', 'time'), onlyWith('buckets', 'time')],
  build: ({ type, size = 100, duration: durationMs = 60_000, buckets = 10 }): WindowSettings =>
    Object.freeze(type === 'count' ? { type, size } : { type, durationMs, buckets }),
});
