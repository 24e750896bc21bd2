import { ResilienceConfigError } from '../errors/config-error.js';
import { DecayingStates } from '../state/decaying-states.js';
import type { PermitStore } from '../ports/permit-store.js';
import type { SharedState } from '../state/state-registry.js';
import type { Clock } from '../time/clock.js';
import type { FleetRate } from './fleet-limiter.js';
import { RateLimiter } from './rate-limiter.js';
import type { Rate, RateLimiterSettings } from './rate-limiter-options.js';
import type { RateLimiterOwner } from './rate-limiter-owner.js';

/** The rate limiters of one identity, one per key, with their shared rate. */
export class SharedRateLimiter implements SharedState<RateLimiterSettings>, RateLimiterOwner {
  private readonly limiters: DecayingStates<RateLimiter>;
  private known: Rate | undefined;

  constructor(
    readonly name: string,
    public settings: RateLimiterSettings,
    readonly clock: Clock,
    private readonly permits?: PermitStore,
  ) {
    this.known = settings.rate;
    this.limiters = new DecayingStates(
      (key) => new RateLimiter(this, key),
      settings.maxKeys,
      () => clock.now(),
    );
  }

  get fleet(): FleetRate | undefined {
    const { permits, clock, settings } = this;
    if (permits === undefined || !settings.shared) return undefined;
    const storeTimeoutMs = settings.storeTimeoutMs ?? permits.answerWithinMs;
    return { permits, clock, rate: this.whole, storeTimeoutMs };
  }

  /**
   * How fast tokens come here.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) where every policy only joins by name and none gives a limit.
   */
  get rate(): Rate {
    const { settings, permits, whole } = this;
    return settings.shared
      ? shareOf(whole, settings.expectedInstances ?? permits?.expectedInstances ?? 1)
      : whole;
  }

  private get whole(): Rate {
    if (this.known !== undefined) return this.known;
    throw new ResilienceConfigError({ issues: this.issues });
  }

  /** What is wrong with it: nothing, once a policy has given its limit. */
  get issues(): readonly string[] {
    if (this.known !== undefined) return [];
    return [
      `rate limiter "${this.name}": no policy gives its limit; those in use only join it by name, so give one of them \`limit\``,
    ];
  }

  /**
   * The limiter of this key; `undefined` means the unkeyed one. To be asked for anew by each call, right before it
   * takes its token: one that is idle may be forgotten at any time.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) where no policy has given a limit yet.
   */
  of(key: string | undefined): RateLimiter {
    return this.limiters.get(key);
  }

  all(): Iterable<RateLimiter> {
    return this.limiters.all();
  }

  reconfigure(settings: RateLimiterSettings): void {
    this.settings = settings;
    // Options that leave the rate out, as of a policy that joins with other `maxKeys`, leave it as it is.
    this.known = settings.rate ?? this.known;
    this.limiters.maxKeys = settings.maxKeys;
    for (const limiter of this.limiters.all()) limiter.reconfigured();
    this.limiters.allSooner();
  }

  sooner(key: string | undefined): void {
    this.limiters.sooner(key);
  }
}

/** What one instance may take while it does not hear of the others. */
function shareOf({ limit, intervalMs, burst }: Rate, instances: number): Rate {
  return { limit: limit / instances, intervalMs, burst: Math.max(1, Math.floor(burst / instances)) };
}
