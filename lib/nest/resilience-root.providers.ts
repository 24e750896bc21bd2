import type { FactoryProvider, Provider, Type } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import type { ModuleOptions } from '../config/module-options.js';
import { ResilienceConfigError } from '../core/errors/config-error.js';
import { describeValue } from '../core/options/describe-value.js';
import { isOptionsObject } from '../core/options/foreign-object.js';
import { ResilienceExceptionFilter } from './filter/resilience-exception.filter.js';
import { ResilienceInterceptor } from './interceptor/resilience.interceptor.js';
import type {
  ResilienceModuleAsyncOptions,
  ResilienceOptionsFactory,
} from './resilience-options.interface.js';
import { RESILIENCE_GIVEN_OPTIONS, RESILIENCE_HANDLE, RESILIENCE_OPTIONS } from './resilience.constants.js';
import { getPolicyToken, injectedPolicies } from './decorators/inject-policy.decorator.js';
import { NamedPolicy } from './runtime/named-policy.js';
import { ResilienceHandle } from './runtime/resilience.handle.js';

export const handleProvider: Provider = {
  provide: RESILIENCE_HANDLE,
  useFactory: () => new ResilienceHandle(),
};

/** One provider for each policy that somebody injects by name. */
export function policyProviders(): Provider[] {
  return injectedPolicies().map((name) => ({
    provide: getPolicyToken(name),
    inject: [RESILIENCE_HANDLE],
    useFactory: (handle: ResilienceHandle) => new NamedPolicy(() => handle.runtime, name),
  }));
}

export function policyTokens(): string[] {
  return injectedPolicies().map(getPolicyToken);
}

/** What Nest has to know before any factory runs: the global interceptor of `routes`, and the filter of `httpErrors`. */
export function enhancerProviders({ routes, httpErrors }: ModuleOptions): Provider[] {
  return [
    ...(Array.isArray(routes) && routes.length > 0
      ? [{ provide: APP_INTERCEPTOR, useClass: ResilienceInterceptor }]
      : []),
    ...(httpErrors === true ? [{ provide: APP_FILTER, useClass: ResilienceExceptionFilter }] : []),
  ];
}

/** Options as they stand in `forRoot`. */
export function givenOptions(options: ModuleOptions): Provider {
  return { provide: RESILIENCE_GIVEN_OPTIONS, useValue: options };
}

/** The options in force: those that were given, unless a test puts others in their place. */
export const optionsProvider: Provider = {
  provide: RESILIENCE_OPTIONS,
  inject: [RESILIENCE_GIVEN_OPTIONS],
  useFactory: (given: unknown) => given,
};

/**
 * Options that a factory, or a class, makes.
 *
 * @param given options that Nest has to know before any factory runs
 */
export function asyncOptionsProviders(
  options: ResilienceModuleAsyncOptions,
  given: ModuleOptions,
): Provider[] {
  const { useFactory, useClass, useExisting, inject = [] } = options;
  if (useFactory !== undefined) {
    return [
      madeOptions(inject, async (...dependencies) => withGiven(await useFactory(...dependencies), given)),
    ];
  }
  const fromFactory = async (factory: ResilienceOptionsFactory) =>
    withGiven(await factory.createResilienceOptions(), given);
  const token = useClass ?? useExisting;
  return [
    ...(useClass === undefined ? [] : [useClass as Type<ResilienceOptionsFactory>]),
    madeOptions([token], fromFactory as (...dependencies: unknown[]) => unknown),
  ];
}

function madeOptions(inject: unknown[], useFactory: (...dependencies: any[]) => unknown): FactoryProvider {
  return {
    provide: RESILIENCE_GIVEN_OPTIONS,
    inject: inject as NonNullable<FactoryProvider['inject']>,
    useFactory,
  };
}

const belongsOutside = { routes: 'interceptors', httpErrors: 'filters' } as const;

/** @throws ResilienceConfigError (`CONFIG_INVALID`) for what is no options, and for ones that come too late out of a factory. */
function withGiven(made: unknown, given: ModuleOptions): ModuleOptions {
  if (!isOptionsObject(made)) {
    throw new ResilienceConfigError({
      issues: [`forRootAsync: expected options from the factory (got ${describeValue(made)})`],
    });
  }
  const issues = Object.entries(belongsOutside).flatMap(([option, enhancers]) =>
    (made as Record<string, unknown>)[option] === undefined
      ? []
      : [
          `${option}: belongs beside the factory, as in ResilienceModule.forRootAsync({ ${option}, useFactory }), for ` +
            `Nest binds ${enhancers} before any factory runs`,
        ],
  );
  if (issues.length > 0) throw new ResilienceConfigError({ issues });
  return { ...made, ...given };
}
