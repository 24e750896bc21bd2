import type { BulkheadOptions } from '../../core/bulkhead/bulkhead-options.js';
import type { CircuitBreakerOptions } from '../../core/circuit-breaker/circuit-breaker-options.js';
import type { HedgeOptions } from '../../core/hedge/hedge-options.js';
import type { PolicyOptions } from '../../core/policy-options.js';
import type { RateLimiterOptions } from '../../core/rate-limiter/rate-limiter-options.js';
import type { Duration } from '../../core/time/duration.js';
import type { TimeoutOptions } from '../../core/timeout/timeout-options.js';
import type { DecoratedStrategy } from '../method/method-definition.js';
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

/**
 * Adds a bulkhead, or replaces the policy's: how many invocations may run at once, and how many calls may wait for
 * their turn. A number alone is `maxConcurrent`.
 *
 * @public
 */
export function Bulkhead(options: BulkheadOptions | number = {}): Protection {
  return strategy('@Bulkhead', 'bulkhead', { bulkhead: options });
}

/**
 * Adds a rate limit, or replaces the policy's: `@RateLimit({ limit: 100, interval: '1s' })`.
 *
 * By default all operations of the policy share it; a method whose policy has no name of its own shares it with nobody
 * unless `name` or `scope` says so.
 *
 * @public
 */
export function RateLimit(options: RateLimiterOptions): Protection {
  return strategy('@RateLimit', 'rateLimiter', { rateLimiter: options });
}

/**
 * Adds hedging, or replaces the policy's: another invocation beside a slow one, `@Hedge({ delay: '200ms' })`. The first
 * success wins. Only where the operation may be made twice: with `idempotent: true` of the policy or the decorator.
 * Methods that give Observables or async iterables are not hedged; a `diagnostic` event says so.
 *
 * @public
 */
export function Hedge(options: HedgeOptions): Protection {
  return strategy('@Hedge', 'hedge', { hedge: options });
}

function strategy(decorator: string, name: DecoratedStrategy, options: PolicyOptions): Protection {
  return applying({ decorator, strategy: name, options }) as Protection;
}
