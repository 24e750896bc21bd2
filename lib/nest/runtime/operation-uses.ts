import type { Layer } from '../../config/layer.js';
import type { Merged } from '../../config/merge.js';
import { ResilienceConfigError } from '../../core/errors/config-error.js';
import type { Pipeline } from '../../core/pipeline.js';
import type { Operation } from '../../core/state/operation.js';
import type { DecoratorLayer, EffectiveOptions } from '../method/effective-options.js';
import { DEFAULT_POLICY, INLINE_POLICY } from '../resilience.constants.js';
import { issuesOf, unknownPolicy } from './policy-issues.js';
import type { OperationRequest, PolicyRegistry } from './policy-registry.js';

/** An operation that decorators or routes have put under a policy. */
export interface OperationUse {
  readonly effective: EffectiveOptions;
  readonly operation: Operation;
  /** Where its decorators stand, for messages: `ClassName.method`, whatever the operation is called. */
  readonly place: string;
}

/** What runs under policies without naming them call by call: protected methods and handlers. */
export class OperationUses {
  private readonly uses = new Map<string, OperationUse>();

  remember(use: OperationUse): void {
    const { operation, effective, place } = use;
    this.uses.set(JSON.stringify([place, operation.service, effective.policy]), use);
  }

  /** Names of the operations, in the order in which they came. */
  get names(): readonly string[] {
    return [...new Set(Array.from(this.uses.values(), ({ operation }) => operation.name))];
  }

  /** Everything that is wrong with operations under these policies. */
  problems(policies: PolicyRegistry): readonly string[] {
    return [...this.uses.values()].flatMap((use) => issuesOf(() => check(policies, use)));
  }

  /** What an operation's options are merged from; `undefined` for an operation that nobody knows. */
  merged(policies: PolicyRegistry, name: string): Merged | undefined {
    const use = [...this.uses.values()].find(({ operation }) => operation.name === name);
    return use && policies.resolveFor(requestFor(policies, use)).merged;
  }
}

/**
 * Compiles an operation; `null` where its policy, or everything, is switched off.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) where decorators and configuration make no policy together.
 */
export function compileUse(policies: PolicyRegistry, use: OperationUse): Pipeline | null {
  return policies.policyFor(requestFor(policies, use)).pipelineFor(use.operation);
}

function check(policies: PolicyRegistry, use: OperationUse): void {
  compileUse(policies, use);
  requireRetry(policies, use);
}

/**
 * `@Retryable` means a policy that retries. Whoever configures a single operation may still take its retry away.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) when policy and decorators make no retry.
 */
export function requireRetry(policies: PolicyRegistry, use: OperationUse): void {
  if (!use.effective.needsRetry) return;
  const anyOperation = { ...requestFor(policies, use), operation: '' };
  if (policies.resolveFor(anyOperation).settings.retry !== undefined) return;
  throw configError(
    `${use.place}: @Retryable needs a policy with a retry, and "${use.effective.policy}" has none; use ` +
      '@Resilient, or add `retry: {}` to the policy',
  );
}

function requestFor(
  policies: PolicyRegistry,
  { effective, operation, place }: OperationUse,
): OperationRequest {
  const { policy, conflict, namedBy, layers } = effective;
  const request = { policy, operation: operation.name, place };
  if (conflict !== undefined) throw withFaultsOf(policies, layers, place, conflict);
  if (policies.has(policy) || policy === INLINE_POLICY)
    return { ...request, layers: layersOf(policies, layers, place) };
  // Before everything has been read, what the decorators say must do: the policy may still come.
  if ((policy === DEFAULT_POLICY && namedBy === undefined) || !policies.isComplete) {
    const all = effective.needsRetry ? [EMPTY_RETRY, ...layers] : layers;
    return { ...request, layers: layersOf(policies, all, place) };
  }
  const unknown = `${namedBy ?? 'it'} names a policy that does not exist: ${unknownPolicy(policy, policies.names)}`;
  throw withFaultsOf(policies, layers, place, unknown);
}

/** A problem with the policy's name, and everything that is wrong with what the decorators say beside it. */
function withFaultsOf(
  policies: PolicyRegistry,
  layers: readonly DecoratorLayer[],
  place: string,
  problem: string,
): ResilienceConfigError {
  const others = issuesOf(() => layersOf(policies, layers, place));
  return new ResilienceConfigError({ issues: [`${place}: ${problem}`, ...others] });
}

/** Under `presets: false` there is no default policy: an empty one with a retry takes its place. */
const EMPTY_RETRY: DecoratorLayer = { decorator: '@Retryable', options: { retry: {} } };

/** @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong with what the decorators say. */
function layersOf(
  policies: PolicyRegistry,
  layers: readonly DecoratorLayer[],
  place: string,
): readonly Layer[] {
  const issues: string[] = [];
  const accepted = layers.map(({ decorator, options }) =>
    policies.layer(options, `${decorator} of ${place}`, place, issues),
  );
  if (issues.length > 0) throw new ResilienceConfigError({ issues });
  return accepted.filter((layer) => layer !== undefined);
}

function configError(issue: string): ResilienceConfigError {
  return new ResilienceConfigError({ issues: [issue] });
}
