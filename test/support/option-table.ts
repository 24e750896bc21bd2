import { optionPaths } from '../../lib/core/options/option-paths.js';
import type { NodeShape, Shape } from '../../lib/core/options/shape.js';

/** An option as the table of a document lists it. */
export interface ListedOption {
  /** From the strategy on: `backoff.initialDelay`. */
  readonly name: string;
  /** As a user would write it; `undefined` where nothing holds unless something is given. */
  readonly value: string | undefined;
}

/** Every option of a strategy with its default, objects before what is in them. */
export function listedOptions(node: NodeShape<unknown>): ListedOption[] {
  return optionPaths(node).map(({ keys, shape }) => ({ name: keys.join('.'), value: defaultOf(shape) }));
}

function defaultOf(shape: Shape<unknown>): string | undefined {
  if (shape.required === true) return 'required';
  if (shape.default !== undefined) return JSON.stringify(shape.default).replaceAll('"', "'");
  return shape.implied?.text;
}
