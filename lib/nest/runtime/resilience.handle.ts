import { brandHandle } from '../method/handle-brand.js';
import { failedResult } from '../method/failed-result.js';
import type { MethodDefinition } from '../method/method-definition.js';
import type { MethodRunner } from '../method/protect-method.js';
import type { MethodBinding } from './method-binding.js';
import { issuesOf } from './policy-issues.js';
import type { FeatureSource } from './policy-sources.js';
import { ResilienceRuntime } from './resilience.runtime.js';

/**
 * What instances hold of their application. A provider without dependencies, so that a decorated class may itself be a
 * dependency of the module's options; the module fills it once those are there. Until then calls run under what their
 * decorators say and the presets.
 */
export class ResilienceHandle implements MethodRunner {
  /**
   * Bindings for the class that called last, by the definition's number; most methods have instances of one class alone.
   * Two copies of the package in one process may give the same number to two definitions.
   */
  private latest: (MethodBinding | undefined)[] = [];
  private bindings = new Map<MethodDefinition, Map<Function, MethodBinding>>();
  private current: ResilienceRuntime | undefined;
  private filled = false;

  constructor() {
    brandHandle(this);
  }

  get runtime(): ResilienceRuntime {
    return (this.current ??= ResilienceRuntime.provisional());
  }

  /** The application has ended. */
  get isOver(): boolean {
    return this.filled && this.runtime.engine.isStopped;
  }

  private readonly features: FeatureSource[] = [];

  /** A feature's policies, which may come before or after the module's own options. */
  addFeature(feature: FeatureSource): void {
    if (this.filled) this.runtime.addFeature(feature);
    else this.features.push(feature);
  }

  fill(runtime: ResilienceRuntime): void {
    for (const feature of this.features) runtime.addFeature(feature);
    this.current = runtime;
    this.filled = true;
    this.forget();
    runtime.onReload(() => this.rebind());
  }

  run(definition: MethodDefinition, instance: object, args: unknown[]): unknown {
    const latest = this.latest[definition.id];
    if (latest !== undefined && latest.definition === definition && latest.type === instance.constructor)
      return latest.run(instance, args);
    let binding: MethodBinding;
    try {
      binding = this.bindingOf(definition, instance.constructor);
    } catch (error) {
      return failedResult(definition.kind, error);
    }
    return binding.run(instance, args);
  }

  /** @throws ResilienceConfigError (`CONFIG_INVALID`) where decorators and configuration make no policy together. */
  bindingOf(definition: MethodDefinition, type: Function): MethodBinding {
    let byType = this.bindings.get(definition);
    if (byType === undefined) this.bindings.set(definition, (byType = new Map()));
    let binding = byType.get(type);
    if (binding === undefined) byType.set(type, (binding = this.runtime.bind(definition, type)));
    this.latest[definition.id] = binding;
    return binding;
  }

  /** Compiles anew under the options now in force, so that breakers take them over at once. */
  private rebind(): void {
    const before = this.bindings;
    this.forget();
    for (const [definition, byType] of before) {
      // What is wrong with one of them, its next call tells.
      for (const type of byType.keys()) issuesOf(() => this.bindingOf(definition, type));
    }
  }

  private forget(): void {
    this.latest = [];
    this.bindings = new Map();
  }
}
