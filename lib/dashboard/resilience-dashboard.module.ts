import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { isResilienceError } from '../core/errors/is-resilience-error.js';
import type { ResilienceConfigError } from '../core/errors/config-error.js';
import { dashboardController } from './dashboard.controller.js';
import { DASHBOARD_READY, DASHBOARD_SETTINGS } from './dashboard.constants.js';
import {
  resolveDashboardOptions,
  type DashboardSettings,
  type ResilienceDashboardOptions,
} from './dashboard-options.js';
import { DashboardService } from './dashboard.service.js';
import { describeForOpenApi } from './open-api.js';

/**
 * A page that shows every breaker, policy and recent event live, with guarded JSON endpoints behind it:
 *
 * `GET breakers`, `GET policies`, `GET events` (server-sent events), and `POST breakers/actions`, which changes breakers
 * by hand where `readOnly: false` allows it. Each change is an `adminAction` event with who made it.
 *
 * Imported once, beside `ResilienceModule.forRoot()`; on Express and Fastify, below the global prefix, in every version.
 *
 * @example
 * ```ts
 * imports: [ResilienceModule.forRoot(), ResilienceDashboardModule.register({ guards: [OperatorsGuard], readOnly: false })]
 * ```
 * @public
 */
@Module({})
export class ResilienceDashboardModule {
  /**
   * @param options path, guards and what is allowed, see {@link ResilienceDashboardOptions}
   * @returns a module that ends the boot with a ResilienceConfigError (`CONFIG_INVALID`) which lists everything that is
   *   wrong with the options: without guards, for one, unless `allowUnauthenticated` is set.
   */
  static register(options: ResilienceDashboardOptions = {}): DynamicModule {
    const settings = settingsOrFault(options);
    if (isResilienceError(settings))
      return { module: ResilienceDashboardModule, providers: [failing(settings)] };
    const controller = dashboardController(settings);
    return {
      module: ResilienceDashboardModule,
      imports: settings.imports,
      controllers: [controller],
      providers: [
        { provide: DASHBOARD_SETTINGS, useValue: settings },
        DashboardService,
        describedProvider(controller, settings),
      ],
    };
  }
}

/** What is wrong is told when the application boots, like all that is wrong with its configuration. */
function settingsOrFault(options: ResilienceDashboardOptions): DashboardSettings | ResilienceConfigError {
  try {
    return resolveDashboardOptions(options);
  } catch (error) {
    if (isResilienceError(error, 'CONFIG_INVALID')) return error;
    throw error;
  }
}

function failing(fault: ResilienceConfigError): Provider {
  return {
    provide: DASHBOARD_SETTINGS,
    useFactory: () => {
      throw fault;
    },
  };
}

/** A provider, because it is ready before anybody asks for the application's OpenAPI document. */
function describedProvider(controller: Type, settings: DashboardSettings): Provider {
  return { provide: DASHBOARD_READY, useFactory: () => describeForOpenApi(controller, settings) };
}
