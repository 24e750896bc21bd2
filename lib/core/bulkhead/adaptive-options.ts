import { integer } from '../options/numbers.js';
import { object } from '../options/object.js';
import { required } from '../options/shape.js';

/** Between what bounds a bulkhead may find its limit by itself. */
export interface AdaptiveLimitOptions {
  /** The limit never falls below; an integer of at least 1. */
  min: number;
  /** The limit never rises above; an integer of at least `min`. */
  max: number;
}

/** {@link AdaptiveLimitOptions} as the engine uses them. */
export interface AdaptiveLimitSettings {
  readonly min: number;
  readonly max: number;
}

export const adaptiveLimitShape = object({
  fields: { min: required(integer({ min: 1 })), max: required(integer({ min: 1 })) },
  rules: [
    {
      keys: ['min', 'max'],
      check({ min, max }, at) {
        if (min <= max) return;
        return at.at('min').problem(`expected at most max, ${max} (got ${min})`);
      },
    },
  ],
  build: ({ min, max }): AdaptiveLimitSettings => Object.freeze({ min, max }),
});
