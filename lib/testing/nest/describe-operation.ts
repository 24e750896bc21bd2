import { describeValue } from '../../core/options/describe-value.js';
import { suggestion } from '../../core/options/nearest.js';
import type { PolicyOptions } from '../../core/policy-options.js';
import { effectiveOptions } from '../../nest/method/effective-options.js';
import type { MethodDefinition } from '../../nest/method/method-definition.js';
import { allMethods } from '../../nest/method/method-registry.js';
import type { ResilienceModuleOptions } from '../../nest/resilience-options.interface.js';
import { noConfig } from '../../nest/runtime/config-source.js';
import { ResilienceRuntime } from '../../nest/runtime/resilience.runtime.js';

/** The effective policy of a method, defaults included; durations are as they were written. @public */
export interface OperationDescription extends Omit<PolicyOptions, 'extends'> {
  /** `ClassName.method`, unless a decorator names it otherwise. */
  readonly operation: string;
  /** Name of the policy. */
  readonly policy: string;
}

/** Options of {@link describeOperation}: those of `ResilienceModule.forRoot` that policies come from. @public */
export type DescribeOptions = Pick<ResilienceModuleOptions, 'policies' | 'operations' | 'presets' | 'keys'>;

/** A class, abstract ones included. */
type Class<T> = (abstract new (...args: any[]) => T) & { readonly prototype: T };

/**
 * Tells what decorators, presets and the policies given make of a method, without an application; what configuration and
 * environment say in a running one, `ResilienceService.explain` tells.
 *
 * @example
 * ```ts
 * expect(describeOperation(PaymentsService, 'charge')).toMatchObject({
 *   policy: 'network',
 *   retry: { maxAttempts: 4 },
 *   timeout: { attempt: '2s' },
 * });
 * ```
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for whatever would stop the boot of an application.
 * @throws TypeError for a method that no decorator protects, with the nearest one that is.
 *
 * @public
 */
export function describeOperation<T>(
  type: Class<T>,
  method: keyof T & string,
  options: DescribeOptions = {},
): OperationDescription {
  const definition = definitionOf(type, method);
  const runtime = ResilienceRuntime.from(options, () => noConfig);
  runtime.names.learn([{ type, module: 'describeOperation' }]);
  runtime.boot([() => runtime.bind(definition, type), () => runtime.requireRetry(definition, type)]);
  const { name: operation } = runtime.names.operationOf(definition, type);
  const effective: Record<string, unknown> = {};
  for (const { path, value } of runtime.explain(operation)) put(effective, path.split('.'), value);
  return { operation, policy: effectiveOptions(definition).policy, ...effective };
}

function definitionOf(type: Class<unknown>, method: string): MethodDefinition {
  const methods = allMethods(type.prototype as object);
  const definition = methods.find(({ key }) => key === method);
  if (definition !== undefined) return definition;
  const known = methods.map(({ key }) => String(key));
  throw new TypeError(
    `${type.name} has no protected method ${describeValue(method)}${suggestion(method, known)}`,
  );
}

function put(into: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) into[key] = value;
  else put((into[key] ??= {}) as Record<string, unknown>, rest, value);
}
