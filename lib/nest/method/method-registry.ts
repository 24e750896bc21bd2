import { METHODS_PROPERTY } from '../resilience.constants.js';
import { noteName } from './written-name.js';
import type { ClassSaying, MethodDefinition } from './method-definition.js';

/** What one class declaration has said and protected. */
export interface ClassDefinition {
  readonly methods: Map<PropertyKey, MethodDefinition>;
  /** Positions of `@Attempt()` parameters; parameter decorators run before those of their method. */
  readonly attemptIndexes: Map<PropertyKey, number>;
  /** Methods with `@SkipResilience()`. */
  readonly skipped: Set<PropertyKey>;
  /** What the decorators on the class itself say, the lowest first. */
  readonly sayings: ClassSaying[];
}

/** The definition of the class that this prototype belongs to, made on first use. */
export function classDefinition(prototype: object): ClassDefinition {
  const known = ownDefinition(prototype);
  if (known !== undefined) return known;
  const made: ClassDefinition = {
    methods: new Map(),
    attemptIndexes: new Map(),
    skipped: new Set(),
    sayings: [],
  };
  Object.defineProperty(prototype, METHODS_PROPERTY, { value: made });
  noteName(prototype.constructor);
  return made;
}

/** Only what this very class declared, without what it inherits. */
export function ownDefinition(prototype: object): ClassDefinition | undefined {
  return Object.hasOwn(prototype, METHODS_PROPERTY)
    ? (prototype as { [METHODS_PROPERTY]: ClassDefinition })[METHODS_PROPERTY]
    : undefined;
}

/** The definitions of a class and of those that it extends, its own first. */
export function definitionsOf(prototype: object): [declared: object, ClassDefinition][] {
  const found: [object, ClassDefinition][] = [];
  for (
    let link: object | null = prototype;
    link !== null;
    link = Object.getPrototypeOf(link) as object | null
  ) {
    const own = ownDefinition(link);
    if (own !== undefined) found.push([link, own]);
  }
  return found;
}

/** Every protected method that instances of this prototype have, also those that `super` alone reaches. */
export function allMethods(prototype: object): MethodDefinition[] {
  return definitionsOf(prototype).flatMap(([, { methods }]) => [...methods.values()]);
}
