import { provesNothingSent } from '../classify/proves-nothing-sent.js';
import { isRejection } from '../classify/own-errors.js';
import { isResilienceError } from '../errors/is-resilience-error.js';
import type { Random } from '../random.js';
import { computeDelay } from './backoff/compute-delay.js';
import { functionDelay } from './backoff/function.js';
import { NoCallContext } from './backoff/no-call-context.js';
import { hintedDelayMs } from './hinted-delay.js';
import { retryAfterHint } from './retry-after.js';
import type { RetrySettings } from './retry-options.js';

/** What a queue goes by when a job has failed. */
export interface RequeueRules {
  readonly backoff: RetrySettings['backoff'];
  /** Wins over {@link retries}. */
  readonly aborts: (error: unknown) => boolean;
  readonly retries: (error: unknown) => boolean;
  /** The hint that the option `retryAfter` finds, asked before the usual places. */
  readonly givenHint: (error: unknown) => number | undefined;
  /** False where the work must not be done twice. */
  readonly idempotent: boolean | undefined;
  readonly random: Random;
  readonly epoch: () => number;
}

/** A job that has failed, as its queue knows it. */
export interface FailedJob {
  /** How many times it has failed, this time included. */
  readonly attempt: number;
  readonly error: unknown;
  /** The delay before this time, in milliseconds; `undefined` before the first one. */
  readonly previousDelayMs: number | undefined;
}

/**
 * How long a failed job waits in its queue, in whole milliseconds; `undefined` for one that is not to be done again.
 *
 * As between the attempts of a call, with two differences: a rejection, after which a call gives up for its caller waits,
 * is what a queue is for, and a server's hint is waited for however long it is. A hint without end means never.
 */
export function requeueDelayMs(rules: RequeueRules, job: FailedJob): number | undefined {
  const error = ofTheWork(job.error);
  if (!mayBeRepeated(rules, error)) return undefined;
  const hintMs = rules.givenHint(error) ?? retryAfterHint(error, rules.epoch);
  if (hintMs === Infinity) return undefined;
  return Math.ceil(hintedDelayMs(backoffMs(rules, job), hintMs, rules.random));
}

/** Wrappers stand for what made the call give up. */
function ofTheWork(error: unknown): unknown {
  const isWrapper =
    isResilienceError(error, 'MAX_RETRIES_EXCEEDED') || isResilienceError(error, 'ALL_FALLBACKS_FAILED');
  return isWrapper ? error.cause : error;
}

function mayBeRepeated({ aborts, retries, idempotent }: RequeueRules, error: unknown): boolean {
  if (aborts(error)) return false;
  if (isRejection(error)) return true;
  return retries(error) && (idempotent !== false || provesNothingSent(error));
}

function backoffMs(
  { backoff, random }: RequeueRules,
  { attempt, previousDelayMs, error }: FailedJob,
): number {
  if (typeof backoff === 'function')
    return functionDelay(backoff, attempt, new NoCallContext(attempt, error));
  return computeDelay(backoff, attempt, { random, previous: previousDelayMs });
}
