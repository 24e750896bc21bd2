import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { decoratedMethods } from '../interceptor/decorated-handlers.js';
import { handlersOf } from '../interceptor/handler-traits.js';
import { handlerPoliciesOf } from '../interceptor/handler-policies.js';
import { usedBy } from '../interceptor/used-policy.js';
import type { ProvidedClass } from '../runtime/class-names.js';
import { issuesOf, unknownPolicy } from '../runtime/policy-issues.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';

/**
 * Compiles every handler with `@UsePolicy`, so that a fault shows at boot and breakers exist from then on, and checks that
 * the policies of `routes` exist.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with every fault of every handler and route.
 */
export function checkHandlers(runtime: ResilienceRuntime, classes: readonly ProvidedClass[]): void {
  if (!runtime.policies.enabled) return;
  const issues = unknownRoutes(runtime);
  for (const type of new Set(classes.map((one) => one.type))) issues.push(...faultsOf(runtime, type));
  if (issues.length > 0) throw new ResilienceConfigError({ issues: [...new Set(issues)] });
}

/** Methods with `@UsePolicy` that nothing marks as a handler: what Nest does not call, no interceptor protects. */
export function unboundMethods(runtime: ResilienceRuntime, classes: readonly ProvidedClass[]): string[] {
  return classes.flatMap(({ type }) => {
    const handlers = handlersOf(type);
    const unbound = [...decoratedMethods(type).keys()].filter((key) => !handlers.has(key));
    return unbound.map((key) => `${runtime.names.nameOf(type)}.${key}`);
  });
}

/** Every operation that a route may select. */
export function handlerNames(runtime: ResilienceRuntime, classes: readonly ProvidedClass[]): string[] {
  return classes.flatMap(({ type }) =>
    [...handlersOf(type).keys()].map((key) => `${runtime.names.nameOf(type)}.${key}`),
  );
}

function unknownRoutes({ policies, settings }: ResilienceRuntime): string[] {
  return settings.routes.flatMap(({ path, policy }, index) =>
    policies.has(policy)
      ? []
      : [
          `routes[${index}].policy: the path ${path} names a policy that does not exist: ${unknownPolicy(policy, policies.names)}`,
        ],
  );
}

function faultsOf(runtime: ResilienceRuntime, type: Function): readonly string[] {
  const used = usedBy(type);
  if (used !== undefined && !runtime.policies.has(used.policy)) {
    const unknown = unknownPolicy(used.policy, runtime.policies.names);
    return [`${runtime.names.nameOf(type)}: @UsePolicy names a policy that does not exist: ${unknown}`];
  }
  const handlers = used === undefined ? decoratedMethods(type) : handlersOf(type);
  const policies = handlerPoliciesOf(runtime);
  return [...handlers.values()].flatMap((method) => issuesOf(() => policies.handlerOf(type, method)));
}
