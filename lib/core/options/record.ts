import { forbiddenKeys, isOptionsObject, ownKeys, readMember, UNREADABLE } from './foreign-object.js';
import { emptyTree, type Tree } from './object.js';
import type { Place } from './place.js';
import { INVALID, type Invalid } from './invalid.js';
import type { JsonSchema, Shape } from './shape.js';

const longestName = 200;

/**
 * An object whose names are the user's own: policies, operations, key resolvers.
 *
 * Names that reach into prototypes, empty ones and ones of more than 200 characters are refused.
 */
export function record<T>(item: Shape<T>, expected: string): Shape<Readonly<Record<string, T>>> {
  return {
    expected,
    is: isOptionsObject,
    accept(value, at) {
      const keys = isOptionsObject(value) ? ownKeys(value) : undefined;
      if (keys === undefined) return at.expected(expected, value);
      return acceptAll(item, { value: value as object, keys }, at);
    },
    resolve: (tree: Tree, at) => resolveAll(item, tree, at),
  };
}

/** Reports why a name cannot be used, if it cannot. */
export function acceptName(name: string, at: Place): string | Invalid {
  if (forbiddenKeys.has(name)) return at.problem('this name is not allowed');
  if (name === '') return at.problem('expected a name that is not empty');
  if (name.length > longestName) return at.problem(`expected a name of at most ${longestName} characters`);
  return name;
}

function acceptAll(item: Shape<unknown>, from: { value: object; keys: readonly string[] }, at: Place): Tree {
  const tree = emptyTree();
  for (const key of from.keys) {
    const member = readMember(from.value, key);
    if (member === undefined || member === null || acceptName(key, at.at(key)) === INVALID) continue;
    tree[key] =
      member === UNREADABLE
        ? at.at(key).problem('could not be read, its getter threw')
        : item.accept(member, at.at(key));
  }
  return tree;
}

function resolveAll<T>(item: Shape<T>, tree: Tree, at: Place): Readonly<Record<string, T>> | Invalid {
  const all = emptyTree();
  for (const [key, member] of Object.entries(tree)) {
    all[key] = member === INVALID ? INVALID : item.resolve(member, at.at(key));
  }
  return Object.values(all).includes(INVALID) ? INVALID : (Object.freeze(all) as Readonly<Record<string, T>>);
}

/** The JSON Schema of such an object. */
export function recordSchema(item: JsonSchema): JsonSchema {
  return {
    type: 'object',
    propertyNames: { minLength: 1, maxLength: longestName, not: { enum: [...forbiddenKeys] } },
    additionalProperties: { anyOf: [item, { enum: [null] }] },
  };
}
