import type { AttemptContext } from './attempt-context.js';
import type { AttemptEnd, Ending } from './attempt-end.js';
import type { CallRecord } from './call-record.js';
import type { CallScope } from './call-scope.js';
import { isPermanent } from './classify/classify.js';
import { MaxRetriesExceededError } from './errors/max-retries-exceeded-error.js';
import type { RetriesExhaustedEvent } from './events/event-types.js';
import type { KeyFunction } from './identity-options.js';
import type { RetryPlan } from './plan.js';
import { decided } from './predicate.js';
import { checkedHint } from './retry/retry-after.js';
import {
  decideResultRetry,
  decideRetry,
  type RetryDecision,
  type RetryDependencies,
  type StopReason,
} from './retry/retry-strategy.js';

/** A call as its retry phase sees it. */
export interface RetryingCall extends CallScope {
  readonly record: CallRecord | null;
  readonly idempotent: boolean | undefined;
  keyFor(resolver: KeyFunction | undefined): string | undefined;
}

/** Whether `retryResult` wants another attempt in place of this result. */
export function refusesResult(call: CallScope, attempt: AttemptContext, value: unknown): boolean {
  const retryResult = call.plan.retry?.settings.retryResult;
  return (
    retryResult !== undefined &&
    call.safely('retryResult', () => decided(retryResult(value, attempt), 'retryResult'), false)
  );
}

/** What follows a failed attempt: the delay in milliseconds before the next one, or the end of the call. */
export function afterFailure(call: RetryingCall, end: AttemptEnd): number | Ending {
  const { retry } = call.plan;
  if (retry === undefined) return endingWith(end, unretriedReason(call, end));
  const decision = decisionFor(call, retry, end);
  if (decision.retry) return decision.delayMs;
  announceEnd(call, end, decision.reason);
  if ('fault' in decision) return backoffFailed(call, decision.fault);
  return endingWith(end, decision.reason);
}

/** Tells the listeners and the hook that a retry waits for its turn. */
export function announceRetry(call: RetryingCall, end: AttemptEnd, delayMs: number): void {
  const { attempt } = end;
  const error = end.kind === 'error' ? end.error : undefined;
  const onRetry = call.plan.retry?.settings.onRetry;
  if (onRetry !== undefined) call.runHook('onRetry', () => onRetry(error, attempt));
  if (!call.plan.events.wants('retry')) return;
  call.emit('retry', {
    attempt: attempt.attempt + 1,
    maxAttempts: call.maxAttempts,
    delay: delayMs,
    error,
    category: call.engine.classify(error),
  });
}

/** What the caller is told: the error as it is, unless the user asked for a wrapper where retrying was given up. */
export function toldError(
  call: RetryingCall & { readonly attempt: number },
  { error: cause, reason }: Ending & { readonly kind: 'error' },
): unknown {
  if (call.plan.retry?.settings.wrapExhausted !== true || call.interruption !== null) return cause;
  if (!givenUp.has(reason)) return cause;
  const { policy, operation, attempt: attempts, maxAttempts } = call;
  const errors = call.record?.errors.toArray() ?? [];
  return call.make(
    () => new MaxRetriesExceededError({ policy, operation, attempts, maxAttempts, errors, cause }),
  );
}

/** Nobody knows how long to wait: the fault of the function is the call's end. */
function backoffFailed(call: RetryingCall, error: unknown): Ending {
  call.diagnose({ source: 'backoff', message: 'the backoff function failed and ended the call', error });
  return { kind: 'error', reason: 'permanent', error };
}

function decisionFor(call: RetryingCall, retry: RetryPlan, end: AttemptEnd): RetryDecision {
  const { attempt } = end;
  const common = {
    context: attempt,
    remainingMs: call.remainingMs(),
    previousDelayMs: call.record?.previousDelayMs,
    idempotent: call.idempotent,
  };
  const dependencies = dependenciesOf(call, retry, end);
  if (end.kind === 'result') return decideResultRetry(retry.settings, common, dependencies);
  const { error, rejected } = end;
  return decideRetry(
    retry.settings,
    { ...common, error, rejected, sequence: attempt.sequence },
    dependencies,
  );
}

function dependenciesOf(call: RetryingCall, retry: RetryPlan, end: AttemptEnd): RetryDependencies {
  const { engine } = call;
  const { retryAfter } = retry.settings;
  return {
    random: engine.random,
    epoch: () => engine.clock.epoch(),
    isRetryable: (error) =>
      !call.safely('abortOn', () => retry.aborts(error), true) &&
      call.safely('retryOn', () => retry.retries(error), false),
    givenHint: (error) => call.safely('retryAfter', () => checkedHint(retryAfter?.(error)), undefined),
    successRatio: () => retry.adaptive?.ratio(call.keyFor(retry.adaptiveKey)),
    mayRepeat: () => call.mayRepeat,
    takeFromBudget: () => takeFromBudget(call, retry, end),
  };
}

function takeFromBudget(call: RetryingCall, retry: RetryPlan, end: AttemptEnd): boolean {
  const { budget } = retry;
  if (budget === undefined || budget.of(call.keyFor(retry.budgetKey)).tryRetry(call.engine.clock.now()))
    return true;
  const error = end.kind === 'error' ? end.error : undefined;
  call.emit('budgetExhausted', { attempt: end.attempt.attempt, budget: budget.name, error });
  return false;
}

function endingWith(end: AttemptEnd, reason: Ending['reason']): Ending {
  return end.kind === 'error'
    ? { kind: 'error', reason, error: end.error }
    : { kind: 'result', reason, value: end.value };
}

/** Without a retry strategy the first failure is the end; the reason still says of which sort it was. */
function unretriedReason({ engine }: CallScope, end: AttemptEnd): Ending['reason'] {
  if (end.attempt.endedBy === 'attemptTimeout') return 'timeout';
  if (end.kind === 'error' && end.rejected) return 'rejected';
  return end.kind === 'error' && isPermanent(end.error, engine.classify) ? 'permanent' : 'exhausted';
}

const givenUp: ReadonlySet<Ending['reason']> = new Set(['exhausted', 'budget', 'hint', 'timeout']);

function announceEnd(call: RetryingCall, end: AttemptEnd, reason: StopReason): void {
  if (reason === 'nested') announceNested(call);
  if (!givenUp.has(reason) || !call.plan.events.wants('retriesExhausted')) return;
  const error = end.kind === 'error' ? end.error : undefined;
  call.emit('retriesExhausted', {
    attempt: end.attempt.attempt,
    maxAttempts: call.maxAttempts,
    error,
    category: call.engine.classify(error),
    reason: reason as RetriesExhaustedEvent['reason'],
  });
}

/** Said once for each operation: two layers retry the same target, and only the inner one does so from now on. */
function announceNested(call: RetryingCall): void {
  if (call.plan.said.nested) return;
  call.plan.said.nested = true;
  const message =
    `an inner policy has retried and given up already, so "${call.policy}" does not retry ${call.operation} again ` +
    "(retry.nested: 'allow' would)";
  call.diagnose({ source: 'nested', message });
}
