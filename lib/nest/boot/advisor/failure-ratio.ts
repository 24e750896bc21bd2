import type { PolicySettings } from '../../../core/policy-options.js';

/** From about here on a number of failures in a row says little: one hiccup makes as many. */
const HIGH_RATE = 20;

/** At a high rate a breaker should look at the ratio of failures. How high the rate may be, the rate limiter tells. */
export function failureRatioAdvice({ circuitBreaker, rateLimiter }: PolicySettings): string | undefined {
  const rate = rateLimiter?.rate;
  if (circuitBreaker?.failureThreshold === undefined || rate === undefined) return undefined;
  if (circuitBreaker.failureRatio !== undefined) return undefined;
  const perSecond = Math.round((rate.limit * 1000) / rate.intervalMs);
  if (perSecond <= HIGH_RATE) return undefined;
  return (
    `up to ${perSecond} calls a second, and the circuit opens after ${circuitBreaker.failureThreshold} failures in a row, ` +
    'which one short hiccup can make: set circuitBreaker.failureRatio, such as 0.5'
  );
}
