import type { PolicyOptions } from '../../core/policy-options.js';
import { USE_POLICY_METADATA } from '../resilience.constants.js';

/** What `@UsePolicy` says of a handler, or of all handlers of a class. */
export interface UsedPolicy {
  readonly policy: string;
  readonly overrides: Readonly<Omit<PolicyOptions, 'extends'>>;
  /** Another policy that a second `@UsePolicy` at the same place names. */
  readonly rival: string | undefined;
}

/** What the handler's own decorator says, else that of its class; `undefined` where there is none. */
export function usedPolicy(type: Function, handler: Function): UsedPolicy | undefined {
  return usedBy(handler) ?? usedBy(type);
}

/** What stands on this very function or class, or on one that it extends. */
export function usedBy(target: Function): UsedPolicy | undefined {
  return Reflect.getMetadata(USE_POLICY_METADATA, target) as UsedPolicy | undefined;
}
