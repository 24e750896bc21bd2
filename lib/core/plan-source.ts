import type { Engine } from './engine.js';
import { ResilienceConfigError } from './errors/config-error.js';
import type { Emitter } from './events/emitter.js';
import type { KeyFunction } from './identity-options.js';
import type { PolicySettings } from './policy-options.js';
import { identityName, type IdentityLike } from './state/identity.js';
import type { Operation } from './state/operation.js';
import type { SharedState, StateRegistry } from './state/state-registry.js';

/** What a plan is compiled from. */
export interface PlanSource {
  readonly engine: Engine;
  readonly settings: PolicySettings;
  readonly operation: Operation;
  readonly events: Emitter;
  /** Where the options stand, for messages about conflicts. */
  readonly place: string;
}

/** Finds the state that a strategy's settings mean: that of its name, or of its scope. */
export function claimState<
  S extends IdentityLike & { readonly signature?: string },
  T extends SharedState<S>,
>(
  { settings: policy, operation, place }: PlanSource,
  registry: StateRegistry<S, T>,
  settings: S,
  identity: IdentityLike = settings,
): T {
  const name = identityName(identity, operation, policy.name);
  return registry.claim({ name, settings, signature: settings.signature, place });
}

/** @throws ResilienceConfigError (`CONFIG_INVALID`) for a name that no resolver has. */
export function keyFunction(
  { keys }: Engine,
  key: KeyFunction | string | undefined,
): KeyFunction | undefined {
  if (typeof key !== 'string') return key;
  const resolver = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (resolver !== undefined) return resolver;
  throw new ResilienceConfigError({
    issues: [
      `key: no resolver is named "${key}"; add it to \`keys\` of ResilienceModule.forRoot(), or give a function`,
    ],
  });
}
