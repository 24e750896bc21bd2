import type { CallReason } from './call-report.js';
import type { CallScope } from './call-scope.js';
import { AllFallbacksFailedError } from './errors/all-fallbacks-failed-error.js';
import { runHandler } from './fallback/fallback-chain.js';
import type { FallbackHandler } from './fallback/fallback-options.js';
import type { FallbackPlan } from './plan.js';
import { Race } from './race.js';
import { toPromise } from './to-promise.js';

/** A call as its fallback phase sees it. */
export interface FallingBackCall extends CallScope {
  readonly attempt: number;
  readonly self: unknown;
  readonly callArguments: readonly unknown[];
}

/** Whether the fallback answers the error with which a call has ended. A caller who has left gets no answer unasked. */
export function isAnswered(
  call: FallingBackCall,
  fallback: FallbackPlan,
  error: unknown,
  reason: CallReason,
): boolean {
  if (reason === 'aborted') return fallback.answersAborts;
  return call.safely('fallback.on', () => fallback.answers(error), false);
}

/**
 * Answers a failed call by the first handler that does not fail.
 *
 * @throws AllFallbacksFailedError (`ALL_FALLBACKS_FAILED`) with the call's error first.
 * @throws the reason of the caller's abort, when it comes before a handler has answered.
 */
export async function answerByFallback(
  call: FallingBackCall,
  fallback: FallbackPlan,
  error: unknown,
  reason: CallReason,
): Promise<unknown> {
  const errors: unknown[] = [error];
  const { handlers, timeoutMs } = fallback.settings;
  call.beginAnswer(reason);
  for (const [index, handler] of handlers.entries()) {
    throwIfInterrupted(call);
    try {
      const value = await runBounded(call, handler, error, timeoutMs);
      announceAnswer(call, index, error);
      return value;
    } catch (handlerError) {
      throwIfInterrupted(call);
      errors.push(handlerError);
      call.plan.stats.meter?.fellBack(index, 'failure');
      call.emit('fallbackFailed', { index, error: handlerError });
    }
  }
  const { policy, operation } = call;
  throw call.make(() => new AllFallbacksFailedError({ policy, operation, errors, cause: error }));
}

function runBounded(
  call: FallingBackCall,
  handler: FallbackHandler,
  error: unknown,
  timeoutMs: number | undefined,
): Promise<unknown> {
  const answer = toPromise(runHandler(handler, call.self, error, call.callArguments));
  const leftMs = Math.min(timeoutMs ?? Infinity, call.outerMs());
  if (leftMs === Infinity && !call.mayBeAborted) return answer;
  return call.waitFor(
    new Race(call.engine.clock, answer, {
      limitMs: leftMs === Infinity ? undefined : leftMs,
      limitError: (limitMs) => call.timeoutError('fallback', limitMs, error),
      late: (value) => call.lateResult(value),
    }),
  );
}

function announceAnswer(call: FallingBackCall, index: number, error: unknown): void {
  const { stats } = call.plan;
  stats.fallbacks++;
  stats.meter?.fellBack(index, 'success');
  stats.meter?.ended('fallback', call.elapsedMs());
  if (!call.plan.events.wants('fallbackUsed')) return;
  call.emit('fallbackUsed', {
    index,
    error,
    category: call.engine.classify(error),
    attempt: call.attempt,
    ...call.elapsed(),
  });
}

function throwIfInterrupted({ interruption }: FallingBackCall): void {
  if (interruption !== null) throw interruption.error;
}
