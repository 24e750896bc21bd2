import type { ModulesContainer } from '@nestjs/core';
import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { RESILIENCE_OPTIONS } from '../resilience.constants.js';

/**
 * @throws ResilienceConfigError (`CONFIG_INVALID`) when `forRoot` stands twice in one application: two engines would each know half of the policies.
 */
export function refuseSecondRoot(modules: ModulesContainer): void {
  const roots = [...modules.values()].filter((module) => module.providers.has(RESILIENCE_OPTIONS));
  if (roots.length < 2) return;
  throw new ResilienceConfigError({
    issues: [
      `ResilienceModule.forRoot() stands ${roots.length} times in this application; keep one, in the root module, and add ` +
        'policies elsewhere with ResilienceModule.forFeature({ policies })',
    ],
  });
}
