import * as client from 'prom-client';
import { BreakerHandle } from '../../../../lib/core/circuit-breaker/breaker-handle.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { countedRuntime, scrape, sum } from '../../../support/metrics.js';

const { register } = client;

afterEach(() => {
  register.clear();
  register.setContentType(client.Registry.PROMETHEUS_CONTENT_TYPE);
});

const down = new Error('down');

async function counted() {
  const world = countedRuntime({
    policies: {
      p: {
        retry: { maxAttempts: 25, backoff: { type: 'fixed', initialDelay: 0 } },
        circuitBreaker: { failureThreshold: 100 },
        fallback: { value: 1 },
        rateLimiter: { limit: 100 },
      },
    },
  });
  await world.policy('p').execute(scripted([down]));
  new BreakerHandle(world.runtime.engine.breakers.get('p')!, undefined).forceOpen();
  await world.policy('p').execute(() => 2);
  return world;
}

const lines = async (name: string) =>
  (await register.metrics()).split('\n').filter((line) => line.startsWith(`resilience_${name}`));

describe('what every call adds to', () => {
  it('is written as prom-client writes it', async () => {
    await counted();
    expect(await lines('calls_total')).toEqual([
      'resilience_calls_total{policy="p",operation="p",outcome="fallback"} 2',
    ]);
    const durations = await lines('call_duration_seconds');
    expect(durations).toHaveLength(17);
    expect(durations[0]).toBe(
      'resilience_call_duration_seconds_bucket{le="0.005",policy="p",operation="p",outcome="fallback"} 2',
    );
    expect(durations.slice(-3)).toEqual([
      'resilience_call_duration_seconds_bucket{le="+Inf",policy="p",operation="p",outcome="fallback"} 2',
      'resilience_call_duration_seconds_sum{policy="p",operation="p",outcome="fallback"} 0',
      'resilience_call_duration_seconds_count{policy="p",operation="p",outcome="fallback"} 2',
    ]);
  });

  it('has attempts beyond the twentieth in one series', async () => {
    await counted();
    const attempts = await scrape('retry_attempts_total', {
      policy: 'p',
      operation: 'p',
      outcome: 'failure',
    });
    expect(Object.keys(attempts)).toHaveLength(21);
    expect(attempts).toMatchObject({ 'attempt=1': 1, 'attempt=20': 1, 'attempt=other': 5 });
    expect(await scrape('retry_attempts_total', { outcome: 'rejected' })).toEqual({
      'policy=p,operation=p,attempt=1': 1,
    });
  });

  it('has the names of OpenMetrics where the registry writes that', async () => {
    await counted();
    register.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE as never);
    expect(await lines('calls_total')).toEqual([
      'resilience_calls_total{policy="p",operation="p",outcome="fallback"} 2',
    ]);
  });

  it('is told as JSON, too, which a cluster sends', async () => {
    await counted();
    register.setDefaultLabels({ app: 'shop' });
    const all = await register.getMetricsAsJSON();
    const duration = all.find(({ name }) => name === 'resilience_call_duration_seconds');
    expect(duration).toMatchObject({ type: 'histogram', aggregator: 'sum' });
    expect(duration?.values[0]).toEqual({
      metricName: 'resilience_call_duration_seconds_bucket',
      labels: { le: 0.005, policy: 'p', operation: 'p', outcome: 'fallback', app: 'shop' },
      value: 2,
    });
    expect(await lines('circuit_breaker_rejected_total')).toEqual([
      'resilience_circuit_breaker_rejected_total{app="shop",breaker="p"} 1',
    ]);
  });

  it('begins again where somebody resets the metrics, and goes on', async () => {
    const { policy } = await counted();
    register.resetMetrics();
    const names = ['calls_total', 'call_duration_seconds_count', 'retry_attempts_total'];
    for (const name of [...names, 'fallback_operations_total', 'circuit_breaker_rejected_total'])
      expect(await scrape(name)).toEqual({});
    await policy('p').execute(() => 2, { operation: 'q' });
    for (const name of names) expect(sum(await scrape(name))).toBe(1);
  });
});
