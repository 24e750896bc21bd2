import type { Clock } from '../time/clock.js';
import type { Rate } from './rate-limiter-options.js';

/** What a rate limiter needs of the identity it belongs to. */
export interface RateLimiterOwner {
  readonly clock: Clock;
  readonly rate: Rate;
  /** The limiter of this key may be idle earlier than it was. */
  sooner(key: string | undefined): void;
}
