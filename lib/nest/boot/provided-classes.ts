import type { ModulesContainer } from '@nestjs/core';
import { prepareGateway } from '../filter/gateway-filters.js';
import { usesPolicies } from '../interceptor/decorated-handlers.js';
import { fillAttempts } from '../interceptor/attempt-parameter.js';
import { fillBareAttempts } from '../method/bare-attempts.js';
import { allMethods, definitionsOf } from '../method/method-registry.js';
import type { ProvidedClass } from '../runtime/class-names.js';

type Wrapper = ReturnType<NonNullable<ReturnType<ModulesContainer['get']>>['providers']['get']>;

/**
 * Every class of the application with protected methods or handlers, made by Nest or by a factory, once for each module.
 *
 * @param withRoutes the handlers of every controller may be protected
 */
export function providedClasses(modules: ModulesContainer, withRoutes: boolean): ProvidedClass[] {
  const classes: ProvidedClass[] = [];
  for (const module of modules.values()) {
    const { providers, controllers, injectables } = module;
    for (const type of [...classesOf(providers), ...classesOf(injectables)])
      if (isProtected(type)) classes.push({ type, module: module.name });
    for (const type of classesOf(controllers)) {
      if (withRoutes || isProtected(type)) classes.push({ type, module: module.name });
    }
  }
  return classes;
}

/**
 * Instances with protected methods that exist already and that Nest did not construct, so that property injection knows
 * nothing of them.
 */
export function instancesOf(modules: ModulesContainer): object[] {
  const made = [...modules.values()]
    .flatMap(({ providers }) => [...providers.values()])
    .filter((wrapper) => !isConstructed(wrapper))
    .flatMap((wrapper): unknown[] => [
      wrapper.instance,
      ...wrapper.getStaticTransientInstances().map((transient) => transient?.instance),
    ]);
  return [...new Set(made.filter(hasProtectedMethods))];
}

/** Lets every factory hand on what it makes, of whatever scope, to be prepared at once. */
export function prepareMade(modules: ModulesContainer, prepare: (instance: object) => void): void {
  const prepared = <T>(made: T): T => {
    if (hasProtectedMethods(made)) prepare(made);
    return made;
  };
  for (const { providers } of modules.values()) {
    for (const wrapper of providers.values()) {
      if (!wrapper.isFactory || wrapper.isAlias) continue;
      const make = wrapper.metatype as (...dependencies: unknown[]) => unknown;
      wrapper.metatype = (...dependencies: unknown[]) => {
        const made = make(...dependencies);
        return made instanceof Promise ? made.then(prepared) : prepared(made);
      };
    }
  }
}

/**
 * Prepares the classes whose handlers and other unprotected methods ask for their attempt, and the gateways; Nest has read
 * neither parameters nor filters yet.
 */
export function prepareHandlers(modules: ModulesContainer, httpErrors: boolean): void {
  for (const { controllers, providers } of modules.values()) {
    for (const type of [...classesOf(controllers), ...classesOf(providers)]) {
      fillAttempts(type);
      for (const [declared] of definitionsOf(type.prototype as object)) fillBareAttempts(declared);
    }
    for (const type of classesOf(providers)) prepareGateway(type, httpErrors);
  }
}

/** A decorator on the class counts, though it may have found no method to protect. */
function isProtected(type: Function): boolean {
  return definitionsOf(type.prototype as object).some(isDecorated) || usesPolicies(type);
}

function isDecorated([, { methods, sayings }]: ReturnType<typeof definitionsOf>[number]): boolean {
  return methods.size > 0 || sayings.length > 0;
}

function classesOf(wrappers: ReadonlyMap<unknown, Wrapper>): Function[] {
  return [...wrappers.values()].flatMap((wrapper) => classOf(wrapper) ?? []);
}

function classOf(wrapper: Wrapper): Function | undefined {
  if (isConstructed(wrapper)) return wrapper?.metatype as Function;
  const instance: unknown = wrapper?.instance;
  if (typeof instance !== 'object' || instance === null) return undefined;
  const type = (Object.getPrototypeOf(instance) as { constructor?: unknown } | null)?.constructor;
  return typeof type === 'function' && isClass(type) ? type : undefined;
}

/** By Nest, with `new`; others are values, or made by factories. */
function isConstructed(wrapper: Wrapper): boolean {
  const metatype: unknown = wrapper?.metatype;
  return typeof metatype === 'function' && wrapper?.isFactory !== true && isClass(metatype);
}

function hasProtectedMethods(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype !== null && allMethods(prototype).length > 0;
}

function isClass(type: Function): boolean {
  return typeof type.prototype === 'object' && type.prototype !== null;
}
