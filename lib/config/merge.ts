import { emptyTree, type Tree } from '../core/options/object.js';
import { joinPath } from '../core/options/place.js';
import type { NodeShape } from '../core/options/shape.js';
import { policyShape } from '../core/policy-options.js';
import type { Layer, Source } from './layer.js';

/** Where the value of an option comes from: a source, and the policy there, where it was inherited. */
export interface Origin extends Source {
  readonly policy?: string;
}

/** Options that several sources made together, and who said what, by path. */
export interface Merged {
  readonly tree: Tree;
  readonly origins: ReadonlyMap<string, Origin>;
}

export const nothing: Merged = Object.freeze({
  tree: Object.freeze(emptyTree()),
  origins: new Map<string, Origin>(),
});

/**
 * Puts layers over a base, weakest first, and touches neither.
 *
 * Objects merge field by field; lists, functions and single values replace. Where `type` changes, the object is replaced.
 * What a layer does not say is kept; `false` takes away what was inherited and stays, to say so. Merging layer by layer,
 * or all at once, or onto the merge of the weaker ones, gives the same.
 */
export function mergeLayers(base: Merged, layers: readonly Layer[]): Merged {
  const origins = new Map(base.origins);
  const tree = layers.reduce<Tree>((under, { tree: over, source }) => {
    return new Merge(origins, source).node(policyShape, { under, over, path: '' });
  }, base.tree);
  return { tree, origins };
}

interface Pair {
  readonly under: Tree;
  readonly over: Tree;
  readonly path: string;
}

/** One layer going over what is there; `origins` is its own to change. */
class Merge {
  constructor(
    private readonly origins: Map<string, Origin>,
    private readonly source: Source,
  ) {}

  node(shape: NodeShape<unknown>, { under, over, path }: Pair): Tree {
    const merged = changesType(shape, under, over) ? this.emptied(path) : emptyTree(under);
    for (const [key, value] of Object.entries(over)) {
      const here = joinPath(path, key);
      const node = shape.fields[key]?.node;
      merged[key] =
        node !== undefined && isTree(value)
          ? this.node(node, { under: this.base(merged[key], here), over: value, path: here })
          : this.replaced(value, here);
      this.origins.set(here, this.source);
    }
    return merged;
  }

  /** What an object goes over: another object, or nothing in place of what is none. */
  private base(value: unknown, path: string): Tree {
    return isTree(value) ? value : this.emptied(path);
  }

  private replaced(value: unknown, path: string): unknown {
    this.emptied(path);
    return value;
  }

  private emptied(path: string): Tree {
    const inside = `${path}.`;
    for (const known of this.origins.keys()) if (known.startsWith(inside)) this.origins.delete(known);
    return emptyTree();
  }
}

/** A type that is not given is the default one. */
function changesType({ fields }: NodeShape<unknown>, under: Tree, over: Tree): boolean {
  const before = under['type'] ?? fields['type']?.default;
  const after = over['type'];
  return before !== undefined && after !== undefined && before !== after;
}

/** Checked options are objects only where they have fields; what may hold anything is wrapped in a list. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
