import { AdaptiveThrottleError } from '../../../../lib/core/errors/adaptive-throttle-error.js';
import { AllFallbacksFailedError } from '../../../../lib/core/errors/all-fallbacks-failed-error.js';
import { BulkFailureError } from '../../../../lib/core/errors/bulk-failure-error.js';
import { BulkheadFullError } from '../../../../lib/core/errors/bulkhead-full-error.js';
import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { ResilienceConfigError } from '../../../../lib/core/errors/config-error.js';
import type { ResilienceErrorCode } from '../../../../lib/core/errors/error-code.js';
import type { AnyResilienceError } from '../../../../lib/core/errors/is-resilience-error.js';
import { MaxRetriesExceededError } from '../../../../lib/core/errors/max-retries-exceeded-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RateLimitedError } from '../../../../lib/core/errors/rate-limited-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';
import { ShutdownError } from '../../../../lib/core/errors/shutdown-error.js';
import { TimeoutExceededError } from '../../../../lib/core/errors/timeout-exceeded-error.js';

/** Stands for what a dependency says: nothing of it may reach clients, logs or JSON. */
export const SECRET = 'postgres://admin:hunter2@db';

const call = { policy: 'network', operation: 'PaymentsService.charge' };
const cause = new Error(SECRET);

/** One error of each class, as the engine makes it. */
export const samples: Readonly<Record<ResilienceErrorCode, AnyResilienceError>> = {
  CIRCUIT_OPEN: new CircuitOpenError({
    ...call,
    breaker: 'PaymentsService',
    state: 'open',
    retryAfter: 11_300,
    cause,
  }),
  BULKHEAD_FULL: new BulkheadFullError({ ...call, reason: 'full', maxConcurrent: 10, maxQueue: 5 }),
  ADAPTIVE_THROTTLE: new AdaptiveThrottleError({ ...call, probability: 0.42 }),
  RATE_LIMITED: new RateLimitedError({ ...call, retryAfter: 250 }),
  TIMEOUT_EXCEEDED: new TimeoutExceededError({ ...call, timeout: 5000, scope: 'attempt', cause }),
  MAX_RETRIES_EXCEEDED: new MaxRetriesExceededError({
    ...call,
    attempts: 3,
    maxAttempts: 5,
    errors: [new Error(SECRET), cause],
    cause,
  }),
  ALL_FALLBACKS_FAILED: new AllFallbacksFailedError({ ...call, errors: [cause, new Error(SECRET)], cause }),
  BULK_FAILURE: new BulkFailureError({
    policy: 'network',
    successRate: 0.5,
    failed: [
      {
        index: 1,
        error: cause,
        report: { ...call, attempts: 1, errors: [cause], delays: [], reason: 'permanent' },
      },
    ],
  }),
  SHUTDOWN: new ShutdownError(call),
  CONFIG_INVALID: new ResilienceConfigError({
    issues: ['policies.network.retry.maxAttempts: expected an integer >= 1 (got -1)'],
    cause,
  }),
  RETRYABLE: new RetryableError('the order is still pending', { retryAfter: '2s', cause }),
  PERMANENT: new PermanentError('the card has expired', { cause }),
};

export const sampleList = Object.entries(samples) as [ResilienceErrorCode, AnyResilienceError][];
