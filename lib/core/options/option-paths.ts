import type { NodeShape, Shape } from './shape.js';

/** One option, however deep: `['retry', 'backoff', 'initialDelay']`. */
export interface OptionPath {
  readonly keys: readonly string[];
  readonly shape: Shape<unknown>;
}

/**
 * All options under a node, objects before what is in them: the order in which single values can be put over one
 * another. Names of environment variables and tables of the docs are made from it.
 */
export function optionPaths(node: NodeShape<unknown>, keys: readonly string[] = []): readonly OptionPath[] {
  return Object.entries(node.fields).flatMap(([key, shape]) => {
    const here = { keys: [...keys, key], shape };
    return shape.node === undefined ? [here] : [here, ...optionPaths(shape.node, here.keys)];
  });
}
