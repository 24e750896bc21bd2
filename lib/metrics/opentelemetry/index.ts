export { ResilienceOpenTelemetryModule } from './resilience-opentelemetry.module.js';
export type { ResilienceOpenTelemetryOptions } from './telemetry-options.js';
