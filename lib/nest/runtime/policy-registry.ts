import { acceptOverrides, type Layer } from '../../config/layer.js';
import { resolveOperation, resolveOverrides } from '../../config/resolve-operation.js';
import type { ResolvedPolicy } from '../../config/resolved-policy.js';
import { Engine } from '../../core/engine.js';
import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { Emitter } from '../../core/events/emitter.js';
import { listening, Policy } from '../../core/policy.js';
import type { PolicySettings } from '../../core/policy-options.js';
import { faultsOf } from './policy-changes.js';
import { PolicyEmitters } from './policy-emitters.js';
import { unknownPolicy } from './policy-issues.js';
import type { PolicySources, Resolution } from './policy-sources.js';
import { UsedOperations } from './used-operations.js';

/** Which policy an operation runs under, and what goes over it. */
export interface OperationRequest {
  readonly policy: string;
  readonly operation: string;
  /** As messages call it, where that is not the operation's name. */
  readonly place?: string;
  /** Where there is no such policy, they stand alone. */
  readonly layers: readonly Layer[];
}

/** A policy that was made, for calls that name it or for one operation. */
export interface MadePolicy {
  readonly settings: PolicySettings;
  readonly operation?: string;
}

/** The application's policies, compiled when they are first used, and those of single operations on top of them. */
export class PolicyRegistry {
  /** Is told of each policy before it has its first call. */
  onMade: ((made: MadePolicy) => void) | undefined;
  readonly emitters: PolicyEmitters;
  private readonly named = new Map<string, Policy>();
  /** Those for calls that name an operation of which `operations` says something. */
  private readonly ofOperations = new Map<string, Policy>();
  private overridden = new WeakMap<object, Map<string, Policy>>();
  private overrides = 0;
  private readonly used = new UsedOperations();

  constructor(
    readonly engine: Engine,
    private readonly sources: PolicySources,
    private resolution?: Resolution,
    private complete = false,
  ) {
    this.emitters = new PolicyEmitters(engine.events);
  }

  /** Everything that the sources will say has been read: a name that is unknown stays unknown. */
  get isComplete(): boolean {
    return this.complete;
  }

  /** What the sources made when they were last read; they are read when somebody first asks. */
  get current(): Resolution {
    return (this.resolution ??= this.sources.read());
  }

  /** Takes over what the sources made, for the calls that begin from now on; state stays. */
  adopt(resolution: Resolution): void {
    this.forget();
    this.resolution = resolution;
    this.complete = true;
  }

  /** The sources are read again when somebody asks. */
  forget(): void {
    this.resolution = undefined;
    for (const policy of [...this.named.values(), ...this.ofOperations.values()])
      this.used.add(policy.name, policy.called);
    this.named.clear();
    this.ofOperations.clear();
    this.overridden = new WeakMap();
    this.engine.releaseDefinitions();
  }

  /** The same policies as another reading makes them, with state of their own: to see what is wrong with them. */
  onTrial(resolution: Resolution): PolicyRegistry {
    const engine = new Engine({ keys: this.engine.keys, clock: this.engine.clock });
    return new PolicyRegistry(engine, this.sources, resolution, true);
  }

  get enabled(): boolean {
    return this.current.enabled;
  }

  get names(): readonly string[] {
    return this.current.names;
  }

  /** Names of the operations that have overrides in options or configuration. */
  get operations(): readonly string[] {
    return [...this.current.operations.keys()];
  }

  /** Whether any source knows the policy, be it faulty. */
  has(name: string): boolean {
    return this.current.names.includes(name);
  }

  /**
   * @throws ResilienceConfigError (`CONFIG_INVALID`) for a name that no source knows, with the nearest one, and for a
   * policy with faults, or any policy until the boot has told what is wrong elsewhere.
   */
  resolved(name: string): ResolvedPolicy {
    // Names may come from a configuration that nobody checked.
    if (typeof name !== 'string')
      throw new ResilienceConfigError({ issues: [unknownPolicy(name, this.names)] });
    const found = this.current.policies.get(name) ?? this.lookAgain(name);
    const issues = this.isComplete ? faultsOf(this.current, name) : this.current.issues;
    if (issues.length > 0) throw new ResilienceConfigError({ issues });
    if (found !== undefined) return found;
    throw new ResilienceConfigError({ issues: [unknownPolicy(name, this.names)] });
  }

