import type { CircuitBreakerOptions } from '../../core/circuit-breaker/circuit-breaker-options.js';
import type { PolicyOptions } from '../../core/policy-options.js';
import type { Duration } from '../../core/time/duration.js';
import type { TimeoutOptions } from '../../core/timeout/timeout-options.js';
import { applying } from './apply.js';
import type { Protection } from './decorator-types.js';

/**
 * Adds a circuit breaker, or replaces the policy's.
 *
 * By default each method has a breaker of its own; `scope: 'service'` makes one for the class.
 *
 * @public
 */
export function CircuitBreaker(options: CircuitBreakerOptions = {}): Protection {
  return strategy('@CircuitBreaker', 'circuitBreaker', { circuitBreaker: options });
}

/**
 * Adds limits of time, or replaces the policy's: a duration for the whole call, or `{ total, attempt, stream }`.
 *
 * Not `Timeout`: `@nestjs/schedule` exports one with another meaning.
 *
 * @public
 */
export function TimeLimit(limit: Duration | TimeoutOptions): Protection {
  return strategy('@TimeLimit', 'timeout', { timeout: limit });
}

function strategy(decorator: string, name: 'circuitBreaker' | 'timeout', options: PolicyOptions): Protection {
  return applying({ decorator, strategy: name, options }) as Protection;
}
