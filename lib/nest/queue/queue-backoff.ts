import { classify } from '../../core/classify/classify.js';
import { systemRandom } from '../../core/random.js';
import {
  type BackoffFunction,
  type BackoffOptions,
  resolveBackoff,
} from '../../core/retry/backoff/backoff-options.js';
import { requeueDelayMs, type RequeueRules } from '../../core/retry/requeue.js';
import { resolveRetry } from '../../core/retry/retry-options.js';
import { compileAborts, compileRetries } from '../../core/retry/retry-rules.js';
import { systemClock } from '../../core/time/system-clock.js';
import type { PolicyName } from '../decorators/decorator-types.js';
import { rulesOfPolicy } from './rules-of-policy.js';

/**
 * A `backoffStrategy` of BullMQ: milliseconds until a failed job is made again, or `-1`, by which BullMQ fails it for good.
 *
 * @param attemptsMade how many times the job has failed, this time included
 */
export type QueueBackoff = (attemptsMade: number, type?: string, error?: Error, job?: object) => number;

const NEVER = -1;

/**
 * Lets a job queue wait as a policy does between its attempts: the same delays, jitter and `retry-after` hints. A job that
 * failed with a permanent error (as the policy's `retryOn` and `abortOn` say) is not put back.
 *
 * For places that are evaluated before anything is injected, such as the options of `@Processor`. A policy is looked up
 * by its name when a job has failed, and is always the one now in force; where several applications run in the process,
 * the one started last that has it. Jobs need `attempts` and `backoff: { type: 'custom' }`: BullMQ counts the attempts
 * and asks no strategy for its own types `fixed` and `exponential`.
 *
 * A rejection (open circuit, full bulkhead, rate limit, shutdown) puts the job back, after what its `retryAfter` says.
 * A hint longer than `maxDelay` is waited for. Budgets are not asked, and `adaptive` grows as `exponential`.
 *
 * @param policy name of a policy with a retry, or a backoff: of options or a function
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for wrong backoff options; from the strategy, for a policy that does not
 *   exist or has no retry.
 * @throws BackoffError from the strategy, when a backoff function gives no delay.
 *
 * @example
 * ```ts
 * @Processor('mails', { settings: { backoffStrategy: queueBackoff('network') } })
 * class MailProcessor extends WorkerHost {}
 *
 * await queue.add('welcome', data, { attempts: 5, backoff: { type: 'custom' } });
 * ```
 *
 * @public
 */
export function queueBackoff(policy: PolicyName | BackoffOptions | BackoffFunction): QueueBackoff {
  const rules = typeof policy === 'string' ? undefined : rulesOfBackoff(policy);
  return (attemptsMade, _type, error, job) => {
    const attempt = Math.max(1, Math.trunc(attemptsMade) || 1);
    const previousDelayMs = attempt > 1 ? delayOf(job) : undefined;
    const failed = { attempt, error, previousDelayMs };
    return requeueDelayMs(rules ?? rulesOfPolicy(policy as string), failed) ?? NEVER;
  };
}

/** Without a policy every error that is not permanent is worth another try. */
function rulesOfBackoff(backoff: BackoffOptions | BackoffFunction): RequeueRules {
  const retry = resolveRetry();
  return {
    backoff: resolveBackoff(backoff, 'queueBackoff'),
    aborts: compileAborts(classify, retry),
    retries: compileRetries(classify, retry),
    givenHint: () => undefined,
    idempotent: undefined,
    random: systemRandom,
    epoch: () => systemClock.epoch(),
  };
}

/** BullMQ keeps the delay that a job has waited for last. */
function delayOf(job: object | undefined): number | undefined {
  const delay: unknown = (job as { readonly delay?: unknown } | undefined)?.delay;
  return typeof delay === 'number' && delay > 0 ? delay : undefined;
}
