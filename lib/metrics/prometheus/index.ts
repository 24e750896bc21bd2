export { ResilienceMetricsModule } from './resilience-metrics.module.js';
export type { ResilienceMetricsOptions } from './metrics-options.js';
