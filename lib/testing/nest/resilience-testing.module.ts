import { Module, type DynamicModule } from '@nestjs/common';
import { ResilienceModule } from '../../nest/resilience.module.js';
import type { ResilienceModuleOptions } from '../../nest/resilience-options.interface.js';
import { VirtualClock } from '../virtual-clock.js';

/**
 * `ResilienceModule` for testing modules that put together parts of an application and not its root module; where that
 * is imported, `overrideResilience` is what changes its options.
 *
 * @public
 */
@Module({})
export class ResilienceTestingModule {
  /**
   * @param options as those of `ResilienceModule.forRoot`. By default the clock is a `VirtualClock` that advances by
   * itself, so that delays take no time.
   *
   * @example
   * ```ts
   * const module = await Test.createTestingModule({
   *   imports: [ResilienceTestingModule.forRoot({ policies: { payments: { retry: {} } } })],
   *   providers: [PaymentsService, { provide: PaymentsClient, useValue: fake }],
   * }).compile();
   * ```
   */
  static forRoot(options: ResilienceModuleOptions = {}): DynamicModule {
    const clock = options.clock ?? new VirtualClock({ autoAdvance: true });
    return { module: ResilienceTestingModule, imports: [ResilienceModule.forRoot({ ...options, clock })] };
  }
}
