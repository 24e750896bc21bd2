import type { AttemptContext } from '../attempt-context.js';
import { func } from '../options/functions.js';
import { matchers } from '../options/matchers.js';
import { integer } from '../options/numbers.js';
import { object } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settings } from '../options/settings.js';
import { withDefault } from '../options/shape.js';
import { boolean, oneOf } from '../options/words.js';
import type { Matcher } from '../predicate.js';
import {
  type BackoffFunction,
  type BackoffOptions,
  type BackoffSettings,
  backoffShape,
} from './backoff/backoff-options.js';
import { type BudgetSettings, budgetShape, type RetryBudgetOptions } from './budget-options.js';

/** When and how often a failed attempt is made again. */
export interface RetryOptions {
  /**
   * Attempts at most, the first one included: `1` never retries. An integer of at least 1, or `Infinity`, which needs
   * a total timeout.
   *
   * @defaultValue `3`
   */
  maxAttempts?: number;
  /** The pauses between attempts: options, or a function of the attempt that gives milliseconds. */
  backoff?: BackoffOptions | BackoffFunction;
  /**
   * Which errors are retried: error classes, HTTP statuses, strings (a category, else an error's code or name) and
   * predicates. Replaces the default; the word `'default'` in the list stands for it. Rejections by a strategy are
   * retried only when named here, and not by a status: `503` is what a dependency answers. A `RetryableError` is always
   * retried, a `PermanentError` never.
   *
   * @defaultValue every error that is not permanent
   */
  retryOn?: readonly Matcher[] | false;
  /** Which errors end the call at once, beside the permanent ones; wins over `retryOn`. */
  abortOn?: readonly Matcher[] | false;
  /** Retries although the operation returned, where this gives `true`; the last value is returned once attempts run out. */
  retryResult?: ((value: any, context: AttemptContext) => boolean) | false;
  /**
   * Reads the server's wish for a pause from an error, in milliseconds; `undefined` where it says nothing. Asked before
   * the `retry-after` headers, gRPC pushback and `retryAfter` of this library's errors.
   */
  retryAfter?: ((error: any) => number | undefined) | false;
  /** Limits the retries that a dependency has to bear; `true` takes the defaults of {@link RetryBudgetOptions}. */
  budget?: RetryBudgetOptions | boolean;
  /**
   * `'stop'` does not retry an error with which an inner call of at least two attempts gave up already; `'allow'` does,
   * and attempts multiply.
   *
   * @defaultValue `'stop'`
   */
  nested?: 'stop' | 'allow';
  /** Called when the pause before a retry begins, with the error and the context of the attempt that failed. */
  onRetry?: ((error: any, context: AttemptContext) => void) | false;
  /**
   * Throws `MaxRetriesExceededError`, with all errors in it, in place of the last error itself where the call gives up
   * on what it would have retried: attempts, budget or time ran out, or the server asked for a longer pause. Permanent
   * errors, rejections, the total timeout and aborts stay as they are.
   *
   * @defaultValue `false`
   */
  wrapExhausted?: boolean;
}

/** {@link RetryOptions} as the engine uses them. */
export interface RetrySettings {
  readonly maxAttempts: number;
  readonly backoff: BackoffSettings | BackoffFunction;
  /** Absent: every error that is not permanent. */
  readonly retryOn?: readonly Matcher[];
  readonly abortOn: readonly Matcher[];
  readonly retryResult?: (value: any, context: AttemptContext) => boolean;
  readonly retryAfter?: (error: any) => number | undefined;
  readonly budget?: BudgetSettings;
  readonly nested: 'stop' | 'allow';
  readonly onRetry?: (error: any, context: AttemptContext) => void;
  readonly wrapExhausted: boolean;
}

const none: readonly Matcher[] = Object.freeze([]);

export const retryShape = object({
  fields: {
    maxAttempts: withDefault(integer({ min: 1, infinity: true }), 3),
    backoff: withDefault(backoffShape, {}),
    retryOn: matchers(),
    abortOn: matchers(),
    retryResult: func<NonNullable<RetrySettings['retryResult']>>(),
    retryAfter: func<NonNullable<RetrySettings['retryAfter']>>(),
    budget: budgetShape,
    nested: withDefault(oneOf('stop', 'allow'), 'stop'),
    onRetry: func<NonNullable<RetrySettings['onRetry']>>(),
    wrapExhausted: withDefault(boolean(), false),
  },
  build: ({ abortOn = none, ...rest }) => settings<RetrySettings>({ abortOn, ...rest }),
});

/**
 * Checks the options of a retry and fills in their defaults. Whether there is a total timeout for `maxAttempts:
 * Infinity` only the policy can tell.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong.
 */
export function resolveRetry(options: RetryOptions = {}, path = ''): RetrySettings {
  return resolveOptions(retryShape, options, path);
}
