import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ResilienceConfigError } from '../core/errors/config-error.js';
import { RESILIENCE_HANDLE } from './resilience.constants.js';
import type { ResilienceFeatureAsyncOptions } from './resilience-options.interface.js';
import type { ResilienceHandle } from './runtime/resilience.handle.js';

let features = 0;

/** A provider that adds a feature's policies to the application's, once its factory has made them. */
export function featureProvider({
  inject = [],
  useFactory,
}: Pick<ResilienceFeatureAsyncOptions, 'inject' | 'useFactory'>): FactoryProvider {
  // Numbered: where Nest tells modules apart by a hash of what they hold, two features are still two.
  const provide = Symbol(`nestjs-holdfast.feature.${++features}`);
  return {
    provide,
    inject: [{ token: RESILIENCE_HANDLE, optional: true }, ModulesContainer, ...inject],
    useFactory: async (
      handle: ResilienceHandle | undefined,
      modules: ModulesContainer,
      ...dependencies: unknown[]
    ) => {
      if (handle === undefined) {
        throw new ResilienceConfigError({
          issues: [
            `${nameOf(provide, modules)}: needs ResilienceModule.forRoot() in the imports of the root module`,
          ],
        });
      }
      handle.addFeature({ name: nameOf(provide, modules), options: await useFactory(...dependencies) });
    },
  };
}

/** `forFeature of PaymentsModule`, after the modules that import it. */
function nameOf(provide: symbol, modules: ModulesContainer): string {
  const importing = [...modules.values()].filter(({ imports }) =>
    [...imports].some(({ providers }) => providers.has(provide)),
  );
  return `forFeature of ${importing.map(({ name }) => name).join(', ')}`;
}
