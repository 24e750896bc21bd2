import { KeyedStates } from '../state/keyed-states.js';
import type { SharedState } from '../state/state-registry.js';
import { AdaptiveStats } from './backoff/adaptive-stats.js';
import type { AdaptiveSettings } from './backoff/backoff-options.js';

/** What adaptive backoff knows of one identity, per key. */
export class SharedAdaptiveStats implements SharedState<AdaptiveSettings> {
  private readonly stats: KeyedStates<IdleAdaptiveStats>;

  constructor(
    readonly name: string,
    public settings: AdaptiveSettings,
  ) {
    this.stats = new KeyedStates(() => new IdleAdaptiveStats(this.settings.window), settings.maxKeys);
  }

  record(key: string | undefined, success: boolean): void {
    this.stats.get(key).record(success);
  }

  ratio(key: string | undefined): number | undefined {
    return this.stats.get(key).ratio(this.settings.minSamples);
  }

  reconfigure(settings: AdaptiveSettings): void {
    this.settings = settings;
    this.stats.maxKeys = settings.maxKeys;
    for (const one of this.stats.all()) one.resize(settings.window);
  }
}

/** Statistics are cheap to gather again: any of them may be given up where keys are bounded. */
class IdleAdaptiveStats extends AdaptiveStats {
  readonly isIdle = true;
}
