import { KeyedStates } from '../state/keyed-states.js';
import type { SharedState } from '../state/state-registry.js';
import type { Clock } from '../time/clock.js';
import { AdaptiveThrottle } from './adaptive-throttle.js';
import type { AdaptiveThrottleSettings } from './adaptive-throttle-options.js';
import type { AdaptiveThrottleOwner } from './adaptive-throttle-owner.js';

/** The adaptive throttles of one identity, one per key, with their shared options. */
export class SharedAdaptiveThrottle implements SharedState<AdaptiveThrottleSettings>, AdaptiveThrottleOwner {
  private readonly throttles: KeyedStates<AdaptiveThrottle>;

  constructor(
    readonly name: string,
    public settings: AdaptiveThrottleSettings,
    readonly clock: Clock,
  ) {
    this.throttles = new KeyedStates((key) => new AdaptiveThrottle(this, key), settings.maxKeys);
  }

  /** The throttle of this key; `undefined` means the unkeyed one. To be asked for anew by each call. */
  of(key: string | undefined): AdaptiveThrottle {
    return this.throttles.get(key);
  }

  all(): Iterable<AdaptiveThrottle> {
    return this.throttles.all();
  }

  reconfigure(settings: AdaptiveThrottleSettings): void {
    this.settings = settings;
    this.throttles.maxKeys = settings.maxKeys;
    for (const throttle of this.throttles.all()) throttle.reconfigured();
  }

  turned(key: string | undefined): void {
    this.throttles.resort(key);
  }
}
