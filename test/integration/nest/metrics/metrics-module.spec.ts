import 'reflect-metadata';
import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { makeCounterProvider, PrometheusController, PrometheusModule } from '@willsoto/nestjs-prometheus';
import { register, Registry } from 'prom-client';
import { definitions } from '../../../../lib/metrics/metric-definitions.js';
import { ResilienceMetricsModule } from '../../../../lib/metrics/prometheus/resilience-metrics.module.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { closeApps, dependency, metricsApp, PaymentsService } from './support.js';

beforeEach(() => {
  dependency.failures = 0;
});
afterEach(closeApps);

const withoutDefaults = { defaultMetrics: { enabled: false } };
const labels = { policy: 'payments', operation: 'PaymentsService.charge' };

@Module({ imports: [PrometheusModule.register(withoutDefaults), ResilienceMetricsModule.register()] })
class OperationsModule {}

class OwnPrometheusModule extends PrometheusModule {}

@Module({})
class CallsAtBoot implements OnModuleInit {
  constructor(@Inject(ResilienceService) private readonly service: ResilienceService) {}

  async onModuleInit(): Promise<void> {
    await this.service.execute('payments', async () => 'warm', { operation: 'warm up' });
  }
}

describe('ResilienceMetricsModule', () => {
  it.each([
    ['beside it, local', PrometheusModule.register(withoutDefaults)],
    ['beside it, global', PrometheusModule.register({ ...withoutDefaults, global: true })],
    ['with a factory', PrometheusModule.registerAsync({ useFactory: () => withoutDefaults })],
    [
      'as a class of the user',
      { ...OwnPrometheusModule.register(withoutDefaults), module: OwnPrometheusModule },
    ],
  ])('counts where PrometheusModule is imported %s', async (_how, prometheus) => {
    const { get, scrape } = await metricsApp({ prometheus });
    await get('charge');
    expect(await scrape('calls_total', labels)).toEqual({ 'outcome=success': 1 });
  });

  it('counts where both are imported in a module of their own', async () => {
    const { get, scrape } = await metricsApp({ prometheus: [], metrics: [OperationsModule] });
    await get('charge');
    expect(await scrape('calls_total', labels)).toEqual({ 'outcome=success': 1 });
  });

  it('keeps exemplars in a registry that writes OpenMetrics, and says so where it does not', async () => {
    const metrics = { exemplars: true };
    await expect(metricsApp({ metrics })).rejects.toThrow(
      /exemplars need a registry that writes OpenMetrics/,
    );
    register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    try {
      const { get } = await metricsApp({ metrics });
      await get('charge');
      const { text } = await get('metrics');
      expect(text).toContain(
        'resilience_calls_total{policy="payments",operation="PaymentsService.charge",outcome="success"} 1',
      );
      expect(text).toMatch(/# EOF\n$/);
    } finally {
      register.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
    }
  });

  it('counts with its defaults where it is imported without register()', async () => {
    const { get, scrape } = await metricsApp({ metrics: [ResilienceMetricsModule] });
    await get('charge');
    expect(await scrape('calls_total', labels)).toEqual({ 'outcome=success': 1 });
  });

  it('counts where PrometheusModule is there without register(), for who serves the registry himself', async () => {
    const { get } = await metricsApp({ prometheus: PrometheusModule });
    await get('charge');
    expect(await register.metrics()).toContain('resilience_calls_total{policy="payments"');
  });

  it('counts once where it is imported twice', async () => {
    const { get, scrape } = await metricsApp({
      metrics: [ResilienceMetricsModule.register(), ResilienceMetricsModule.register({ maxLabelValues: 7 })],
    });
    await get('charge');
    expect(await scrape('calls_total', labels)).toEqual({ 'outcome=success': 1 });
  });

  it('counts what other modules call in onModuleInit', async () => {
    const { scrape } = await metricsApp({ metrics: [CallsAtBoot, ResilienceMetricsModule.register()] });
    expect(await scrape('calls_total', { operation: 'warm up' })).toEqual({
      'policy=payments,outcome=success': 1,
    });
  });

  it('uses its own prefix and buckets', async () => {
    const { get, scrapeAll } = await metricsApp({ metrics: { prefix: 'hold_', buckets: [1, 2] } });
    await get('charge');
    const series = await scrapeAll();
    expect(series.filter(({ name }) => name === 'hold_call_duration_seconds_bucket')).toHaveLength(3);
    expect(series.some(({ name }) => name.startsWith('resilience_'))).toBe(false);
  });

  it("stands behind PrometheusModule's customMetricPrefix, as other metrics do", async () => {
    const { get, scrapeAll } = await metricsApp({
      prometheus: PrometheusModule.register({ ...withoutDefaults, customMetricPrefix: 'shop' }),
    });
    await get('charge');
    expect((await scrapeAll()).map(({ name }) => name)).toContain('shop_resilience_calls_total');
  });

  it("leaves PrometheusModule's path, default metrics and default labels alone", async () => {
    const { get, scrapeAll } = await metricsApp({
      prometheus: PrometheusModule.register({
        path: '/internal/metrics',
        controller: class extends PrometheusController {},
        defaultMetrics: { enabled: true, config: { prefix: 'shop_' } },
        defaultLabels: { app: 'shop' },
      }),
    });
    await get('charge');
    expect((await get('metrics')).status).toBe(404);
    const series = await scrapeAll('internal/metrics');
    expect(series.some(({ name }) => name === 'shop_process_cpu_seconds_total')).toBe(true);
    expect(series.find(({ name }) => name === 'resilience_calls_total')?.labels).toEqual({
      app: 'shop',
      ...labels,
      outcome: 'success',
    });
  });

  it('does not disturb metrics of the application', async () => {
    @Injectable()
    class Unrelated {}
    const provider = makeCounterProvider({ name: 'orders_total', help: 'Orders' });
    @Module({ providers: [Unrelated, provider] })
    class OrdersModule {}
    const { scrapeAll } = await metricsApp({ metrics: [OrdersModule, ResilienceMetricsModule.register()] });
    expect((await scrapeAll()).map(({ name }) => name)).toContain('orders_total');
  });
});

describe('a breaker that a reload takes away', () => {
  const named = (name: string) => ({ circuitBreaker: { name, failureThreshold: 1 } });

  it('takes its series along, and shows its state again when it comes back', async () => {
    const { get, scrape, service } = await metricsApp();
    dependency.failures = Infinity;
    for (let call = 0; call < 3; call++) await get('charge');
    expect(await scrape('circuit_breaker_rejected_total')).toHaveProperty(['breaker=PaymentsService']);

    service.update('payments', { circuitBreaker: false });
    expect(await scrape('circuit_breaker_state')).toEqual({});
    expect(await scrape('circuit_breaker_rejected_total')).toEqual({});
    expect(await scrape('circuit_breaker_transitions_total')).toEqual({});
    expect(service.breakers()).toEqual([]);

    service.update('payments', { circuitBreaker: { scope: 'service' } });
    expect(await scrape('circuit_breaker_state', { state: 'open' })).toEqual({
      'breaker=PaymentsService': 1,
    });
  });

  it('is not one whose operation has only not been called since', async () => {
    const policies = { any: named('a'), rates: { circuitBreaker: {} }, payments: {} };
    const { scrape, service } = await metricsApp({ options: { policies } });
    await service.execute('rates', async () => 1, { operation: 'seldom' });
    service.update('any', named('b'));
    const series = Object.keys(await scrape('circuit_breaker_state', { state: 'closed' }));
    expect(series).toEqual(expect.arrayContaining(['breaker=seldom', 'breaker=b']));
    expect(series).not.toContain('breaker=a');
  });
});

describe('a boot with ResilienceMetricsModule', () => {
  async function boot(...imports: any[]): Promise<void> {
    const module = await Test.createTestingModule({ imports }).compile();
    module.useLogger(false);
    await module.init();
  }
  const root = ResilienceModule.forRoot({ logger: false });

  it('ends without PrometheusModule, and says what to import', async () => {
    await expect(boot(root, ResilienceMetricsModule.register())).rejects.toThrow(
      'ResilienceMetricsModule needs PrometheusModule.register() of @willsoto/nestjs-prometheus among the imports',
    );
  });

  it('ends without ResilienceModule, and says what to import', async () => {
    await expect(
      boot(PrometheusModule.register(withoutDefaults), ResilienceMetricsModule.register()),
    ).rejects.toThrow(
      'ResilienceMetricsModule needs ResilienceModule.forRoot() in the imports of the root module',
    );
  });

  it('does not begin with wrong options', () => {
    expect(() => ResilienceMetricsModule.register({ buckets: [] })).toThrow(
      'ResilienceMetricsModule.register(): buckets: expected at least one number of seconds',
    );
  });
});

describe('applications of one process', () => {
  it('two at a time share the counters; the gauges tell of both', async () => {
    const [one, two] = [await metricsApp(), await metricsApp()];
    await one.get('charge');
    await two.get('charge');
    for (const { scrape } of [one, two]) {
      expect(await scrape('calls_total', labels)).toEqual({ 'outcome=success': 2 });
      expect(await scrape('circuit_breaker_state', { state: 'closed' })).toEqual({
        'breaker=PaymentsService': 2,
      });
    }
    await two.app.close();
    expect(await one.scrape('circuit_breaker_state', { state: 'closed' })).toEqual({
      'breaker=PaymentsService': 1,
    });
  });

  it('fifty, made and closed, raise no error and no warning and leave nothing behind', async () => {
    const warnings: Error[] = [];
    const heard = (warning: Error): void => void warnings.push(warning);
    process.on('warning', heard);
    for (let number = 0; number < 50; number++) {
      const module = await Test.createTestingModule({
        imports: [
          ResilienceModule.forRoot({ logger: false, policies: { payments: { circuitBreaker: {} } } }),
          PrometheusModule.register(withoutDefaults),
          ResilienceMetricsModule.register(),
        ],
        providers: [PaymentsService],
      }).compile();
      await module.init();
      await module.get(PaymentsService).charge('1');
      await module.close();
    }
    process.off('warning', heard);
    expect(warnings).toEqual([]);
    expect(register.getMetricsAsArray()).toHaveLength(Object.keys(definitions).length);
    expect(await register.getSingleMetricAsString('resilience_circuit_breaker_state')).not.toContain('{');
  });
});
