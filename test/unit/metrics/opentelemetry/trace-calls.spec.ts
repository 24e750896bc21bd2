import * as api from '@opentelemetry/api';
import type { ModuleOptions } from '../../../../lib/config/module-options.js';
import { traceCalls } from '../../../../lib/metrics/opentelemetry/trace-calls.js';
import { sourceOf } from '../../../../lib/nest/runtime/breaker-reading.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { heldOperation, settled } from '../../../support/held-operation.js';
import { openTelemetry } from '../../../support/tracing.js';
import { virtualRuntime } from '../../../support/virtual-runtime.js';

let telemetry: ReturnType<typeof openTelemetry>;
beforeEach(() => {
  telemetry = openTelemetry();
});
afterEach(() => telemetry.end());

function traced(policies: NonNullable<ModuleOptions['policies']>) {
  const world = virtualRuntime({ policies });
  const tracer = api.trace.getTracer('nestjs-holdfast');
  const stop = traceCalls(sourceOf(world.runtime), { api, tracer });
  return { ...world, stop };
}

const refused = Object.assign(new Error('no charge for 4242 at https://app:hunter2@bank'), {
  code: 'ECONNREFUSED',
  config: { headers: { authorization: 'Bearer hunter2' } },
});
const ms = ([seconds, nanos]: readonly [number, number]) => seconds * 1000 + nanos / 1e6;
const backoff = { type: 'fixed', initialDelay: 100, jitter: 'none' } as const;

