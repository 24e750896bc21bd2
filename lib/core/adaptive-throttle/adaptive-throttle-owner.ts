import type { Clock } from '../time/clock.js';
import type { AdaptiveThrottleSettings } from './adaptive-throttle-options.js';

/** What a throttle needs of the identity it belongs to. */
export interface AdaptiveThrottleOwner {
  readonly settings: AdaptiveThrottleSettings;
  readonly clock: Clock;
  /** The throttle of this key has begun or ceased to reject. */
  turned(key: string | undefined): void;
}
