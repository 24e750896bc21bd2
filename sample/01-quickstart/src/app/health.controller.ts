import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { ResilienceHealthIndicator } from 'nestjs-holdfast/terminus';

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly circuitBreakers: ResilienceHealthIndicator,
  ) {}

  /** Readiness: an open breaker with a fallback is no reason to take the application out of service. */
  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.circuitBreakers.check('circuitBreakers')]);
  }
}