  /** The policy for calls that name it, with what `operations` says of theirs. */
  policy(name: string, operation: string = name): Policy {
    if (this.current.operations.has(operation)) return this.ofOperation(name, operation);
    const known = this.named.get(name);
    if (known !== undefined) return known;
    const resolved = this.resolved(name);
    this.onMade?.({ settings: resolved.settings });
    const made = this.make(resolved, `policy "${name}"`);
    this.named.set(name, made);
    return made;
  }

  /** The policy for a call with `overrides`; compiled once for each overrides object. */
  withOverrides(name: string, operation: string, overrides: object): Policy {
    // What is no object is no key of a map either; what it should be, its check says.
    if (Object(overrides) !== overrides) return this.makeOverridden(name, operation, overrides);
    let policies = this.overridden.get(overrides);
    if (policies === undefined) this.overridden.set(overrides, (policies = new Map()));
    const key = twofold(name, operation);
    let policy = policies.get(key);
    if (policy === undefined) policies.set(key, (policy = this.makeOverridden(name, operation, overrides)));
    return policy;
  }

  /** A policy as one operation uses it, with what decorators and `operations` say over it. */
  resolveFor(request: OperationRequest): ResolvedPolicy {
    const { policy, operation, layers, place = operation } = request;
    const base = this.has(policy) ? this.resolved(policy) : undefined;
    const over = [...layers, ...(this.current.operations.get(operation) ?? [])];
    if (base !== undefined && over.length === 0) return base;
    const issues: string[] = [];
    const resolved = resolveOperation(base, over, {
      name: policy,
      path: place,
      keyNames: this.keyNames,
      issues,
    });
    if (resolved === undefined || issues.length > 0) throw new ResilienceConfigError({ issues });
    return resolved;
  }

  policyFor(request: OperationRequest): Policy {
    const { operation, policy, place = operation } = request;
    const resolved = this.resolveFor(request);
    this.onMade?.({ settings: resolved.settings, operation });
    return this.make(resolved, `${place} (policy "${policy}")`);
  }

  /** The listeners of everything that runs under this name. */
  emitterOf(name: string): Emitter {
    return this.emitters.of(name);
  }

  /** The operations that calls under a policy have named. */
  *operationsOf(policy: string): Iterable<string> {
    yield* this.used.of(policy);
    yield* this.named.get(policy)?.called ?? [];
  }

  /** Checks what a decorator says; problems name the decorator. */
  layer(options: unknown, source: string, path: string, issues: string[]): Layer | undefined {
    return acceptOverrides(options, { name: source }, path, issues);
  }

  private ofOperation(policy: string, operation: string): Policy {
    this.resolved(policy);
    const key = twofold(policy, operation);
    let made = this.ofOperations.get(key);
    if (made === undefined) {
      made = this.policyFor({ policy, operation, layers: [] });
      this.ofOperations.set(key, made);
    }
    return made;
  }

  /** While the application is being made, more of its configuration may be there by now. */
  private lookAgain(name: string): ResolvedPolicy | undefined {
    if (this.isComplete) return undefined;
    this.resolution = undefined;
    return this.current.policies.get(name);
  }

  private makeOverridden(name: string, operation: string, overrides: object): Policy {
    // First of all the policy itself: where the overrides contradict it, they are to blame, not the next plain call.
    this.policy(name, operation).pipelineOf(operation);
    const base = this.resolveFor({ policy: name, operation, layers: [] });
    const resolved = resolveOverrides(base, overrides, this.keyNames);
    return this.make(resolved, `overrides ${++this.overrides} of policy "${name}"`);
  }

  private make({ name, settings }: ResolvedPolicy, place: string): Policy {
    const events = this.emitterOf(name);
    // Listeners among the options hear of the calls that run on these very options, and go when others are reloaded.
    const emitter = settings.on === undefined ? events : listening(new Emitter(events), settings.on);
    return new Policy(this.engine, this.switched(settings), place, emitter);
  }

  private switched(settings: PolicySettings): PolicySettings {
    return this.enabled ? settings : { ...settings, enabled: false };
  }

  private get keyNames(): readonly string[] {
    return Object.keys(this.engine.keys);
  }
}

/** One key for two names, whatever is in them. */
function twofold(name: string, operation: string): string {
  return `${name.length}:${name}${operation}`;
}