describe('the span of a call', () => {
  it('is named after the operation, and lasts as long as the call with its waits', async () => {
    const { policy, clock } = traced({ pay: { retry: { maxAttempts: 3, backoff } } });
    const call = policy('pay').execute(scripted([refused, refused, 'paid']), { operation: 'Pay.charge' });
    await clock.advance('1s');
    await call;
    const [span, ...others] = telemetry.spans();
    expect(others).toEqual([]);
    expect(span).toMatchObject({
      name: 'Pay.charge',
      attributes: {
        'resilience.policy': 'pay',
        'resilience.operation': 'Pay.charge',
        'resilience.outcome': 'success',
        'resilience.attempts': 3,
      },
      status: { code: api.SpanStatusCode.UNSET },
    });
    expect(ms(span!.duration)).toBe(200);
    expect(span!.events.map(({ name, attributes }) => [name, attributes?.['resilience.attempt']])).toEqual([
      ['resilience.attemptFailed', 1],
      ['resilience.retry', 2],
      ['resilience.attemptStarted', 2],
      ['resilience.attemptFailed', 2],
      ['resilience.retry', 3],
      ['resilience.attemptStarted', 3],
    ]);
    expect(span!.events[1]?.attributes).toMatchObject({
      'resilience.delay_ms': 100,
      'resilience.max_attempts': 3,
      'error.type': 'ECONNREFUSED',
    });
  });

  it('is a child of the span that is active where the call begins, and the parent of what the operation does', async () => {
    const { policy, clock } = traced({ pay: { retry: { maxAttempts: 2, backoff } } });
    let failures = 1;
    await telemetry.tracer.startActiveSpan('request', async (request) => {
      const call = policy('pay').execute(async () => {
        await Promise.resolve();
        telemetry.tracer.startSpan('POST').end();
        if (failures-- > 0) throw refused;
        return policy('pay').execute(async () => 1, { operation: 'inner' });
      });
      await clock.advance('1s');
      await call;
      request.end();
    });
    const all = telemetry.spans();
    const byName = (name: string) => all.filter((span) => span.name === name);
    const [pay, request] = [byName('pay')[0]!, byName('request')[0]!];
    expect(pay.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    expect([...byName('POST'), ...byName('inner')].map((span) => span.parentSpanContext?.spanId)).toEqual(
      Array.from({ length: 3 }, () => pay.spanContext().spanId),
    );
  });

  it('begins when the call does, though it waited for a slot, under the span of its own caller', async () => {
    const { policy, clock } = traced({
      pay: { bulkhead: { scope: 'policy', maxConcurrent: 1, maxQueue: 5 } },
    });
    let free = () => {};
    const first = policy('pay').execute(() => new Promise<void>((resolve) => (free = resolve)));
    const caller = await telemetry.tracer.startActiveSpan('request', async (span) => {
      const waiting = policy('pay').execute(async () => 1, { operation: 'waited' });
      await clock.advance(500);
      free();
      await Promise.all([first, waiting]);
      span.end();
      return span.spanContext().spanId;
    });
    const waited = telemetry.spans().find(({ name }) => name === 'waited');
    expect(ms(waited!.duration)).toBe(500);
    expect(waited!.parentSpanContext?.spanId).toBe(caller);
  });

  it('tells of failures by code, of rejections and of states, and holds no secret', async () => {
    const { policy } = traced({ pay: { circuitBreaker: { failureThreshold: 1, key: () => 'tenant-4711' } } });
    for (let call = 0; call < 2; call++) await policy('pay').tryExecute(async () => Promise.reject(refused));
    const [failed, rejected] = telemetry.spans();
    expect(failed).toMatchObject({
      attributes: { 'resilience.outcome': 'failure', 'error.type': 'ECONNREFUSED' },
      status: { code: api.SpanStatusCode.ERROR, message: 'failure: network' },
    });
    expect(failed!.events.find(({ name }) => name === 'resilience.circuitOpened')?.attributes).toEqual({
      'resilience.breaker': 'pay',
      'resilience.reason': 'failureThreshold',
      'resilience.from': 'closed',
      'resilience.to': 'open',
      'error.type': 'ECONNREFUSED',
    });
    expect(rejected).toMatchObject({
      attributes: { 'resilience.outcome': 'rejected', 'error.type': 'CIRCUIT_OPEN' },
    });
    const told = telemetry
      .spans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    expect(JSON.stringify(told)).not.toMatch(/hunter2|4242|4711|no charge/);
  });

  it('ends with the answer of a fallback', async () => {
    const { policy } = traced({ pay: { fallback: { value: 0 } } });
    await policy('pay').execute(async () => Promise.reject(refused));
    expect(telemetry.spans()).toMatchObject([
      { attributes: { 'resilience.outcome': 'fallback' }, status: { code: api.SpanStatusCode.UNSET } },
    ]);
    expect(telemetry.spans()[0]?.events.at(-1)).toMatchObject({
      name: 'resilience.fallbackUsed',
      attributes: { 'resilience.index': 0, 'error.type': 'ECONNREFUSED' },
    });
  });

  it('has a name of one line, whatever the operation is called', async () => {
    const { policy } = traced({ pay: { retry: {} } });
    await policy('pay').execute(async () => 1, { operation: `a\r\n\u001b[31m\u2028${'x'.repeat(500)}` });
    expect(telemetry.spans()[0]?.name).toMatch(/^a\ufffd\ufffd\ufffd\[31m\ufffdx+…$/);
    expect(telemetry.spans()[0]?.name).toHaveLength(128);
  });

  it('is made no more once tracing has ended; then nothing listens and nothing surrounds', async () => {
    const { policy, runtime, stop } = traced({ pay: { retry: {} } });
    stop();
    await policy('pay').execute(async () => 1);
    expect(telemetry.spans()).toEqual([]);
    expect(runtime.engine.events.mask).toBe(0);
    expect(runtime.engine.surround).toBeUndefined();
  });

  it('ends when tracing does, for nobody will tell how its call ended', async () => {
    const { policy, stop } = traced({ pay: { retry: {} } });
    const { operation, runs } = heldOperation();
    const call = policy('pay').execute(operation);
    await settled();
    stop();
    expect(telemetry.spans()).toMatchObject([{ name: 'pay' }]);
    expect(telemetry.spans()[0]?.attributes).not.toHaveProperty('resilience.outcome');
    runs[0]?.resolve();
    await call;
    expect(telemetry.spans()).toHaveLength(1);
  });

  it('is given up, as one that never ends, when fifty thousand others came after it', async () => {
    const { policy, stop } = traced({ pay: {} });
    const never = heldOperation();
    for (let call = 0; call < 50_001; call++) void policy('pay').execute(never.operation);
    expect(telemetry.spans()).toHaveLength(1);
    stop();
    for (const run of never.runs) run.resolve();
  });

  it('harms no call: what is thrown is what the operation threw', async () => {
    const { policy } = traced({ pay: { retry: { maxAttempts: 1 } } });
    const error = new Error('sync');
    await expect(
      policy('pay').execute(() => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(telemetry.spans()).toHaveLength(1);
  });
});
