import { given, readEnabled } from '../../config/environment.js';
import { acceptLayer, type Layer, type Source } from '../../config/layer.js';
import { presets } from '../../config/presets/presets.js';
import { isOptionsObject, ownKeys } from '../../core/options/foreign-object.js';
import type { ModuleSettings } from '../../config/module-options.js';
import { readFeature, readNamespace, type Namespace } from '../../config/namespace.js';
import { leafPaths, toPlain } from '../../config/plain.js';
import { readOperations } from '../../config/resolve-operation.js';
import { readPolicies, type PolicyReport, type PolicySource } from '../../config/resolve-policies.js';
import type { ResolvedPolicy } from '../../config/resolved-policy.js';
import type { ConfigSource } from './config-source.js';

/** What all sources made when they were read. */
export interface Resolution {
  readonly policies: ReadonlyMap<string, ResolvedPolicy>;
  /** Of all policies, those with faults included. */
  readonly names: readonly string[];
  /** Overrides by operation, weakest first. */
  readonly operations: ReadonlyMap<string, readonly Layer[]>;
  readonly enabled: boolean;
  /** What a person should be told at boot. */
  readonly notes: readonly string[];
  /** What was read, for a person. */
  readonly sources: readonly string[];
  readonly withConfig: boolean;
  /** The variables of single options that were set. */
  readonly variables: ReadonlySet<string>;
  /** Everything that is wrong. */
  readonly issues: readonly string[];
}

/** Options of a `forFeature`, and where it stands. */
export interface FeatureSource {
  readonly name: string;
  readonly options: unknown;
}

/** What there is beside the options themselves. */
export interface ExtraSources {
  /** What is wrong with the module's options. */
  readonly issues?: readonly string[];
  /** Stronger than all but `update()`: what a test says. */
  readonly overriding?: Namespace;
}

/** An update of a running application, checked; `paths` are those of the values it gives. */
interface Update extends PolicySource {
  readonly policy: string;
  readonly paths: string;
}

/** Where policies come from: the module's options, features, configuration, variables, and what `update()` said. */
export class PolicySources {
  private readonly features: FeatureSource[] = [];
  private updates: readonly Update[] = [];

  constructor(
    readonly settings: ModuleSettings,
    private readonly config: () => ConfigSource,
    private readonly extra: ExtraSources = {},
  ) {}

  get namesInCode(): readonly string[] {
    const { policies, presets: withPresets } = this.settings;
    const given = isOptionsObject(policies) ? (ownKeys(policies) ?? []) : [];
    return [...(withPresets ? Object.keys(presets) : []), ...given];
  }

  addFeature(feature: FeatureSource): void {
    this.features.push(feature);
  }

  removeFeature(feature: FeatureSource): void {
    this.features.splice(this.features.indexOf(feature), 1);
  }

  /** Adds options that win until the process ends, and gives what takes them back. */
  update(policy: string, options: unknown): () => void {
    const before = this.updates;
    const issues: string[] = [];
    const tree = acceptLayer(options, { name: UPDATE }, policy, issues)?.tree;
    // As they are now, unless something is wrong with them: then the next reading tells.
    const isFaulty = tree === undefined || issues.length > 0;
    const update: Update = {
      name: UPDATE,
      policies: { [policy]: isFaulty ? options : toPlain(tree) },
      policy,
      paths: isFaulty ? '' : leafPaths(tree).join(),
    };
    // What is said anew is not kept twice, however often somebody turns the same screw.
    const last = before.findLast((one) => one.policy === policy);
    const isSaidAnew = (one: Update): boolean =>
      one.policy === policy && one.paths === update.paths && (one === last || !changesType(one));
    this.updates = [...before.filter((one) => !isSaidAnew(one)), update];
    return () => {
      this.updates = before;
    };
  }

  /** Reads everything anew; what is wrong is gathered, for the boot tells all of it at once. */
  read(): Resolution {
    const issues: string[] = [];
    const config = this.config();
    const { configKey, enabled } = this.settings;
    const configured = readNamespace(config.read(configKey), configKey, this.configSource, issues);
    const features = this.features.map((feature) => featureSource(feature, issues));
    const variables = new NotedVariables(config);
    const { policies, names, notes, ...report } = this.readPolicies(configured, features, variables);
    const operations = this.readOperations(configured, issues);
    const switched = readEnabled((name) => config.read(name), issues);
    return {
      policies,
      names,
      operations,
      notes,
      enabled: switched ?? enabled,
      sources: this.describe(config, configured, variables.set.size),
      withConfig: config.found,
      variables: variables.set,
      issues: [...(this.extra.issues ?? []), ...report.issues, ...issues],
    };
  }

  private get configSource(): Source {
    return { name: `ConfigService "${this.settings.configKey}"` };
  }

  private readPolicies(
    { policies }: Namespace,
    features: readonly PolicySource[],
    variables: NotedVariables,
  ): PolicyReport {
    const { settings, extra } = this;
    return readPolicies({
      presets: settings.presets,
      sources: [
        { name: ROOT, obvious: true, declares: true, policies: settings.policies },
        ...features,
        { ...this.configSource, policies },
      ],
      updates: [{ name: OVERRIDE, policies: extra.overriding?.policies }, ...this.updates],
      keyNames: Object.keys(settings.keys),
      readVariable: variables.read,
    });
  }

  private readOperations({ operations }: Namespace, issues: string[]): Resolution['operations'] {
    const { settings, extra } = this;
    const sources = [
      { name: ROOT, obvious: true, operations: settings.operations },
      { ...this.configSource, operations },
      { name: OVERRIDE, operations: extra.overriding?.operations },
    ];
    return readOperations(sources, issues);
  }

  private describe({ found }: ConfigSource, configured: Namespace, variables: number): readonly string[] {
    const { presets, policies, operations } = this.settings;
    const isEmpty = configured.policies === undefined && configured.operations === undefined;
    return [
      ...(presets ? ['presets'] : []),
      ...(policies === undefined && operations === undefined ? [] : [ROOT]),
      ...this.features.map(({ name }) => name),
      ...(found ? [`${this.configSource.name}${isEmpty ? ' (empty)' : ''}`, environment(variables)] : []),
      ...(this.extra.overriding === undefined ? [] : [OVERRIDE]),
    ];
  }
}

const ROOT = 'forRoot';
const UPDATE = 'update()';
const OVERRIDE = 'overrideResilience';

/** Looks variables up and notes those that are set. */
class NotedVariables {
  readonly set = new Set<string>();

  constructor(private readonly config: ConfigSource) {}

  readonly read = (name: string): unknown => {
    if (!this.config.found) return undefined; // the one switch that is read without it is no policy's
    const value = this.config.read(name);
    if (given(value) !== undefined) this.set.add(name);
    return value;
  };
}

/** Where a `type` changes, the object is replaced: what was said after that stands on it. */
function changesType({ paths }: Update): boolean {
  return /\.type(,|$)/.test(paths);
}

function featureSource({ name, options }: FeatureSource, issues: string[]): PolicySource {
  const { policies } = readFeature(options, { name }, issues);
  return { name, policies, declares: true };
}

function environment(variables: number): string {
  if (variables === 0) return 'environment (empty)';
  return variables === 1 ? 'environment (1 variable)' : `environment (${variables} variables)`;
}
