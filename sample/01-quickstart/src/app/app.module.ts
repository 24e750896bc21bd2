import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TerminusModule } from '@nestjs/terminus';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { ResilienceModule } from 'nestjs-holdfast';
import { ResilienceMetricsModule } from 'nestjs-holdfast/prometheus';
import { ResilienceHealthModule } from 'nestjs-holdfast/terminus';
import { envFile, policiesFromYaml } from './configuration.js';
import { HealthController } from './health.controller.js';
import { RatesClient } from './rates.client.js';
import { RatesController } from './rates.controller.js';
import { RatesService } from './rates.service.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, envFilePath: envFile, load: [policiesFromYaml] }),
    ResilienceModule.forRoot({ logging: { retry: false, exhausted: false } }),
    TerminusModule.forRoot({ logger: false }),
    ResilienceHealthModule,
    PrometheusModule.register(),
    ResilienceMetricsModule.register(),
  ],
  controllers: [RatesController, HealthController],
  providers: [RatesClient, RatesService],
})
export class AppModule {}
