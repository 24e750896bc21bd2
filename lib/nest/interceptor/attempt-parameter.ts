import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { BareContext, type AttemptContext } from '../../core/attempt-context.js';
import { allMethods } from '../method/method-registry.js';
import { attemptIndexOf, httpHandlersOf } from './handler-traits.js';
import { ROUTE_ARGUMENTS } from './nest-metadata.js';
import { attempts } from './shared-memory.js';

const CurrentAttempt = createParamDecorator((_data: unknown, context: ExecutionContext): AttemptContext => {
  const name = `${context.getClass().name}.${context.getHandler().name}`;
  return attempts.get(context.getArgByIndex<object>(0)) ?? new BareContext('', name);
});

/**
 * Lets Nest fill the `@Attempt()` parameters of a controller's HTTP handlers, which nothing of ours wraps. To be done
 * before Nest reads the parameters of its routes.
 */
export function fillAttempts(type: Function): void {
  for (const key of httpHandlersOf(type).keys()) {
    const index = attemptIndexOf(type, key);
    if (index === undefined || isFilled(type, key, index) || isProtected(type, key)) continue;
    CurrentAttempt()(type.prototype as object, key, index);
  }
}

/** Nest, or an earlier application of this process, knows what belongs there. */
function isFilled(type: Function, key: string, index: number): boolean {
  const parameters = (Reflect.getMetadata(ROUTE_ARGUMENTS, type, key) ?? {}) as Record<
    string,
    { readonly index: number }
  >;
  return Object.values(parameters).some((parameter) => parameter.index === index);
}

/** A protected method puts its own attempt in that place. */
function isProtected(type: Function, key: string): boolean {
  return allMethods(type.prototype as object).some((method) => method.key === key);
}
