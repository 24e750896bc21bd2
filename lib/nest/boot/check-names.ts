import { ResilienceConfigError } from '../../core/errors/config-error.js';
import type { Plan } from '../../core/plan.js';
import { handlerPoliciesOf } from '../interceptor/handler-policies.js';
import { handlersOf } from '../interceptor/handler-traits.js';
import { allMethods } from '../method/method-registry.js';
import type { ResilienceHandle } from '../runtime/resilience.handle.js';

/** An operation of a class, and the state that it keeps. */
interface Kept {
  readonly operation: string;
  /** Names of its breaker, bulkhead, budget and the like. */
  readonly states: readonly string[];
  /** Those of them that come of the class's name. */
  readonly derived: readonly string[];
}

/**
 * Two classes that nothing tells apart must not share state by accident: unless one of them names its own.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with every name that goes for too many.
 */
export function checkNames(handle: ResilienceHandle): void {
  if (!handle.runtime.policies.enabled) return;
  const issues: string[] = [];
  for (const [name, types] of handle.runtime.names.doubles) {
    const kept = types.map((type) => keptBy(handle, type));
    if (!kept.some((one, index) => kept.slice(index + 1).some((other) => collide(one, other)))) continue;
    issues.push(
      `${name}: ${types.length} classes go by this name; give the strategies of one of them a \`name\` of their own, its ` +
        'methods an `operation`, or the class another name',
    );
  }
  if (issues.length > 0) throw new ResilienceConfigError({ issues });
}

function collide(one: readonly Kept[], other: readonly Kept[]): boolean {
  return one.some((first) => other.some((second) => areTheSame(first, second)));
}

function areTheSame(one: Kept, other: Kept): boolean {
  if (one.derived.some((state) => other.derived.includes(state))) return true;
  return one.operation === other.operation && one.states.length + other.states.length === 0;
}

function keptBy(handle: ResilienceHandle, type: Function): Kept[] {
  const methods = allMethods(type.prototype as object).map(
    (definition) => handle.bindingOf(definition, type).plan,
  );
  return [...methods, ...plansOfHandlers(handle, type)].flatMap((plan) => plan ?? []).map(keptUnder);
}

function plansOfHandlers({ runtime }: ResilienceHandle, type: Function): (Plan | undefined)[] {
  const policies = handlerPoliciesOf(runtime);
  return [...handlersOf(type).values()].map((method) => policies.handlerOf(type, method).own?.pipeline.plan);
}

function keptUnder({ breaker, retry, hedge, admission, operation }: Plan): Kept {
  const shared = [
    breaker?.breaker,
    retry?.budget,
    retry?.adaptive,
    hedge?.shared,
    admission?.throttle?.shared,
    admission?.limiter?.shared,
    admission?.bulkhead?.shared,
  ];
  const states = shared.flatMap((state) => state?.name ?? []);
  const derived = states.filter((state) => state === operation.name || state === operation.service);
  return { operation: operation.name, states, derived };
}
