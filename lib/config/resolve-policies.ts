import { ResilienceConfigError } from '../core/errors/config-error.js';
import type { Tree } from '../core/options/object.js';
import { joinPath } from '../core/options/place.js';
import { record } from '../core/options/record.js';
import { INVALID } from '../core/options/invalid.js';
import { policyShape } from '../core/policy-options.js';
import { type ReadVariable, readEnvironment } from './environment.js';
import { Inheritance } from './inheritance.js';
import { type Layer, placeOf, type Source } from './layer.js';
import { presets } from './presets/presets.js';
import { resolveMerged, type ResolvedPolicy } from './resolved-policy.js';

/** Policies by name, as one source gives them. */
export interface PolicySource extends Source {
  /** Anything at all: it is checked here. */
  readonly policies: unknown;
  /** Whether the policies are declared here: no two such sources may give the same one. */
  readonly declares?: boolean;
}

/** Everything that policies are made of. */
export interface PolicyInput {
  /** @defaultValue `true` */
  readonly presets?: boolean | undefined;
  /** Weakest first. */
  readonly sources: readonly PolicySource[];
  /** Looks up the variables of single options; stronger than all sources. */
  readonly readVariable?: ReadVariable | undefined;
  /** Stronger than the variables: what `update()` said. */
  readonly updates?: readonly PolicySource[] | undefined;
  /** Names of the key resolvers that `key` may give. */
  readonly keyNames?: readonly string[] | undefined;
}

/** What policies came out, and everything that is wrong with the others. */
export interface PolicyReport {
  readonly policies: ReadonlyMap<string, ResolvedPolicy>;
  /** Of all policies, those with faults included. */
  readonly names: readonly string[];
  /** What a person should be told at boot. */
  readonly notes: readonly string[];
  readonly issues: readonly string[];
}

const policyRecord = record(policyShape, 'an object with the options of each policy under its name');

/** Merges all sources, resolves `extends` and checks the outcome; gathers what is wrong instead of throwing. */
export function readPolicies(input: PolicyInput): PolicyReport {
  const issues: string[] = [];
  const presetLayers = input.presets === false ? new Map<string, Layer>() : acceptPresets();
  const own = collect(input.sources, issues);
  const updates = collect(input.updates ?? [], issues);
  reportDoubles(own, issues);
  const notes = presetNotes([...own.keys()], own, presetLayers);
  const names = [...new Set([...presetLayers.keys(), ...own.keys(), ...updates.keys()])];
  const single = readEnvironment(names, input.readVariable ?? (() => undefined), issues);
  const layers = new Map(
    names.map((name) => [name, [own, single, updates].flatMap((from) => from.get(name) ?? [])]),
  );
  return {
    policies: resolveAll(names, new Inheritance(layers, presetLayers, issues), input, issues),
    names,
    notes,
    issues,
  };
}

/**
 * As {@link readPolicies}, for those who need all of them.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong with any of them.
 */
export function resolvePolicies(input: PolicyInput): Omit<PolicyReport, 'issues'> {
  const { issues, ...report } = readPolicies(input);
  if (issues.length > 0) throw new ResilienceConfigError({ issues });
  return report;
}

interface SourcedLayer extends Layer {
  readonly source: Source & { readonly declares: boolean };
}

type LayersByName = ReadonlyMap<string, readonly SourcedLayer[]>;

function acceptPresets(): ReadonlyMap<string, Layer> {
  return new Map(
    Object.entries(presets).map(([name, options]) => {
      const source = { name: `preset '${name}'` };
      // Nothing is reported: a test holds that the presets are valid.
      return [name, { source, tree: policyShape.accept(options, placeOf(name, source, [])) as Tree }];
    }),
  );
}

function collect(sources: readonly PolicySource[], issues: string[]): LayersByName {
  const layers = new Map<string, SourcedLayer[]>();
  for (const from of sources) {
    const { name: sourceName, obvious = false, declares = false } = from;
    const source = { name: sourceName, obvious, declares };
    for (const [name, tree] of acceptSource(from, issues)) {
      layers.set(name, [...(layers.get(name) ?? []), { source, tree }]);
    }
  }
  return layers;
}

function acceptSource(source: PolicySource, issues: string[]): readonly (readonly [string, Tree])[] {
  const tree = policyRecord.accept(source.policies ?? {}, placeOf('policies', source, issues));
  if (tree === INVALID) return [];
  return Object.entries(tree as Tree).map(([name, options]) => [
    name,
    options === INVALID ? {} : (options as Tree),
  ]);
}

function reportDoubles(own: LayersByName, issues: string[]): void {
  for (const [name, layers] of own) {
    const [first, second] = layers.map(({ source }) => source).filter(({ declares }) => declares);
    if (first === undefined || second === undefined) continue;
    issues.push(
      `${joinPath('policies', name)}: expected in one place of the code only (got ${first.name} and ${second.name})`,
    );
  }
}

/** Policies that build on a preset although nobody said so. */
function presetNotes(names: readonly string[], own: LayersByName, presetLayers: ReadonlyMap<string, Layer>) {
  const silent = names.filter((name) => {
    return presetLayers.has(name) && own.get(name)?.every(({ tree }) => tree['extends'] === undefined);
  });
  if (silent.length === 0) return [];
  return [`policies named like a preset extend it: ${silent.join(', ')} (extends: false starts empty)`];
}

function resolveAll(
  names: readonly string[],
  inheritance: Inheritance,
  { keyNames }: PolicyInput,
  issues: string[],
): ReadonlyMap<string, ResolvedPolicy> {
  const policies = new Map<string, ResolvedPolicy>();
  for (const name of names) {
    const family = inheritance.policy(name);
    if (family.broken) continue;
    const policy = resolveMerged(name, family, { path: joinPath('policies', name), keyNames, issues });
    if (policy !== undefined) policies.set(name, policy);
  }
  return policies;
}
