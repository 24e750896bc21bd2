import type { CallScope } from './call-scope.js';
import type { BreakerGuard } from './circuit-breaker/breaker-guard.js';
import { AdaptiveThrottleError } from './errors/adaptive-throttle-error.js';
import { BulkheadFullError, type BulkheadRejectionReason } from './errors/bulkhead-full-error.js';
import { CircuitOpenError } from './errors/circuit-open-error.js';
import { RateLimitedError } from './errors/rate-limited-error.js';
import type { CallRejectedEvent } from './events/event-types.js';

/** A call as those see it who refuse it. */
export interface RefusedCall extends CallScope {
  readonly attempt: number;
  readonly operationError: unknown;
}

/**
 * What a circuit says that refuses an attempt, told to the listeners as well. On a later attempt it is caused by what
 * the operation failed with before, on the first one by what opened the circuit.
 */
export function circuitRefusal(call: RefusedCall, { circuit }: BreakerGuard): CircuitOpenError {
  const { policy, operation } = call;
  const { name: breaker, refusingState: state } = circuit;
  const retryAfter = circuit.retryAfter();
  const cause = call.operationError ?? circuit.tally.lastFailure;
  const error = call.make(
    () => new CircuitOpenError({ policy, operation, breaker, state, retryAfter, cause }),
  );
  announceRefusal(call, 'circuitBreaker', error, breaker);
  return error;
}

/** What the adaptive throttle says that holds an attempt back. */
export function throttleRefusal(call: RefusedCall, probability: number): AdaptiveThrottleError {
  return refusal(call, 'adaptiveThrottle', (data) => new AdaptiveThrottleError({ ...data, probability }));
}

/** What the rate limiter says that has no token for an attempt within its time. */
export function limiterRefusal(call: RefusedCall, retryAfter: number): RateLimitedError {
  return refusal(call, 'rateLimiter', (data) => new RateLimitedError({ ...data, retryAfter }));
}

/** What a bulkhead says that has no slot for an attempt, or had none in time. */
export function bulkheadRefusal(
  call: RefusedCall,
  { limit: maxConcurrent, maxQueue }: { readonly limit: number; readonly maxQueue: number },
  reason: BulkheadRejectionReason,
): BulkheadFullError {
  return refusal(
    call,
    'bulkhead',
    (data) => new BulkheadFullError({ ...data, reason, maxConcurrent, maxQueue }),
  );
}

interface RefusalData {
  readonly policy: string;
  readonly operation: string;
  readonly cause: unknown;
}

/** A rejection of an attempt; on a later one it is caused by what the operation failed with before. */
function refusal<E>(
  call: RefusedCall,
  reason: CallRejectedEvent['reason'],
  create: (data: RefusalData) => E,
): E {
  const { policy, operation, operationError: cause } = call;
  const error = call.make(() => create({ policy, operation, cause }));
  announceRefusal(call, reason, error);
  return error;
}

function announceRefusal(
  call: RefusedCall,
  reason: CallRejectedEvent['reason'],
  error: unknown,
  breaker?: string,
): void {
  const attempt = Math.max(1, call.attempt);
  call.plan.stats.meter?.refused(attempt, reason, breaker);
  call.emit('callRejected', { attempt, reason, ...(breaker === undefined ? {} : { breaker }), error });
}
