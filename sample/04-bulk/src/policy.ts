import type { PolicyOptions } from 'nestjs-holdfast';

/** How many retries the run may make: a share of its calls, and so many a second. */
export const budget = { ratio: 0.2, minPerSecond: 10, windowSeconds: 10 } as const;

/** For work that nobody waits for at a screen: patient, but never a burden to what it depends on. */
export const sync = {
  idempotent: true,
  timeout: { total: '30s', attempt: '2s' },
  retry: {
    maxAttempts: 8,
    backoff: { initialDelay: '200ms', maxDelay: '5s' },
    // While the breaker is open, records wait for it instead of failing one after the other.
    retryOn: ['network', 'timeout', 'rateLimit', 'server', 'rejected'],
    budget: {
      ratio: budget.ratio,
      minPerSecond: budget.minPerSecond,
      window: `${budget.windowSeconds}s`,
    },
  },
  // Open for as long as an attempt may take: what is still under way has ended when the next probe begins.
  circuitBreaker: { failureThreshold: 5, resetTimeout: '2s', maxResetTimeout: '2s' },
} satisfies PolicyOptions;
