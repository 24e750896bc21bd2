import { explain, type ExplainedOption } from '../../config/explain.js';
import { usableModuleOptions, type ModuleSettings } from '../../config/module-options.js';
import type { Namespace } from '../../config/namespace.js';
import { Engine } from '../../core/engine.js';
import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { describeValue } from '../../core/options/describe-value.js';
import { suggestion } from '../../core/options/nearest.js';
import type { Pipeline } from '../../core/pipeline.js';
import type { PolicyOptions } from '../../core/policy-options.js';
import type { Operation } from '../../core/state/operation.js';
import { EndingClock } from '../../core/time/ending-clock.js';
import { systemClock } from '../../core/time/system-clock.js';
import { useAttemptStorage } from '../context/node-attempt-storage.js';
import { OVERRIDING } from '../resilience.constants.js';
import { effectiveOptions, type EffectiveOptions } from '../method/effective-options.js';
import type { MethodDefinition } from '../method/method-definition.js';
import { ClassNames } from './class-names.js';
import { streamOfFile } from '../stream/stream-of-file.js';
import { noConfig, type ConfigSource } from './config-source.js';
import { MethodBinding } from './method-binding.js';
import { compileUse, OperationUses, requireRetry } from './operation-uses.js';
import { issuesOf, PolicyRegistry, unknownPolicy } from './policy-registry.js';
import { changedPolicies } from './policy-changes.js';
import { PolicySources, type ExtraSources, type FeatureSource, type Resolution } from './policy-sources.js';

/** One application's engine, policies and names. */
export class ResilienceRuntime {
  readonly engine: Engine;
  readonly policies: PolicyRegistry;
  readonly names = new ClassNames();
  private readonly sources: PolicySources;
  private readonly uses = new OperationUses();
  private readonly reloaded: (() => void)[] = [];
  /** Who asked for which policy by name, beside those who run under it. */
  private readonly expected = new Map<string, string>();
  private booted = false;
  private readonly clock: EndingClock;

  constructor(
    readonly settings: ModuleSettings,
    config: () => ConfigSource,
    extra: ExtraSources = {},
  ) {
    const {
      clock = systemClock,
      random,
      classifiers,
      captureStacks,
      keys,
      propagateContext,
      store,
    } = settings;
    this.clock = new EndingClock(clock);
    this.engine = new Engine({
      classifiers,
      captureStacks,
      keys,
      clock: this.clock,
      ...(random === undefined ? {} : { random }),
      ...(store === undefined ? {} : { store }),
      ...(propagateContext === false ? {} : { context: useAttemptStorage() }),
    });
    this.engine.streamIn = streamOfFile;
    this.sources = new PolicySources(settings, config, extra);
    this.policies = new PolicyRegistry(this.engine, this.sources);
  }

  /** What is wrong with the options is told together with the rest, by the first reading of the sources. */
  static from(options: unknown, config: () => ConfigSource): ResilienceRuntime {
    const issues: string[] = [];
    const settings = usableModuleOptions(options, { name: 'forRoot', obvious: true }, issues);
    const overriding = (options as { [OVERRIDING]?: Namespace } | null | undefined)?.[OVERRIDING];
    return new ResilienceRuntime(settings, config, { issues, ...(overriding && { overriding }) });
  }

  /** For calls before the application's options are known. */
  static provisional(): ResilienceRuntime {
    return ResilienceRuntime.from({}, () => noConfig);
  }

  /** Names of policies that are known before any configuration is. */
  get namesInCode(): readonly string[] {
    return this.sources.namesInCode;
  }

  onReload(listener: () => void): void {
    this.reloaded.push(listener);
  }

  /** A feature's policies. Once the application runs, as of a module that was loaded late, they must fit in at once. */
  addFeature(feature: FeatureSource): void {
    this.sources.addFeature(feature);
    if (!this.booted) this.policies.forget();
    else this.reloadOr(() => this.sources.removeFeature(feature));
  }

  /** Somebody asks for a policy by its name. @throws ResilienceConfigError (`CONFIG_INVALID`) if none can come any more. */
  expect(policy: string, by: string): void {
    if (this.booted) this.policies.resolved(policy);
    else if (!this.expected.has(policy)) this.expected.set(policy, by);
  }

  /**
   * The first reading of the sources, once the application is complete, and every check of what runs under them.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong anywhere.
   */
  boot(checks: readonly (() => unknown)[]): void {
    const first = this.sources.read();
    this.adopt(first);
    const issues = [...first.issues, ...this.problems(first), ...checks.flatMap((check) => issuesOf(check))];
    if (issues.length === 0) issues.push(...this.takeUp());
    if (issues.length > 0) throw new ResilienceConfigError({ issues: [...new Set(issues)] });
    this.booted = true;
  }

