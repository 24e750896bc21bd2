import type { Attempt } from './attempt.js';
import type { CallScope } from './call-scope.js';
import type { BreakerGuard, BreakerUser } from './circuit-breaker/breaker-guard.js';
import type { Permit } from './circuit-breaker/permit.js';
import { defaultVerdict } from './circuit-breaker/verdict.js';
import { isPermanent } from './classify/classify.js';
import { outcomeOfAttempt } from './events/attempt-outcome.js';
import type { TimeoutEvent } from './events/event-types.js';
import type { KeyFunction } from './identity-options.js';

/** A call as those see it who count its outcomes. */
export interface RecordedCall extends CallScope, BreakerUser {
  keyFor(resolver: KeyFunction | undefined): string | undefined;
}

/** A `recordResult` that throws must not keep the permit: the result then counts as what it is, a success. */
export function recordResult(
  call: RecordedCall,
  breaker: BreakerGuard,
  permit: Permit,
  value: unknown,
  durationMs: number,
): void {
  breaker.record(
    call,
    permit,
    call.safely('recordResult', () => breaker.judgeResult(value), 'success'),
    durationMs,
  );
}

/** Counts an error against the circuit. */
export function recordError(
  call: RecordedCall,
  breaker: BreakerGuard,
  permit: Permit,
  error: unknown,
  durationMs: number,
): void {
  const verdict =
    call.safely('recordOn', () => breaker.judge(error), undefined) ??
    defaultVerdict(call.engine.classify(error));
  breaker.record(call, permit, verdict, durationMs, error);
}

/** Adaptive backoff asks whether the target answers: so it does with a result. */
export function recordResultForBackoff(call: RecordedCall): void {
  recordForBackoff(call, true);
}

/** An error that is permanent is an answer, too; one that is no doing of the target says nothing. */
export function recordErrorForBackoff(call: RecordedCall, error: unknown): void {
  if (call.plan.retry?.adaptive === undefined) return;
  const { classify } = call.engine;
  const category = classify(error);
  if (category !== 'rejected' && category !== 'aborted') recordForBackoff(call, isPermanent(error, classify));
}

function recordForBackoff(call: RecordedCall, success: boolean): void {
  const { retry } = call.plan;
  retry?.adaptive?.record(call.keyFor(retry.adaptiveKey), success);
}

export function announceFailedAttempt(
  call: RecordedCall,
  attempt: Attempt,
  error: unknown,
  reason?: 'result',
): void {
  const { endedBy } = attempt;
  if (endedBy === 'attemptTimeout')
    announceTimeout(call, attempt, 'attempt', call.attemptTimeoutMs as number);
  const { stats, events } = call.plan;
  if (stats.meter === null && !events.wants('attemptFailed')) return;
  const category = call.categoryOf(error);
  stats.meter?.attempted(attempt.attempt, outcomeOfAttempt(category));
  if (!events.wants('attemptFailed')) return;
  const durationMs = attempt.elapsedMs();
  call.emit('attemptFailed', {
    attempt: attempt.attempt,
    error,
    category,
    ...(Number.isNaN(durationMs) ? {} : { duration: durationMs }),
    ...(reason === undefined ? {} : { reason }),
  });
}

/** Tells of the limit of the call that has interrupted it, if one has. */
export function announceInterruption(call: CallScope & { readonly attempt: number }): void {
  const kind = call.interruption?.kind;
  if (kind === 'total' || kind === 'deadline') announceTimeout(call, call, kind, call.limit);
}

/** Tells that the stream of a call was ended which went on for too long after its first item. */
export function announceStreamTimeout(
  call: CallScope & { readonly attempt: number },
  timeoutMs: number,
): void {
  announceTimeout(call, call, 'stream', timeoutMs);
}

function announceTimeout(
  call: CallScope,
  { attempt }: { readonly attempt: number },
  scope: TimeoutEvent['scope'],
  timeoutMs: number,
): void {
  call.emit('timeout', { scope, attempt, timeout: timeoutMs });
}
