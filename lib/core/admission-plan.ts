import type { SharedAdaptiveThrottle } from './adaptive-throttle/shared-adaptive-throttle.js';
import { AdmissionControl, type AdmissionRules } from './admission-control.js';
import type { SharedBulkhead } from './bulkhead/shared-bulkhead.js';
import type { KeyFunction } from './identity-options.js';
import { claimState, keyFunction, type PlanSource } from './plan-source.js';
import type { SharedRateLimiter } from './rate-limiter/shared-rate-limiter.js';

/** State and the key under which a call finds its own. */
interface Keyed<T> {
  readonly shared: T;
  readonly key: KeyFunction | undefined;
}

/** Tells the key of the call that asks. */
export type KeyOf = (resolver: KeyFunction | undefined) => string | undefined;

/** The strategies between breaker and operation that one policy has; the control of the unkeyed state is made once. */
export class AdmissionPlan {
  private unkeyed: AdmissionControl | undefined;

  constructor(
    readonly throttle: Keyed<SharedAdaptiveThrottle> | undefined,
    readonly limiter: Keyed<SharedRateLimiter> | undefined,
    readonly bulkhead: Keyed<SharedBulkhead> | undefined,
    private readonly rules: AdmissionRules,
    readonly isKeyed: boolean,
  ) {}

  /** @param hasKey - the call brings a key of its own */
  controlFor(call: { keyFor: KeyOf }, hasKey: boolean): AdmissionControl {
    if (!this.isKeyed && !hasKey) return (this.unkeyed ??= this.control(() => undefined));
    return this.control((resolver) => call.keyFor(resolver));
  }

  private control(keyOf: KeyOf): AdmissionControl {
    const { throttle, limiter, bulkhead, rules } = this;
    return new AdmissionControl(
      throttle?.shared.of(keyOf(throttle.key)),
      limiter?.shared.of(keyOf(limiter.key)),
      bulkhead?.shared.of(keyOf(bulkhead.key)),
      rules,
    );
  }
}

/** `undefined` where the policy has none of these strategies. */
export function compileAdmission(source: PlanSource): AdmissionPlan | undefined {
  const { engine, settings } = source;
  const { adaptiveThrottle, rateLimiter, bulkhead } = settings;
  if (!adaptiveThrottle && !rateLimiter && !bulkhead) return undefined;
  const keyed = <T>(shared: T, { key }: { readonly key?: KeyFunction | string }): Keyed<T> => ({
    shared,
    key: keyFunction(engine, key ?? settings.key),
  });
  const all = [
    adaptiveThrottle && keyed(claimState(source, engine.throttles, adaptiveThrottle), adaptiveThrottle),
    rateLimiter && keyed(claimState(source, engine.limiters, rateLimiter), rateLimiter),
    bulkhead && keyed(claimState(source, engine.bulkheads, bulkhead), bulkhead),
  ] as const;
  all[2]?.shared.join(settings.name, source.operation.name);
  const rules = {
    maxWaitMs: rateLimiter?.maxWaitMs ?? 0,
    releaseOnAnswer: bulkhead?.releaseOn === 'answered',
  };
  const plan = new AdmissionPlan(
    ...all,
    rules,
    all.some((strategy) => strategy?.key !== undefined),
  );
  return plan;
}
