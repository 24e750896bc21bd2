import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { BareContext, type AttemptContext } from '../../core/attempt-context.js';
import { allMethods, definitionsOf } from '../method/method-registry.js';
import { writtenName } from '../method/written-name.js';
import { attemptIndexOf, handlersOf } from './handler-traits.js';
import { defaultParameters, ROUTE_ARGUMENTS } from './nest-metadata.js';
import { attempts } from './shared-memory.js';

const CurrentAttempt = createParamDecorator((_data: unknown, context: ExecutionContext): AttemptContext => {
  const name = `${writtenName(context.getClass())}.${context.getHandler().name}`;
  return attempts.getStore() ?? new BareContext('', name);
});

/**
 * Lets Nest fill the `@Attempt()` parameters of a class's handlers, which nothing of ours wraps. To be done before Nest
 * reads the parameters of its handlers.
 */
export function fillAttempts(type: Function): void {
  if (!asksForAttempts(type)) return;
  for (const [key, handler] of handlersOf(type)) {
    const index = attemptIndexOf(type, key);
    if (index === undefined || isFilled(type, key, index) || isProtected(type, key)) continue;
    keepDefaults(type, key, { handler, index });
    CurrentAttempt()(type.prototype as object, key, index);
  }
}

function asksForAttempts(type: Function): boolean {
  return definitionsOf(type.prototype as object).some(([, { attemptIndexes }]) => attemptIndexes.size > 0);
}

/** A handler whose parameters are said by no decorator gets some by their place: the first decorator would end that. */
function keepDefaults(
  type: Function,
  key: string,
  { handler, index }: { handler: Function; index: number },
): void {
  if (Reflect.hasMetadata(ROUTE_ARGUMENTS, type, key)) return;
  const kept = defaultParameters(handler).filter((parameter) => parameter.index !== index);
  const parameters = kept.map(({ kind, index: place }) => [
    `${kind}:${place}`,
    { index: place, data: undefined, pipes: [] },
  ]);
  Reflect.defineMetadata(ROUTE_ARGUMENTS, Object.fromEntries(parameters), type, key);
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
