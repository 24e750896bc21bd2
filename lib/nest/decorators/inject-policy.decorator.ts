import { Inject } from '@nestjs/common';
import { POLICY_TOKEN_PREFIX } from '../resilience.constants.js';
import type { PolicyName } from './decorator-types.js';

const injected = new Set<string>();

/** The token under which a policy is provided. @public */
export function getPolicyToken(name: PolicyName): string {
  injected.add(name);
  return policyToken(name);
}

/** The token alone; nobody is taken to inject it. */
export function policyToken(name: string): string {
  return POLICY_TOKEN_PREFIX + name;
}

/** Injects a policy by its name, as a `NamedPolicy`. A name that no source knows fails the boot. @public */
export function InjectPolicy(name: PolicyName): ParameterDecorator & PropertyDecorator {
  return Inject(getPolicyToken(name));
}

/** The names that anybody asked a token for, so that the module can provide them. */
export function injectedPolicies(): readonly string[] {
  return [...injected];
}
