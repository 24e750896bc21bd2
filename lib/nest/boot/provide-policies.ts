import type { ModulesContainer } from '@nestjs/core';
import { policyToken } from '../decorators/inject-policy.decorator.js';
import { RESILIENCE_OPTIONS } from '../resilience.constants.js';
import type { NamedPolicy } from '../runtime/named-policy.js';

/**
 * Provides policies under their tokens although nobody injected them when the application was scanned: for
 * `app.get(getPolicyToken(name))`, and for modules that are loaded late.
 */
export function providePolicies(
  modules: ModulesContainer,
  names: readonly string[],
  policy: (name: string) => NamedPolicy,
): void {
  const root = [...modules.values()].find(({ providers }) => providers.has(RESILIENCE_OPTIONS));
  for (const name of names) {
    const token = policyToken(name);
    if (root === undefined || root.providers.has(token)) continue;
    root.addProvider({ provide: token, useValue: policy(name) });
    root.addExportedProviderOrModule(token);
  }
}
