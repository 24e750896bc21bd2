import { AdaptiveThrottleError } from '../../lib/core/errors/adaptive-throttle-error.js';
import { AllFallbacksFailedError } from '../../lib/core/errors/all-fallbacks-failed-error.js';
import { BulkheadFullError } from '../../lib/core/errors/bulkhead-full-error.js';
import { CircuitOpenError } from '../../lib/core/errors/circuit-open-error.js';
import { MaxRetriesExceededError } from '../../lib/core/errors/max-retries-exceeded-error.js';
import { RateLimitedError } from '../../lib/core/errors/rate-limited-error.js';
import type { ResilienceError } from '../../lib/core/errors/resilience-error.js';
import { TimeoutExceededError } from '../../lib/core/errors/timeout-exceeded-error.js';

const call = { policy: 'payments', operation: 'PaymentsService.charge' };
const cause = new Error('the last failure');

/** One of each error that a strategy throws, with all of its data. */
export const strategyErrors: Readonly<Record<string, readonly ResilienceError[]>> = {
  retry: [new MaxRetriesExceededError({ ...call, attempts: 2, maxAttempts: 3, errors: [cause], cause })],
  'circuit-breaker': [
    new CircuitOpenError({ ...call, breaker: 'PaymentsService', state: 'open', retryAfter: 12_000, cause }),
  ],
  timeout: [new TimeoutExceededError({ ...call, timeout: 5_000, scope: 'total', cause })],
  bulkhead: [new BulkheadFullError({ ...call, reason: 'full', maxConcurrent: 10, maxQueue: 0, cause })],
  'rate-limiter': [new RateLimitedError({ ...call, retryAfter: 12_000, cause })],
  'adaptive-throttle': [new AdaptiveThrottleError({ ...call, probability: 0.5, cause })],
  fallback: [new AllFallbacksFailedError({ ...call, errors: [cause, cause], cause })],
};
