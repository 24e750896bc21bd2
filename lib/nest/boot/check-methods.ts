import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { describeValue } from '../../core/options/describe-value.js';
import { suggestion } from '../../core/options/nearest.js';
import { effectiveOptions } from '../method/effective-options.js';
import { methodOfHandler } from '../method/fallback-method.js';
import type { MethodDefinition } from '../method/method-definition.js';
import { allMethods, definitionsOf } from '../method/method-registry.js';
import { writtenName } from '../method/written-name.js';
import type { ProvidedClass } from '../runtime/class-names.js';
import { issuesOf, unknownPolicy } from '../runtime/policy-issues.js';
import type { ResilienceHandle } from '../runtime/resilience.handle.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';

/**
 * Compiles every protected method of the application, so that a fault shows at boot and breakers exist from then on.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with every fault of every method.
 */
export function checkMethods(
  handle: ResilienceHandle,
  runtime: ResilienceRuntime,
  classes: readonly ProvidedClass[],
): void {
  const issues: string[] = [];
  for (const type of new Set(classes.map((one) => one.type))) {
    issues.push(...unknownPoliciesOf(runtime, type));
    for (const definition of allMethods(type.prototype as object)) {
      issues.push(...issuesOf(() => bind(handle, definition, type)));
      checkFallbackMethods(runtime, definition, type, issues);
    }
  }
  if (issues.length > 0) throw new ResilienceConfigError({ issues: [...new Set(issues)] });
}

/** A decorator on a class that protects no method names its policy all the same. */
function unknownPoliciesOf({ policies, names }: ResilienceRuntime, type: Function): string[] {
  return definitionsOf(type.prototype as object).flatMap(([prototype, { sayings }]) =>
    sayings.flatMap(({ decorator, policy, keys }) =>
      keys.size > 0 || policy === undefined || policies.has(policy)
        ? []
        : `${names.nameOf(prototype.constructor)}: ${decorator} names a policy that does not exist: ${unknownPolicy(policy, policies.names)}`,
    ),
  );
}

function bind(handle: ResilienceHandle, definition: MethodDefinition, type: Function): void {
  handle.bindingOf(definition, type);
  handle.runtime.requireRetry(definition, type);
}

/** A fallback that names a method must find it on the class. */
function checkFallbackMethods(
  runtime: ResilienceRuntime,
  definition: MethodDefinition,
  type: Function,
  issues: string[],
): void {
  const known = methodNames(type.prototype as object);
  for (const { options } of effectiveOptions(definition).layers) {
    const { fallback } = options;
    if (typeof fallback !== 'object' || fallback === null || !('handlers' in fallback)) continue;
    for (const name of fallback.handlers.map(methodOfHandler)) {
      if (name === undefined || known.includes(name)) continue;
      const place = runtime.names.placeOf(definition, type);
      issues.push(
        `${place}: @Fallback names the method ${describeValue(name)}, which ${writtenName(type)} does not have${suggestion(name, known)}`,
      );
    }
  }
}

function methodNames(prototype: object): string[] {
  const names = new Set<string>();
  for (
    let link: object | null = prototype;
    link !== null && link !== Object.prototype;
    link = Object.getPrototypeOf(link) as object | null
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(link))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names];
}
