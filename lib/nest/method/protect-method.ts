import { HANDLE_PROPERTY } from '../resilience.constants.js';
import { unfilled } from './bare-attempts.js';
import { classDefinition } from './method-registry.js';
import { injectHandle } from './inject-handle.js';
import type { MethodDefinition, Saying } from './method-definition.js';
import { declaredKind, type StreamKind } from './result-kind.js';
import { runUnprotected } from './run-unprotected.js';
import { takePlaceOf } from './take-place.js';

type Method = (...args: any[]) => unknown;

/** What runs a protected method: the handle of the instance's application. */
export interface MethodRunner {
  run(definition: MethodDefinition, instance: object, args: unknown[]): unknown;
}

let lastId = 0;

class ProtectedMethod implements MethodDefinition {
  readonly id = ++lastId;
  readonly sayings: Saying[] = [];
  readonly wrapper: Method;
  readonly attemptIndex: number | undefined;
  kind: StreamKind | undefined;

  constructor(
    readonly prototype: object,
    readonly key: PropertyKey,
    readonly original: Method,
  ) {
    this.kind = declaredKind(original, prototype, key);
    this.attemptIndex = classDefinition(prototype).attemptIndexes.get(key);
    this.wrapper = wrap(this);
  }
}

/**
 * The definition of a method, with the form that takes the original's place; further decorators on it only add to what
 * is said of it.
 *
 * @throws TypeError for static methods, accessors and anything else that is no method.
 */
export function protectMethod(
  target: object,
  key: PropertyKey,
  decorator: string,
  descriptor: PropertyDescriptor | undefined,
): MethodDefinition {
  refuseStatic(target, key, decorator);
  const { methods } = classDefinition(target);
  const known = methods.get(key);
  if (known !== undefined) return known;
  const original = unfilled(descriptor?.value);
  if (typeof original !== 'function') {
    throw new TypeError(
      `${decorator} on ${target.constructor.name}.${String(key)}: only methods can be protected`,
    );
  }
  const definition = new ProtectedMethod(target, key, original as Method);
  methods.set(key, definition);
  injectHandle(target);
  return definition;
}

/** The method that takes the original's place: same name, length, metadata and own properties, same arguments. */
function wrap(definition: MethodDefinition): Method {
  const { original } = definition;
  // Written as a method, for like the original it is no constructor.
  const { wrapper } = {
    wrapper(this: any, ...args: unknown[]): unknown {
      const runner = this?.[HANDLE_PROPERTY] as MethodRunner | undefined;
      return runner === undefined
        ? runUnprotected(definition, this, args)
        : runner.run(definition, this, args);
    },
  };
  return takePlaceOf(original, wrapper);
}

function refuseStatic(target: object, key: PropertyKey, decorator: string): void {
  if (typeof target !== 'function') return;
  throw new TypeError(
    `${decorator} on the static method ${target.name}.${String(key)}: only methods of instances can be protected, ` +
      'for a static one belongs to no Nest application',
  );
}
