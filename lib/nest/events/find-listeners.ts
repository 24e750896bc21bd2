import type { ModulesContainer } from '@nestjs/core';
import { listeningMethods, type ListeningMethod } from './listener-metadata.js';

type Module = NonNullable<ReturnType<ModulesContainer['get']>>;
type Wrapper = NonNullable<ReturnType<Module['providers']['get']>>;

/** Methods of a class that listen, with the instances that they are called on. */
export interface ListeningClass {
  readonly type: Function;
  readonly methods: readonly ListeningMethod[];
  /** `undefined` where each request has an instance of its own: nobody knows which would listen. */
  readonly instances: readonly object[] | undefined;
}

/** Every provider and controller of the application that listens, made by Nest or by a factory. */
export function findListeners(modules: ModulesContainer): readonly ListeningClass[] {
  const seen = new Set<object>();
  return [...modules.values()].flatMap(({ providers, controllers, injectables }) =>
    [providers, controllers, injectables].flatMap((wrappers) =>
      [...wrappers.values()].filter(({ isAlias }) => !isAlias).flatMap((wrapper) => listening(wrapper, seen)),
    ),
  );
}

/** @param seen instances that were found already: one that goes by two tokens listens once */
function listening(wrapper: Wrapper, seen: Set<object>): ListeningClass[] {
  if (!wrapper.isDependencyTreeStatic()) return ofClass(wrapper.metatype, undefined);
  return instancesOf(wrapper).flatMap((instance) => {
    if (seen.has(instance)) return [];
    seen.add(instance);
    return ofClass((instance as { constructor?: unknown }).constructor, [instance], prototypeOf(instance));
  });
}

function ofClass(
  type: unknown,
  instances: readonly object[] | undefined,
  prototype: unknown = (type as { prototype?: unknown } | null)?.prototype,
): ListeningClass[] {
  if (typeof type !== 'function' || typeof prototype !== 'object' || prototype === null) return [];
  const methods = listeningMethods(prototype);
  return methods.length === 0 ? [] : [{ type, methods, instances }];
}

function instancesOf(wrapper: Wrapper): object[] {
  const made: unknown[] = wrapper.isTransient
    ? wrapper.getStaticTransientInstances().map((transient) => transient?.instance)
    : [wrapper.instance];
  return made.filter((instance) => typeof instance === 'object' && instance !== null);
}

function prototypeOf(instance: object): object | null {
  return Object.getPrototypeOf(instance) as object | null;
}
