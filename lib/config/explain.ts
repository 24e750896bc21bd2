import { joinPath } from '../core/options/place.js';
import type { NodeShape, Shape } from '../core/options/shape.js';
import { policyShape } from '../core/policy-options.js';
import { isTree, type Merged, type Origin } from './merge.js';
import { toPlain } from './plain.js';

/** One effective value of a policy. */
export interface ExplainedOption {
  /** Such as `retry.backoff.initialDelay`. */
  readonly path: string;
  /** As it was written: durations keep their unit. `false` took away what was inherited. */
  readonly value: unknown;
  /** Who gave it: the name of the source, or `default`. */
  readonly source: string;
  /** The policy that gave it, where it was inherited. */
  readonly policy?: string;
}

/** Lists every effective value with its source; strategies that take no part are left out. */
export function explain({ tree, origins }: Merged): readonly ExplainedOption[] {
  return explainNode(policyShape, tree, { path: '', origins });
}

interface Where {
  readonly path: string;
  readonly origins: ReadonlyMap<string, Origin>;
}

function explainNode(
  { fields }: NodeShape<unknown>,
  tree: Readonly<Record<string, unknown>>,
  { path, origins }: Where,
): readonly ExplainedOption[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const where = { path: joinPath(path, key), origins };
    return key in tree ? explainGiven(field, tree[key], where) : explainMissing(field, tree, where);
  });
}

function explainGiven(field: Shape<unknown>, value: unknown, where: Where): readonly ExplainedOption[] {
  if (field.node !== undefined && isTree(value)) return explainNode(field.node, value, where);
  const origin = where.origins.get(where.path);
  const { name: source = 'default', policy } = origin ?? {};
  const shown = Array.isArray(value)
    ? value.map((item: unknown) => (isTree(item) ? toPlain(item) : item))
    : value;
  return [Object.freeze({ path: where.path, value: shown, source, ...(policy !== undefined && { policy }) })];
}

function explainMissing(
  field: Shape<unknown>,
  siblings: Readonly<Record<string, unknown>>,
  where: Where,
): readonly ExplainedOption[] {
  const value = field.default ?? field.implied?.value?.(siblings);
  return value === undefined ? [] : explainGiven(field, value, { ...where, origins: new Map() });
}
