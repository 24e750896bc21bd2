import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { ModuleOptions } from '../config/module-options.js';
import { RESILIENCE_SOURCE } from '../metrics/resilience-source.js';
import { checkFeatureOptions, checkRootOptions } from './check-async-options.js';
import { inspectionProvider } from './inspection/inspection.provider.js';
import { RESILIENCE_INSPECTION } from './inspection/resilience-inspection.js';
import { featureProvider } from './resilience-feature.provider.js';
import type {
  ResilienceFeatureAsyncOptions,
  ResilienceFeatureOptions,
  ResilienceModuleAsyncOptions,
  ResilienceModuleOptions,
} from './resilience-options.interface.js';
import {
  asyncOptionsProviders,
  enhancerProviders,
  givenOptions,
  handleProvider,
  optionsProvider,
  policyProviders,
  policyTokens,
} from './resilience-root.providers.js';
import { sourceProvider } from './resilience-source.provider.js';
import { ResilienceBootstrap } from './resilience.bootstrap.js';
import { RESILIENCE_HANDLE, RESILIENCE_OPTIONS } from './resilience.constants.js';
import { ResilienceService } from './resilience.service.js';

/** Adds policies next to the feature that owns them. */
@Module({})
class ResilienceFeatureModule {}

/**
 * Resilience for the whole application: imported once, in the root module, and global from there.
 *
 * @public
 */
@Module({})
export class ResilienceModule {
  /** @param options policies and the rest, see {@link ResilienceModuleOptions}; the presets are there without any. */
  static forRoot(options: ResilienceModuleOptions = {}): DynamicModule {
    return rootModule([givenOptions(options), ...enhancerProviders(options)]);
  }

  /** As `forRoot`, with options that a factory makes. */
  static forRootAsync(options: ResilienceModuleAsyncOptions): DynamicModule {
    checkRootOptions(options);
    const { imports = [], routes, httpErrors } = options;
    const given: ModuleOptions = {
      ...(routes && { routes }),
      ...(httpErrors !== undefined && { httpErrors }),
    };
    return rootModule([...asyncOptionsProviders(options, given), ...enhancerProviders(given)], imports);
  }

  /** Adds policies; a name that another feature or `forRoot` gives fails the boot. */
  static forFeature(options: ResilienceFeatureOptions): DynamicModule {
    return featureModule([featureProvider({ useFactory: () => options })]);
  }

  /** As `forFeature`, with policies that a factory makes. */
  static forFeatureAsync(options: ResilienceFeatureAsyncOptions): DynamicModule {
    checkFeatureOptions(options);
    return { ...featureModule([featureProvider(options)]), imports: options.imports ?? [] };
  }
}

function rootModule(optionsProviders: Provider[], imports: DynamicModule['imports'] = []): DynamicModule {
  const fixed: Provider[] = [
    ...optionsProviders,
    optionsProvider,
    handleProvider,
    ResilienceBootstrap,
    ResilienceService,
    sourceProvider,
    inspectionProvider,
  ];
  const exported = [
    RESILIENCE_OPTIONS,
    RESILIENCE_HANDLE,
    RESILIENCE_SOURCE,
    RESILIENCE_INSPECTION,
    ResilienceBootstrap,
    ResilienceService,
  ];
  return {
    module: ResilienceModule,
    global: true,
    imports,
    // Read when Nest scans the application: by then every class that injects a policy has been loaded.
    get providers() {
      return [...fixed, ...policyProviders()];
    },
    get exports() {
      return [...exported, ...policyTokens()];
    },
  };
}

function featureModule(providers: Provider[]): DynamicModule {
  return { module: ResilienceFeatureModule, providers };
}
