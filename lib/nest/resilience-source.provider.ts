import type { FactoryProvider } from '@nestjs/common';
import { RESILIENCE_SOURCE } from '../metrics/resilience-source.js';
import { ResilienceBootstrap } from './resilience.bootstrap.js';
import { sourceOf } from './runtime/breaker-reading.js';

/** What metrics read of this application. */
export const sourceProvider: FactoryProvider = {
  provide: RESILIENCE_SOURCE,
  inject: [ResilienceBootstrap],
  useFactory: ({ runtime }: ResilienceBootstrap) => sourceOf(runtime),
};
