import { BreakerHandle, type ManualStateOptions } from '../../core/circuit-breaker/breaker-handle.js';
import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import type { CircuitSnapshot } from '../../core/circuit-breaker/circuit-snapshot.js';
import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { describeValue } from '../../core/options/describe-value.js';
import { suggestion } from '../../core/options/nearest.js';
import type { ResilienceRuntime } from './resilience.runtime.js';

/**
 * The breaker of this name, and every breaker of the policy of this name: calls that name no operation make one that has
 * the policy's name beside those of its operations.
 */
export function selectBreakers(breakers: Iterable<Breaker>, name: string): Breaker[] {
  const all = [...breakers];
  const isOfPolicy = (breaker: Breaker): boolean => breaker.name !== name && breaker.policies.includes(name);
  return [...all.filter((breaker) => breaker.name === name), ...all.filter(isOfPolicy)];
}

/**
 * The breakers of this name, or of the policy of this name; one that no call has needed yet is made.
 *
 * @param key of keyed breakers; without it, the circuit of calls that have no key
 * @throws ResilienceConfigError (`CONFIG_INVALID`) when the name matches nothing, with the nearest one.
 */
export function breakerSelection(
  runtime: ResilienceRuntime,
  name: string,
  key: string | undefined,
): BreakerSelection {
  const { engine, policies } = runtime;
  const found = selectBreakers(engine.breakers.all(), name);
  if (found.length > 0) return new BreakerSelection(name, found, key);
  if (policies.has(name)) return policyBreakers(runtime, name, key);
  const known = [...engine.breakers.all()].flatMap((breaker) => [breaker.name, ...breaker.policies]);
  const hint = suggestion(name, [...new Set(known)]);
  throw new ResilienceConfigError({ issues: [`there is no breaker ${describeValue(name)}${hint}`] });
}

/** The breakers that calls under a policy have needed. */
export function breakersOfPolicy({ engine }: ResilienceRuntime, name: string): Breaker[] {
  return [...engine.breakers.all()].filter((breaker) => breaker.policies.includes(name));
}

/**
 * The breakers of a policy, whatever they are called.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) when the policy does not exist or has none.
 */
export function policyBreakers(
  runtime: ResilienceRuntime,
  name: string,
  key: string | undefined,
): BreakerSelection {
  const { policies } = runtime;
  // Where nobody has called under the policy, its breaker for calls that name no operation is made.
  if (breakersOfPolicy(runtime, name).length === 0) policies.policy(name).pipelineOf();
  const breakers = breakersOfPolicy(runtime, name);
  if (breakers.length > 0) return new BreakerSelection(name, breakers, key);
  const isOff = policies.resolved(name).settings.circuitBreaker !== undefined;
  const reason = isOff
    ? 'has no breaker as long as it is switched off'
    : 'has no breaker; give it a circuitBreaker';
  throw new ResilienceConfigError({ issues: [`the policy ${describeValue(name)} ${reason}`] });
}

/**
 * One breaker by its name, or all breakers of a policy by the policy's: what is done, is done to each of them.
 *
 * @public
 */
export class BreakerSelection {
  private readonly handles: readonly BreakerHandle[];

  /** @internal Given by `ResilienceService.breaker(name, key)`; at least one breaker. */
  constructor(
    readonly name: string,
    /** @internal */
    readonly breakers: readonly Breaker[],
    key: string | undefined,
  ) {
    this.handles = breakers.map((breaker) => new BreakerHandle(breaker, key));
  }

  /** The state and counts of the first of them; most names mean one. */
  snapshot(): CircuitSnapshot {
    return (this.handles[0] as BreakerHandle).snapshot();
  }

  snapshots(): CircuitSnapshot[] {
    return this.handles.map((handle) => handle.snapshot());
  }

  /** Opens for the reset timeout, as if a rule had fired. */
  open(): void {
    for (const handle of this.handles) handle.open();
  }

  /** Closes, with a fresh window and without growth of the reset timeout. */
  close(): void {
    for (const handle of this.handles) handle.close();
  }

  /** As `close`, and nothing of the past is left. */
  reset(): void {
    for (const handle of this.handles) handle.reset();
  }

  /** Rejects every call until `close`, `reset` or the end of `ttl`. */
  forceOpen(options?: ManualStateOptions): void {
    for (const handle of this.handles) handle.forceOpen(options);
  }

  /** Lets every call through and records nothing, until `close`, `reset` or the end of `ttl`. */
  disable(options?: ManualStateOptions): void {
    for (const handle of this.handles) handle.disable(options);
  }

  /** Records and reports what it would do but rejects nobody, until `close`, `reset` or the end of `ttl`. */
  observeOnly(options?: ManualStateOptions): void {
    for (const handle of this.handles) handle.observeOnly(options);
  }
}
