import type { AttemptContext } from '../attempt-context.js';
import { innerCallGaveUp, type CallReason } from '../call-report.js';
import { provesNothingSent } from '../classify/proves-nothing-sent.js';
import type { Random } from '../random.js';
import { computeDelay } from './backoff/compute-delay.js';
import { functionDelay } from './backoff/function.js';
import { hintedDelayMs } from './hinted-delay.js';
import { retryAfterHint } from './retry-after.js';
import type { RetrySettings } from './retry-options.js';

/** Why a failed attempt is the last one of its call. */
export type StopReason = Extract<
  CallReason,
  'exhausted' | 'permanent' | 'notIdempotent' | 'budget' | 'hint' | 'timeout' | 'rejected' | 'nested'
>;

export type RetryDecision = { readonly retry: true; readonly delayMs: number } | StopDecision;

export interface StopDecision {
  readonly retry: false;
  readonly reason: StopReason;
  /** A fault of the backoff function, thrown in place of the operation's error. */
  readonly fault?: unknown;
}

/** An attempt that was not accepted, as the decision sees it. */
export interface EndedAttempt {
  readonly context: AttemptContext;
  /** Milliseconds until the call's deadline. */
  readonly remainingMs: number;
  /** The delay before this attempt; `undefined` before the first. */
  readonly previousDelayMs: number | undefined;
  /** False where the operation must not be made twice. */
  readonly idempotent: boolean | undefined;
}

/** An attempt that ended with an error. */
export interface FailedAttempt extends EndedAttempt {
  readonly error: unknown;
  /** Refused before the operation was invoked. */
  readonly rejected: boolean;
  /** Place of the attempt in the order of all attempts. */
  readonly sequence: number;
}

/** What the decision needs from outside. */
export interface RetryDependencies {
  readonly random: Random;
  readonly epoch: () => number;
  /** The hint that the option `retryAfter` finds, asked before the usual places. */
  readonly givenHint: (error: unknown) => number | undefined;
  /** Whether the rules of `retryOn` and `abortOn` allow another attempt after this error. */
  readonly isRetryable: (error: unknown) => boolean;
  /** Success ratio of the target, for adaptive backoff. */
  readonly successRatio: () => number | undefined;
  /** Whether the caller lets the call be made again at all. */
  readonly mayRepeat: () => boolean;
  /** Takes one retry from the budget; true where there is none. */
  readonly takeFromBudget: () => boolean;
}

/** Decides after a failed attempt whether, and when, the next one starts. Holds no state of its own. */
export function decideRetry(
  settings: RetrySettings,
  failed: FailedAttempt,
  dependencies: RetryDependencies,
): RetryDecision {
  const refusal = refuseByError(settings, failed, dependencies);
  if (refusal !== undefined) return stop(refusal);
  if (isLast(settings, failed)) return stop('exhausted');
  const hintMs = dependencies.givenHint(failed.error) ?? retryAfterHint(failed.error, dependencies.epoch);
  return decideDelay(settings, failed, dependencies, hintMs);
}

/** Decides after a result that `retryResult` refused: the error rules have nothing to say, and the operation was made. */
export function decideResultRetry(
  settings: RetrySettings,
  ended: EndedAttempt,
  dependencies: RetryDependencies,
): RetryDecision {
  if (ended.idempotent === false || !dependencies.mayRepeat()) return stop('notIdempotent');
  return isLast(settings, ended) ? stop('exhausted') : decideDelay(settings, ended, dependencies, undefined);
}

function decideDelay(
  settings: RetrySettings,
  ended: EndedAttempt,
  dependencies: RetryDependencies,
  hintMs: number | undefined,
): RetryDecision {
  if (hintMs !== undefined && isTooLong(hintMs, settings, ended)) return stop('hint');
  const delays = delaysAfter(settings, ended, dependencies, hintMs);
  if ('fault' in delays) return { retry: false, reason: 'permanent', fault: delays.fault };
  if (delays.backoffMs >= ended.remainingMs) return stop('timeout');
  if (delays.delayMs >= ended.remainingMs) return stop('hint');
  return dependencies.takeFromBudget() ? { retry: true, delayMs: delays.delayMs } : stop('budget');
}

function isLast({ maxAttempts }: RetrySettings, { context }: EndedAttempt): boolean {
  return context.attempt >= maxAttempts;
}

function stop(reason: StopReason): StopDecision {
  return { retry: false, reason };
}

/** A hint without end asks for no retry at all, however long the call might wait. */
function isTooLong(hintMs: number, settings: RetrySettings, { remainingMs }: EndedAttempt): boolean {
  return hintMs === Infinity || hintMs > Math.min(longestDelay(settings), remainingMs);
}

function refuseByError(
  settings: RetrySettings,
  failed: FailedAttempt,
  { isRetryable, mayRepeat }: RetryDependencies,
): StopReason | undefined {
  const { error, rejected } = failed;
  if (!isRetryable(error)) return rejected ? 'rejected' : 'permanent';
  if (failed.idempotent === false && !rejected && !provesNothingSent(error)) return 'notIdempotent';
  if (!mayRepeat()) return 'notIdempotent';
  if (settings.nested === 'stop' && innerCallGaveUp(error, failed.sequence)) return 'nested';
  return undefined;
}

/** The backoff, and the pause that it and the hint make together; or the fault of the user's function behind them. */
function delaysAfter(
  settings: RetrySettings,
  ended: EndedAttempt,
  dependencies: RetryDependencies,
  hintMs: number | undefined,
): { readonly backoffMs: number; readonly delayMs: number } | { readonly fault: unknown } {
  try {
    const backoffMs = backoffDelayMs(settings, ended, dependencies);
    if (hintMs === undefined) return { backoffMs, delayMs: backoffMs };
    const hintedMs = hintedDelayMs(backoffMs, hintMs, dependencies.random);
    return { backoffMs, delayMs: Math.min(hintedMs, longestDelay(settings)) };
  } catch (fault) {
    return { fault };
  }
}

function backoffDelayMs(
  { backoff }: RetrySettings,
  { context, previousDelayMs }: EndedAttempt,
  { random, successRatio }: RetryDependencies,
): number {
  const { attempt } = context;
  if (typeof backoff === 'function') return functionDelay(backoff, attempt, context);
  return computeDelay(backoff, attempt, { random, previous: previousDelayMs, successRatio: successRatio() });
}

function longestDelay({ backoff }: RetrySettings): number {
  return typeof backoff === 'function' ? Infinity : backoff.maxDelayMs;
}
