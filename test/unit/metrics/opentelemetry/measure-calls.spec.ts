import * as api from '@opentelemetry/api';
import { definitions, type MetricKey } from '../../../../lib/metrics/metric-definitions.js';
import { instrumentName, measureCalls } from '../../../../lib/metrics/opentelemetry/measure-calls.js';
import { sourceOf } from '../../../../lib/nest/runtime/breaker-reading.js';
import { openTelemetry } from '../../../support/tracing.js';
import { virtualRuntime } from '../../../support/virtual-runtime.js';

let telemetry: ReturnType<typeof openTelemetry>;
beforeEach(() => {
  telemetry = openTelemetry();
});
afterEach(() => telemetry.end());

function measured(maxLabelValues = 500) {
  const world = virtualRuntime({
    policies: { pay: { circuitBreaker: { failureRatio: 0.5 }, bulkhead: { maxConcurrent: 2 } } },
  });
  const stop = measureCalls(sourceOf(world.runtime), api.metrics.getMeter('test'), maxLabelValues);
  return { ...world, stop };
}

const values = (points: readonly { attributes: object; value: unknown }[] = []) =>
  points.map(({ attributes, value }) => [Object.values(attributes).join(' '), value]);

describe('the metrics for OpenTelemetry', () => {
  it('have the names of those for Prometheus, without what exporters put behind them', () => {
    const names = (Object.keys(definitions) as MetricKey[]).map(instrumentName);
    expect(names).toContain('resilience.calls');
    expect(names).toContain('resilience.call_duration');
    expect(names).toContain('resilience.circuit_breaker_state');
    expect(names.every((name) => /^resilience\.[a-z_]+$/.test(name))).toBe(true);
  });

  it('count calls, attempts and durations, and read breakers and bulkheads', async () => {
    const { policy } = measured();
    await policy('pay').execute(async () => 1);
    await policy('pay').tryExecute(async () => Promise.reject(new Error('down')));
    const found = await telemetry.metrics();
    expect(values(found['resilience.calls'])).toEqual([
      ['pay pay success', 1],
      ['pay pay failure', 1],
    ]);
    expect(values(found['resilience.retry_attempts'])).toEqual([
      ['pay pay 1 success', 1],
      ['pay pay 1 failure', 1],
    ]);
    expect(found['resilience.call_duration']).toMatchObject([
      { value: { count: 1, sum: 0 } },
      { value: { count: 1, sum: 0 } },
    ]);
    expect(values(found['resilience.circuit_breaker_state'])).toEqual([
      ['pay closed', 1],
      ...['open', 'half_open', 'forced_open', 'disabled', 'observing'].map((state) => [`pay ${state}`, 0]),
    ]);
    expect(values(found['resilience.circuit_breaker_failure_ratio'])).toEqual([['pay', 0.5]]);
    expect(values(found['resilience.bulkhead_in_flight'])).toEqual([['pay pay', 0]]);
  });

  it('read every gauge there is, the store of state among them', async () => {
    const { policy, runtime, stop } = measured();
    await policy('pay').tryExecute(async () => Promise.reject(new Error('down')));
    const gauges = (Object.keys(definitions) as MetricKey[]).filter(
      (key) => definitions[key].type === 'gauge',
    );
    const found = await telemetry.metrics();
    expect(gauges.map(instrumentName).filter((name) => found[name] === undefined)).toEqual([]);
    expect(values(found['resilience.store_up'])).toEqual([['', 1]]);
    stop();
    const source = { ...sourceOf(runtime), isStoreUp: () => false };
    measureCalls(source, api.metrics.getMeter('test'), 500);
    expect(values((await telemetry.metrics())['resilience.store_up'])).toEqual([['', 0]]);
  });

  it('have so many values of a label and no more', async () => {
    const { policy } = measured(2);
    for (const operation of 'abcd') await policy('pay').execute(async () => 1, { operation });
    const found = await telemetry.metrics();
    expect(values(found['resilience.calls'])).toEqual([
      ['pay a success', 1],
      ['pay b success', 1],
      ['pay other success', 2],
    ]);
    const closed = values(found['resilience.circuit_breaker_state']).filter(([label]) =>
      /closed/.test(String(label)),
    );
    expect(closed).toEqual([
      ['a closed', 1],
      ['b closed', 1],
      ['other closed', 2],
    ]);
  });

  it('end with the application', async () => {
    const { policy, runtime, stop } = measured();
    stop();
    await policy('pay').execute(async () => 1);
    expect(runtime.engine.events.mask).toBe(0);
    const found = await telemetry.metrics();
    expect(found['resilience.calls'] ?? []).toEqual([]);
    expect(found['resilience.circuit_breaker_state'] ?? []).toEqual([]);
  });
});
