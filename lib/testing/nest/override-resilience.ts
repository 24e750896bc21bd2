import { OVERRIDING, RESILIENCE_GIVEN_OPTIONS, RESILIENCE_OPTIONS } from '../../nest/resilience.constants.js';
import type { ResilienceModuleOptions } from '../../nest/resilience-options.interface.js';

/**
 * What a test puts over an application's options. `policies` and `operations` go over every source, configuration and
 * environment included, option by option; each of the others takes the place of the application's.
 *
 * Which interceptors and filters are bound (`routes`, `httpErrors`) is settled when the module is imported.
 *
 * @public
 */
export type ResilienceTestOverrides = Omit<ResilienceModuleOptions, 'routes' | 'httpErrors'>;

/** As much of Nest's `TestingModuleBuilder` as is needed, so that `@nestjs/testing` is not. */
export interface OverridableBuilder<B> {
  overrideProvider(token: symbol): {
    useFactory(options: { factory: (...args: any[]) => unknown; inject: any[] }): B;
  };
}

/**
 * Puts other options over those of an application under test, and returns the builder.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock({ autoAdvance: true });
 * const builder = Test.createTestingModule({ imports: [AppModule] });
 * const app = await overrideResilience(builder, { clock, policies: { payments: { retry: { maxAttempts: 2 } } } }).compile();
 * ```
 *
 * @throws TypeError for options that a test cannot override.
 *
 * @public
 */
export function overrideResilience<B>(
  builder: OverridableBuilder<B>,
  overrides: ResilienceTestOverrides = {},
): B {
  for (const fixed of ['routes', 'httpErrors']) {
    if (fixed in overrides)
      throw new TypeError(
        `${fixed} cannot be overridden: what it binds is settled when ResilienceModule is imported`,
      );
  }
  return builder.overrideProvider(RESILIENCE_OPTIONS).useFactory({
    factory: (given: unknown) => overridden(given, overrides),
    inject: [RESILIENCE_GIVEN_OPTIONS],
  });
}

function overridden(given: unknown, { policies, operations, ...others }: ResilienceTestOverrides): unknown {
  if (typeof given !== 'object' || given === null) return given;
  return { ...given, ...others, [OVERRIDING]: { policies, operations } };
}
