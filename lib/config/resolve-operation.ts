import { ResilienceConfigError } from '../core/errors/config-error.js';
import type { Tree } from '../core/options/object.js';
import { record } from '../core/options/record.js';
import { INVALID } from '../core/options/invalid.js';
import { acceptOverrides, type Layer, overridesShape, placeOf, type Source } from './layer.js';
import { mergeLayers, nothing } from './merge.js';
import { type ResolveContext, resolveMerged, type ResolvedPolicy } from './resolved-policy.js';

/** Overrides by operation, `ClassName.method`, as one source gives them. */
export interface OperationSource extends Source {
  /** Anything at all: it is checked here. */
  readonly operations: unknown;
}

const operationRecord = record(
  overridesShape,
  'an object with the overrides of each operation under its name',
);

/** Checks the overrides of every operation; the layers of one operation stand weakest first. */
export function readOperations(
  sources: readonly OperationSource[],
  issues: string[],
): ReadonlyMap<string, readonly Layer[]> {
  const layers = new Map<string, Layer[]>();
  for (const { operations, name: sourceName, obvious = false } of sources) {
    const source = { name: sourceName, obvious };
    const accepted = operationRecord.accept(operations ?? {}, placeOf('operations', source, issues));
    for (const [name, tree] of accepted === INVALID ? [] : Object.entries(accepted as Tree)) {
      if (tree !== INVALID) layers.set(name, [...(layers.get(name) ?? []), { source, tree: tree as Tree }]);
    }
  }
  return layers;
}

/**
 * A policy as one operation uses it: what its decorators and `operations` say goes over it, weakest first.
 *
 * Without a policy the layers stand alone. `undefined` where the outcome is wrong, which is reported.
 */
export function resolveOperation(
  policy: ResolvedPolicy | undefined,
  layers: readonly Layer[],
  { name, ...context }: ResolveContext & { readonly name: string },
): ResolvedPolicy | undefined {
  return resolveMerged(name, mergeLayers(policy?.merged ?? nothing, layers), context);
}

/**
 * A policy with the overrides of one call over it.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong with the overrides, or with what they
 * and the policy make together.
 */
export function resolveOverrides(
  policy: ResolvedPolicy,
  overrides: unknown,
  keyNames?: readonly string[],
): ResolvedPolicy {
  const issues: string[] = [];
  const layer = acceptOverrides(overrides, { name: 'overrides', obvious: true }, 'overrides', issues);
  if (layer !== undefined && 'on' in layer.tree)
    issues.push(
      'overrides.on: listeners follow policies and operations, not calls; give them in the policy or in a decorator, or subscribe to its events',
    );
  if (layer !== undefined && 'logging' in layer.tree)
    issues.push(
      'overrides.logging: log lines follow policies and operations, not calls; give it in the policy, in a decorator or in `operations`',
    );
  const context = { name: policy.name, path: 'overrides', keyNames, issues };
  const resolved = layer && resolveOperation(policy, [layer], context);
  if (resolved === undefined || issues.length > 0) throw new ResilienceConfigError({ issues });
  return resolved;
}
