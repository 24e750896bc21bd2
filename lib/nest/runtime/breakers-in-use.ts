import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import { identityName } from '../../core/state/identity.js';
import { issuesOf, type PolicyRegistry } from './policy-registry.js';
import type { ResilienceRuntime } from './resilience.runtime.js';

/**
 * The breakers that calls may meet: without those that a reload has taken away from all that used them. Their state
 * stays, for they may come back.
 */
export function breakersInUse({ engine, policies }: ResilienceRuntime): Breaker[] {
  return [...engine.breakers.all()].filter(
    ({ name, policies: users }) =>
      engine.breakers.isClaimed(name) || users.some((policy) => uses(policies, policy, name)),
  );
}

/**
 * What decorators put under policies has claimed its breaker with the reload; an operation that only calls name does so
 * with its next call.
 */
function uses(policies: PolicyRegistry, policy: string, breaker: string): boolean {
  if (!policies.enabled || !policies.has(policy)) return false;
  const operation = { name: breaker, service: breaker };
  let isUsed = false;
  const faults = issuesOf(() => {
    const { enabled, circuitBreaker } = policies.resolveFor({
      policy,
      operation: breaker,
      layers: [],
    }).settings;
    isUsed =
      enabled && circuitBreaker !== undefined && identityName(circuitBreaker, operation, policy) === breaker;
  });
  return isUsed || faults.length > 0;
}
