import type { RateLimiter } from '../../lib/core/rate-limiter/rate-limiter.js';
import {
  type RateLimiterOptions,
  resolveRateLimiter,
} from '../../lib/core/rate-limiter/rate-limiter-options.js';
import { SharedRateLimiter } from '../../lib/core/rate-limiter/shared-rate-limiter.js';
import { ManualClock } from './manual-clock.js';

/** A rate limiter and hands for it. */
export function testRateLimiter(options: RateLimiterOptions, startsAt = 0) {
  const clock = new ManualClock(startsAt);
  const shared = new SharedRateLimiter('mails', resolveRateLimiter(options), clock);
  const limiter = shared.of(undefined);
  return {
    clock,
    shared,
    limiter,
    change: (changed: RateLimiterOptions): void => shared.reconfigure(resolveRateLimiter(changed)),
  };
}

/** How many tokens can be taken right now. */
export function takeAll(limiter: RateLimiter): number {
  let taken = 0;
  while (taken < 100_000 && limiter.tryTake()) taken++;
  return taken;
}
