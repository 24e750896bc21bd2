import { suggestion } from '../core/options/nearest.js';
import { joinPath } from '../core/options/place.js';
import { INVALID } from '../core/options/invalid.js';
import { fromSource, type Layer, placeOf } from './layer.js';
import { type Merged, mergeLayers, nothing, type Origin } from './merge.js';

/** A policy with all that it inherits. */
export interface Family extends Merged {
  /** Whether what it extends cannot be made out, which was reported. */
  readonly broken: boolean;
}

const nobody: Family = { ...nothing, broken: false };
const broken: Family = { ...nothing, broken: true };

/**
 * Finds what each policy builds on: the one that `extends` names, else the preset of its name, and puts its own layers
 * over that. Cycles and unknown names are reported.
 */
export class Inheritance {
  private readonly made = new Map<string, Family>();
  private readonly underWay: string[] = [];

  /**
   * @param own - what the sources say about every policy there is, a preset that nobody mentions included
   */
  constructor(
    private readonly own: ReadonlyMap<string, readonly Layer[]>,
    private readonly presets: ReadonlyMap<string, Layer>,
    private readonly issues: string[],
  ) {}

  /** The policy of that name, which must be known. */
  policy(name: string): Family {
    const known = this.made.get(name);
    return known ?? this.make(name, this.own.get(name) as readonly Layer[]);
  }

  private make(name: string, layers: readonly Layer[]): Family {
    this.underWay.push(name);
    const parent = this.parent(name, layers);
    const family = { ...mergeLayers(parent, layers), broken: parent.broken };
    this.underWay.pop();
    this.made.set(name, family);
    return family;
  }

  private parent(name: string, layers: readonly Layer[]): Family {
    const layer = layers.findLast(({ tree }) => tree['extends'] !== undefined);
    const parent = layer?.tree['extends'];
    if (parent === false) return nobody;
    if (parent === INVALID) return broken;
    if (layer === undefined || parent === name) return this.preset(name) ?? this.unknown(name, layer);
    return this.named(name, parent as string, layer);
  }

  private preset(name: string): Family | undefined {
    const preset = this.presets.get(name);
    return preset && { ...mergeLayers(nothing, [preset]), broken: false };
  }

  private named(name: string, parent: string, layer: Layer): Family {
    if (this.underWay.includes(parent)) return this.cycle(parent, layer);
    if (!this.own.has(parent)) return this.unknown(name, layer);
    const { tree, origins, broken: isBroken } = this.policy(parent);
    const { extends: _own, ...inherited } = tree;
    return { tree: inherited, origins: originsFrom(parent, origins), broken: isBroken };
  }

  private unknown(name: string, layer: Layer | undefined): Family {
    if (layer === undefined) return nobody;
    const { extends: parent } = layer.tree;
    const others = [...this.own.keys()].filter((other) => other !== name);
    const hint = suggestion(parent as string, others);
    placeOf(extendsOf(name), layer.source, this.issues).expected('the name of another policy', parent, hint);
    return broken;
  }

  private cycle(first: string, layer: Layer): Family {
    const members = [...this.underWay.slice(this.underWay.indexOf(first)), first];
    const last = members.at(-2) as string;
    placeOf(extendsOf(last), layer.source, this.issues).expected('no cycle', members.join(' -> '));
    return broken;
  }
}

function extendsOf(name: string): string {
  return joinPath(joinPath('policies', name), 'extends');
}

/** The origins as an heir sees them: they name the policy that said it, the farthest one if there are several. */
function originsFrom(policy: string, origins: ReadonlyMap<string, Origin>): ReadonlyMap<string, Origin> {
  return new Map(Array.from(origins, ([path, origin]) => [path, { policy, ...origin }]));
}

/** `, inherited from 'base'`, `, from RESILIENCE_NETWORK_TIMEOUT`, or nothing where it is obvious. */
export function fromOrigin(origin: Origin | undefined): string {
  if (origin === undefined) return '';
  return origin.policy === undefined
    ? fromSource(origin)
    : `${fromSource(origin)}, inherited from '${origin.policy}'`;
}
