import { Module } from '@nestjs/common';
import { ResilienceHealthIndicator } from './resilience-health.indicator.js';

/**
 * Provides {@link ResilienceHealthIndicator}; imported beside `TerminusModule`, where health is checked.
 *
 * @public
 */
@Module({ providers: [ResilienceHealthIndicator], exports: [ResilienceHealthIndicator] })
export class ResilienceHealthModule {}