  /**
   * Reads every source for the calls that begin from now on; state stays. Gives the names of the policies that changed.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong; nothing changes then.
   */
  reload(): readonly string[] {
    const before = this.policies.current;
    const next = this.sources.read();
    const trial = this.policies.onTrial(next);
    const issues = [...next.issues, ...this.problems(next), ...this.uses.problems(trial)];
    if (issues.length > 0) throw new ResilienceConfigError({ issues: [...new Set(issues)] });
    this.adopt(next);
    // What is wrong with one of those that calls have named, its next call tells.
    this.takeUp();
    return changedPolicies(before, next);
  }

  /** @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong; nothing changes then. */
  update(name: string, options: PolicyOptions): void {
    const before = this.booted ? [] : this.sources.read().issues;
    const takeBack = this.sources.update(name, options);
    if (this.booted) return this.reloadOr(takeBack);
    // Other sources may not be complete yet; what is wrong with them is for the boot to say.
    const issues = this.sources.read().issues.filter((issue) => !before.includes(issue));
    if (issues.length > 0) takeBack();
    this.policies.forget();
    if (issues.length > 0) throw new ResilienceConfigError({ issues });
  }

  /** Compiles a method for the instances of a class. */
  bind(definition: MethodDefinition, type: Function): MethodBinding {
    const operation = this.names.operationOf(definition, type);
    const place = this.names.placeOf(definition, type);
    const pipeline = this.compile(effectiveOptions(definition), operation, place);
    return new MethodBinding(type, definition, operation.name, pipeline);
  }

  /** @throws ResilienceConfigError (`CONFIG_INVALID`) for a `@Retryable` method whose policy makes no retry. */
  requireRetry(definition: MethodDefinition, type: Function): void {
    const operation = this.names.operationOf(definition, type);
    const place = this.names.placeOf(definition, type);
    requireRetry(this.policies, { effective: effectiveOptions(definition), operation, place });
  }

  /**
   * Compiles the options of one operation; `null` where its policy, or everything, is switched off.
   *
   * @param place where its decorators stand, for messages
   * @throws ResilienceConfigError (`CONFIG_INVALID`) where they make no policy together.
   */
  compile(effective: EffectiveOptions, operation: Operation, place = operation.name): Pipeline | null {
    const use = { effective, operation, place };
    this.uses.remember(use);
    return compileUse(this.policies, use);
  }

  /** Names of the operations that decorators and routes have put under policies, in order. */
  get operations(): readonly string[] {
    return this.uses.names;
  }

  /** @throws ResilienceConfigError (`CONFIG_INVALID`) when neither an operation nor a policy goes by the name. */
  explain(operation: string): readonly ExplainedOption[] {
    const { policies } = this;
    const merged = this.uses.merged(policies, operation);
    if (merged !== undefined) return explain(merged);
    if (policies.has(operation)) return explain(policies.resolved(operation).merged);
    const known = [...this.operations, ...policies.names];
    const issue = `there is no operation or policy ${describeValue(operation)}${suggestion(String(operation), known)}`;
    throw new ResilienceConfigError({ issues: [issue] });
  }

  /** The application has ended: calls are refused, and nothing of those that still run keeps the process alive. */
  stop(): void {
    this.engine.stop();
    this.clock.end();
    this.engine.events.clear();
    this.policies.clearListeners();
  }

  private adopt(next: Resolution): void {
    this.policies.adopt(next);
    for (const listener of this.reloaded) listener();
  }

  /** State takes up the options that were adopted, whoever calls next; gives what is wrong with them. */
  private takeUp(): readonly string[] {
    const issues = this.policies.compileNamed();
    this.engine.settleDefinitions();
    return issues;
  }

  /** What is wrong with policies that somebody asks for by name, or that share state. */
  private problems(next: Resolution): readonly string[] {
    const missing = [...this.expected].filter(([name]) => !next.names.includes(name));
    return [
      ...missing.map(([name, by]) => `${by}: ${unknownPolicy(name, next.names)}`),
      ...this.policies.problemsOf(this.policies.onTrial(next)),
    ];
  }

  private reloadOr(takeBack: () => void): void {
    try {
      this.reload();
    } catch (error) {
      takeBack();
      throw error;
    }
  }
}
