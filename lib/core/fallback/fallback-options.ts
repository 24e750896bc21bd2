import { duration } from '../options/duration.js';
import { anyValue, func } from '../options/functions.js';
import { anyOf } from '../options/any-of.js';
import { list } from '../options/list.js';
import { matchers } from '../options/matchers.js';
import { emptyTree, object, type Tree } from '../options/object.js';
import type { Place } from '../options/place.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { INVALID } from '../options/invalid.js';
import { required, type Shape } from '../options/shape.js';
import type { Matcher } from '../predicate.js';
import type { Duration } from '../time/duration.js';

/**
 * One answer in place of an error: a function of the error and the call's arguments, or a value. A value that is a
 * function is called for each call, to make one.
 */
export type FallbackHandler =
  ((this: any, error: any, ...args: any[]) => unknown) | { readonly value: unknown };

/**
 * What answers a call that failed. A function, or `{ value }`, in place of the object is the only handler.
 */
export interface FallbackOptions {
  /** Tried in order until one answers; at least one. */
  handlers: readonly FallbackHandler[];
  /**
   * Which errors are answered: as `retryOn`, and the word `'default'` stands for the default.
   *
   * @defaultValue all errors but aborted, programming and shutdown
   */
  on?: readonly Matcher[] | false;
  /** How long each handler may take; greater than 0. No limit by default. */
  timeout?: Duration | false;
}

/** {@link FallbackOptions} as the engine uses them. */
export interface FallbackSettings {
  readonly handlers: readonly FallbackHandler[];
  /** Absent: all errors but aborted, programming and shutdown. */
  readonly on?: readonly Matcher[];
  readonly timeoutMs?: number;
}

type FallbackFunction = Extract<FallbackHandler, (...args: any[]) => unknown>;

const functionShape = func<FallbackFunction>();

const valueShape = object({
  expected: '{ value }',
  fields: { value: required(anyValue()) },
  build: ({ value }): FallbackHandler => Object.freeze({ value }),
});

const handlerShape: Shape<FallbackHandler> = anyOf(functionShape, valueShape);

export const fallbackShape = object({
  expected: '{ value } or { handlers }',
  shorthands: [
    { shape: functionShape, to: (handler: FallbackFunction) => ({ handlers: Object.freeze([handler]) }) },
  ],
  fields: {
    handlers: required(
      list(handlerShape, { expected: 'a list of at least one function or { value }', min: 1 }),
    ),
    value: anyValue(),
    on: matchers(),
    timeout: duration(),
  },
  tidy: valueAsHandler,
  build: ({ handlers, on, timeout: timeoutMs }) => settings<FallbackSettings>({ handlers, on, timeoutMs }),
});

/** `{ value }` is one handler: only so can it replace inherited handlers. */
function valueAsHandler(tree: Tree, at: Place) {
  const { value, ...rest } = tree;
  if (!('value' in tree)) return tree;
  if ('handlers' in tree) return at.at('value').problem('expected either value or handlers, not both');
  return emptyTree({
    ...rest,
    handlers: value === INVALID ? INVALID : Object.freeze([emptyTree({ value })]),
  });
}

/**
 * Checks a fallback; a function, or `{ value }`, is the only handler.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveFallback(options: FallbackHandler | FallbackOptions, path = ''): FallbackSettings {
  return resolveOptions(fallbackShape, options, path);
}
