import type { PolicySettings } from '../../core/policy-options.js';
import type { IdentityLike } from '../../core/state/identity.js';
import { issuesOf } from './policy-issues.js';
import type { PolicyRegistry } from './policy-registry.js';

/**
 * Compiles the operations that calls have named, and the policies whose breakers exist whoever calls, or whose rate limit
 * holds for others that are called first. Gives what is wrong with them.
 */
export function compileNamed(policies: PolicyRegistry): readonly string[] {
  const issues = [...policies.current.policies].flatMap(([name, { settings }]) => {
    const { circuitBreaker, rateLimiter } = settings;
    const shared = hasOwnName(circuitBreaker) || hasOwnName(rateLimiter) ? [name] : [];
    return prepare(policies, name, [...policies.operationsOf(name), ...shared]);
  });
  const { limiters } = policies.engine;
  const joined = [...limiters.all()].filter(({ name }) => limiters.isClaimed(name));
  return [...issues, ...joined.flatMap((limiter) => limiter.issues)];
}

/** What is wrong with policies that share state by name, as other policies that were read make them. */
export function problemsOnTrial(policies: PolicyRegistry, trial: PolicyRegistry): readonly string[] {
  return [...trial.current.policies].flatMap(([name, { settings }]) => {
    const shared = sharesState(settings) ? [name] : [];
    return prepare(trial, name, [...policies.operationsOf(name), ...shared]);
  });
}

function prepare(policies: PolicyRegistry, policy: string, operations: readonly string[]): readonly string[] {
  return [...new Set(operations)].flatMap((operation) =>
    issuesOf(() => policies.policy(policy, operation).prepare(operation)),
  );
}

/** Whether a strategy keeps its state under a name that no operation gives it. */
function hasOwnName(strategy: IdentityLike | undefined): boolean {
  return strategy !== undefined && (strategy.name !== undefined || strategy.scope === 'policy');
}

function sharesState({ retry, hedge, ...others }: PolicySettings): boolean {
  const { circuitBreaker, adaptiveThrottle, rateLimiter, bulkhead } = others;
  const backoff = typeof retry?.backoff === 'object' ? retry.backoff.adaptive : undefined;
  const ofParts = [retry?.budget, backoff, hedge?.budget];
  return [circuitBreaker, adaptiveThrottle, rateLimiter, bulkhead, ...ofParts].some(hasOwnName);
}
