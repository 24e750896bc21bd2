import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import type { ModuleOptions } from '../../../../lib/config/module-options.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import type { BreakersHealthOptions } from '../../../../lib/nest/health/health-options.js';
import { ResilienceHealthIndicator } from '../../../../lib/nest/health/resilience-health.indicator.js';
import { ResilienceHealthModule } from '../../../../lib/nest/health/resilience-health.module.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { virtualClock } from '../../../support/virtual-policy.js';

/** Whether the dependencies of the services answer. */
export const dependency = { isDown: false };

async function ask(): Promise<string> {
  if (dependency.isDown) throw Object.assign(new Error('secret detail'), { code: 'ECONNREFUSED' });
  return 'fine';
}

@Injectable()
export class PaymentsService {
  @Resilient('payments')
  async charge(): Promise<string> {
    return ask();
  }
}

@Injectable()
export class RatesService {
  @Resilient('rates')
  async rate(): Promise<string> {
    return ask();
  }
}

/** How the controller asks; a test may change it. */
export const asked: { key?: string; options?: BreakersHealthOptions } = {};

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(ResilienceHealthIndicator) private readonly breakers: ResilienceHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.breakers.check(asked.key, asked.options)]);
  }
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), ResilienceHealthModule],
  controllers: [HealthController],
})
class HealthModule {}

/** A running application with `/health`, in virtual time; resets what the controller asks. */
export async function healthApp(
  options: ModuleOptions = {},
  providers: Type[] = [PaymentsService, RatesService],
) {
  Object.assign(asked, { key: undefined, options: undefined });
  dependency.isDown = false;
  const clock = virtualClock();
  const circuitBreaker = { scope: 'service', failureThreshold: 1, resetTimeout: '10s' } as const;
  const policies = { payments: { circuitBreaker }, rates: { circuitBreaker }, ...options.policies };
  const module = await Test.createTestingModule({
    imports: [ResilienceModule.forRoot({ clock, logger: false, ...options, policies }), HealthModule],
    providers,
  }).compile();
  const app = module.createNestApplication();
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  return { app, clock, service: app.get(ResilienceService), health: () => health(app) };
}

/** The answer of `/health`: its status, and the breakers' part of it. */
async function health(app: INestApplication): Promise<{ status: number; body: any; breakers: any }> {
  const response = await fetch(`${await app.getUrl()}/health`, { headers: { connection: 'close' } });
  const body: any = await response.json();
  return { status: response.status, body, breakers: body.details[asked.key ?? 'circuitBreakers'] };
}

export async function fails(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toBeDefined();
}
