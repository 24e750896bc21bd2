import * as api from '@opentelemetry/api';
import * as client from 'prom-client';
import { attachSource } from '../../../../lib/metrics/prometheus/attach-source.js';
import { exemplarReader } from '../../../../lib/metrics/prometheus/exemplar.js';
import { resolveMetricsOptions } from '../../../../lib/metrics/prometheus/metrics-options.js';
import { sourceOf } from '../../../../lib/nest/runtime/breaker-reading.js';
import { openTelemetry } from '../../../support/tracing.js';
import { virtualRuntime } from '../../../support/virtual-runtime.js';

const { register } = client;

let telemetry: ReturnType<typeof openTelemetry>;
beforeEach(() => {
  telemetry = openTelemetry();
  register.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE as never);
});
afterEach(async () => {
  register.clear();
  register.setContentType(client.Registry.PROMETHEUS_CONTENT_TYPE);
  await telemetry.end();
});

function counted() {
  const world = virtualRuntime({ policies: { payments: { retry: { maxAttempts: 2 } } } });
  const { exemplars: _exemplars, ...settings } = resolveMetricsOptions();
  attachSource(sourceOf(world.runtime), client, settings, exemplarReader(api));
  return world;
}

const buckets = async () =>
  (await register.metrics())
    .split('\n')
    .filter((line) => line.startsWith('resilience_call_duration_seconds_bucket'));

describe('exemplars of call_duration_seconds', () => {
  it('tell the trace and span under which the call ended, also after a backoff', async () => {
    const { policy, clock } = counted();
    let failures = 1;
    const { traceId, spanId } = await telemetry.tracer.startActiveSpan('request', async (span) => {
      const call = policy('payments').execute(async () => {
        if (failures-- > 0) throw new Error('down');
      });
      await clock.advance('2s');
      await call;
      span.end();
      return span.spanContext();
    });
    const exemplars = (await buckets()).filter((line) => line.includes('#'));
    expect(exemplars).toHaveLength(1);
    expect(exemplars[0]).toMatch(
      new RegExp(`le="0.5".* 1 # \\{trace_id="${traceId}",span_id="${spanId}"\\} 0\\.5 `),
    );
  });

  it('harm no call where the trace cannot be read, or has ids that no exemplar can hold; the call is counted', async () => {
    const { policy } = counted();
    const span = (traceId: string) =>
      api.trace.wrapSpanContext({ traceId, spanId: 'b'.repeat(16), traceFlags: api.TraceFlags.SAMPLED });
    const refused = api.trace.setSpan(api.context.active(), span('a'.repeat(200)));
    expect(await api.context.with(refused, () => policy('payments').execute(async () => 1))).toBe(1);
    jest.spyOn(api.trace, 'getActiveSpan').mockImplementationOnce(() => {
      throw new Error('broken');
    });
    expect(await policy('payments').execute(async () => 1)).toBe(1);
    const lines = await buckets();
    expect(lines.at(-1)).toMatch(/le="\+Inf".* 2$/);
    expect(lines.filter((line) => line.includes('#'))).toEqual([]);
  });

  it('are not there without a span, nor with one that is not sampled', async () => {
    const { policy } = counted();
    await policy('payments').execute(async () => 1);
    const unsampled = api.trace.wrapSpanContext({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 0,
    });
    await api.context.with(api.trace.setSpan(api.context.active(), unsampled), () =>
      policy('payments').execute(async () => 1),
    );
    const lines = await buckets();
    expect(lines.at(-1)).toMatch(/le="\+Inf".* 2$/);
    expect(lines.filter((line) => line.includes('#'))).toEqual([]);
  });
});
