import {
  Controller,
  Get,
  Inject,
  Injectable,
  type DynamicModule,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { register } from 'prom-client';
import type { ModuleOptions } from '../../../../lib/config/module-options.js';
import type { ResilienceMetricsOptions } from '../../../../lib/metrics/prometheus/metrics-options.js';
import { ResilienceMetricsModule } from '../../../../lib/metrics/prometheus/resilience-metrics.module.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { parsePrometheus, seriesOf, type Series } from '../../../support/prometheus-text.js';
import { virtualClock } from '../../../support/virtual-policy.js';

/** How often in a row the dependency still fails. */
export const dependency = { failures: 0 };

@Injectable()
export class PaymentsService {
  @Resilient('payments')
  async charge(card: string): Promise<string> {
    if (dependency.failures-- > 0) throw new Error(`no charge for ${card}`);
    return 'charged';
  }
}

@Controller('charge')
class PaymentsController {
  constructor(@Inject(PaymentsService) private readonly payments: PaymentsService) {}

  @Get()
  charge() {
    return this.payments.charge('4242-4242');
  }
}

interface Parts {
  readonly prometheus?: DynamicModule | Type | readonly (DynamicModule | Type)[];
  readonly metrics?: ResilienceMetricsOptions | readonly (DynamicModule | Type)[];
  readonly options?: ModuleOptions;
}

const apps = new Set<INestApplication>();

const defaultPolicies: NonNullable<ModuleOptions['policies']> = {
  payments: {
    retry: { maxAttempts: 3, backoff: { type: 'fixed', initialDelay: 0 } },
    circuitBreaker: { scope: 'service', failureThreshold: 2, resetTimeout: '10s' },
  },
};

/** A running application with metrics, in virtual time; closed after the test. */
export async function metricsApp({ prometheus, metrics, options }: Parts = {}) {
  const clock = virtualClock();
  const list = (given: unknown): any[] => (Array.isArray(given) ? given : [given]);
  const module = await Test.createTestingModule({
    imports: [
      ResilienceModule.forRoot({ clock, logger: false, policies: defaultPolicies, ...options }),
      ...list(prometheus ?? PrometheusModule.register({ defaultMetrics: { enabled: false } })),
      ...(Array.isArray(metrics)
        ? metrics
        : [ResilienceMetricsModule.register(metrics as ResilienceMetricsOptions)]),
    ],
    controllers: [PaymentsController],
    providers: [PaymentsService],
  }).compile();
  const app = module.createNestApplication();
  app.useLogger(false);
  apps.add(app);
  await app.listen(0, '127.0.0.1');
  const get = async (path: string) => {
    const response = await fetch(`${await app.getUrl()}/${path}`, { headers: { connection: 'close' } });
    return { status: response.status, text: await response.text() };
  };
  const scrapeAll = async (path = 'metrics'): Promise<Series[]> => parsePrometheus((await get(path)).text);
  const scrape = async (name: string, labels: Record<string, string> = {}) =>
    seriesOf(await scrapeAll(), `resilience_${name}`, labels);
  return { app, clock, get, scrapeAll, scrape, service: app.get(ResilienceService) };
}

/** Ends what `metricsApp` began; for `afterEach`. */
export async function closeApps(): Promise<void> {
  for (const app of apps) await app.close();
  apps.clear();
  register.clear();
}
