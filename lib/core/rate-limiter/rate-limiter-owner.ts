import type { Clock } from '../time/clock.js';
import type { FleetRate } from './fleet-limiter.js';
import type { Rate } from './rate-limiter-options.js';

/** What all limiters of one identity share. */
export interface RateLimiterOwner {
  readonly name: string;
  readonly clock: Clock;
  /** How fast tokens come here: the share of this instance, where all of them keep the limit together. */
  readonly rate: Rate;
  /** What all instances keep together; `undefined` where each keeps its own limit. */
  readonly fleet: FleetRate | undefined;
  /** A limiter is idle earlier than it said before. */
  sooner(key: string | undefined): void;
}
