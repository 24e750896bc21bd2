import { Controller, Get, Module, Param } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { ResilienceModule } from 'nestjs-holdfast';
import { ResilienceDashboardModule } from 'nestjs-holdfast/dashboard';
import { ResilienceOpenTelemetryModule } from 'nestjs-holdfast/opentelemetry';
import { ResilienceMetricsModule } from 'nestjs-holdfast/prometheus';
import { ResilienceHealthIndicator, ResilienceHealthModule } from 'nestjs-holdfast/terminus';
import { PaymentsService } from './payments.js';
import { StockController, StockService } from './stock.js';

@Controller()
export class PaymentsController {
  constructor(
    private readonly payments: PaymentsService,
    private readonly health: HealthCheckService,
    private readonly breakers: ResilienceHealthIndicator,
  ) {}

  @Get('charge/:id')
  charge(@Param('id') id: string) {
    return this.payments.charge(id);
  }

  @Get('report')
  report() {
    return this.payments.report();
  }

  @Get('price/:id')
  async price(@Param('id') id: string) {
    return { price: await this.payments.price(id) };
  }

  @Get('health')
  @HealthCheck()
  check() {
    return this.health.check([() => this.breakers.check()]);
  }
}

@Module({
  imports: [
    ResilienceModule.forRoot({
      propagateContext: { trustInbound: true },
      policies: {
        impatient: { retry: { maxAttempts: 3, backoff: { initialDelay: '1ms' } } },
        stock: { timeout: '30s' },
      },
    }),
    TerminusModule,
    ResilienceHealthModule,
    PrometheusModule.register(),
    ResilienceMetricsModule.register(),
    ResilienceDashboardModule.register({ guards: [{ canActivate: () => true }] }),
    ResilienceOpenTelemetryModule.register(),
  ],
  controllers: [PaymentsController, StockController],
  providers: [PaymentsService, StockService],
})
export class AppModule {}
