import { definitionsOf } from '../method/method-registry.js';
import type { ClassNames } from '../runtime/class-names.js';

/** One line for each decorator on a class, saying which methods it protects: nothing in their own place says so. */
export function classLines(names: ClassNames): readonly string[] {
  const lines = new Set<string>();
  for (const type of names.classes) {
    for (const [prototype, { sayings }] of definitionsOf(type.prototype as object)) {
      const name = names.nameOf(prototype.constructor);
      for (const { decorator, keys } of sayings)
        lines.add(`${decorator} on ${name} protects ${[...keys].map(String).join(', ') || 'no method'}`);
    }
  }
  return [...lines];
}
