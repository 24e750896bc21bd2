import type { Engine } from '../../core/engine.js';
import { ResilienceConfigError } from '../../core/errors/config-error.js';
import type { PolicySettings } from '../../core/policy-options.js';
import type { RequeueRules } from '../../core/retry/requeue.js';
import { checkedHint } from '../../core/retry/retry-after.js';
import type { RetrySettings } from '../../core/retry/retry-options.js';
import { compileAborts, compileRetries } from '../../core/retry/retry-rules.js';
import { applicationWith } from '../runtime/running-applications.js';

/**
 * What the policy of this name says of jobs that failed; also one that is switched off, for a queue has to wait somehow.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) when there is no such policy, or it has no retry.
 */
export function rulesOfPolicy(name: string): RequeueRules {
  const { engine, policies } = applicationWith(name);
  const { settings } = policies.resolved(name);
  if (settings.retry === undefined) {
    const issue = `queueBackoff: policy "${name}" has no retry whose delays a queue could take; give it one`;
    throw new ResilienceConfigError({ issues: [issue] });
  }
  return rulesOf(engine, settings, settings.retry);
}

function rulesOf(engine: Engine, { idempotent }: PolicySettings, retry: RetrySettings): RequeueRules {
  const aborts = compileAborts(engine.classify, retry);
  const retries = compileRetries(engine.classify, retry);
  return {
    backoff: retry.backoff,
    aborts: (error) => safely(engine, 'abortOn', () => aborts(error), true),
    retries: (error) => safely(engine, 'retryOn', () => retries(error), false),
    givenHint: (error) =>
      safely(engine, 'retryAfter', () => checkedHint(retry.retryAfter?.(error)), undefined),
    idempotent,
    random: engine.random,
    epoch: () => engine.clock.epoch(),
  };
}

/** What a user's function throws harms no job; `otherwise` is taken for its answer. */
function safely<T>(engine: Engine, source: string, ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch (error) {
    engine.diagnose({ source, message: `${source} failed when a queue asked what to do with a job`, error });
    return otherwise;
  }
}
