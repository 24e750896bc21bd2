export { ResilienceDashboardModule } from './resilience-dashboard.module.js';
export type { ResilienceDashboardOptions } from './dashboard-options.js';
