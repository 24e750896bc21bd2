export {
  ResilienceHealthIndicator,
  type BreakersHealth,
  type BreakersHealthResult,
} from './resilience-health.indicator.js';
export { ResilienceHealthModule } from './resilience-health.module.js';
export type { BreakerHealth, KeyedBreakerHealth } from './breaker-health.js';
export type { BreakersHealthOptions } from './health-options.js';
