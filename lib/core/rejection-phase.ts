import type { CallScope } from './call-scope.js';
import type { BreakerGuard } from './circuit-breaker/breaker-guard.js';
import { CircuitOpenError } from './errors/circuit-open-error.js';

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
  call.emit('callRejected', {
    attempt: Math.max(1, call.attempt),
    reason: 'circuitBreaker',
    breaker,
    error,
  });
  return error;
}
