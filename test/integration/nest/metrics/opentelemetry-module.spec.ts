import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ResilienceOpenTelemetryModule } from '../../../../lib/metrics/opentelemetry/resilience-opentelemetry.module.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { openTelemetry } from '../../../support/tracing.js';

const options = { policies: { payments: { retry: { maxAttempts: 2 } } } };

@Injectable()
class PaymentsService {
  @Resilient('payments')
  async charge(_card: string): Promise<string> {
    telemetry.tracer.startSpan('POST').end();
    return 'charged';
  }
}

let telemetry: ReturnType<typeof openTelemetry>;
beforeEach(() => {
  telemetry = openTelemetry();
});
afterEach(async () => {
  await closeApps();
  await telemetry.end();
});

const start = (imports: any[]) => startApp({ imports, providers: [PaymentsService], options });

describe('ResilienceOpenTelemetryModule', () => {
  it.each([
    ['register()', ResilienceOpenTelemetryModule.register()],
    ['no options at all', ResilienceOpenTelemetryModule],
  ])('traces and measures decorated methods with %s', async (_how, module) => {
    const { get } = await start([module]);
    await get(PaymentsService).charge('4242');
    const [post, call] = telemetry.spans();
    expect(call).toMatchObject({ name: 'PaymentsService.charge' });
    expect(post?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
    expect(JSON.stringify(call?.attributes)).not.toContain('4242');
    expect((await telemetry.metrics())['resilience.calls']).toHaveLength(1);
  });

  it('leaves out what it is told to', async () => {
    const { get, service } = await start([
      ResilienceOpenTelemetryModule.register({ spans: false, metrics: false }),
    ]);
    await get(PaymentsService).charge('4242');
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['POST']);
    expect(await telemetry.metrics()).toEqual({});
    expect(service.stats().calls).toBe(1);
  });

  it('ends with the application', async () => {
    const { app, get } = await start([ResilienceOpenTelemetryModule.register()]);
    const payments = get(PaymentsService);
    await app.close();
    await payments.charge('4242').catch(() => undefined);
    expect(telemetry.spans()).toEqual([]);
  });

  it('stops the boot without ResilienceModule, and says so', async () => {
    const module = await Test.createTestingModule({
      imports: [ResilienceOpenTelemetryModule.register()],
    }).compile();
    await expect(module.init()).rejects.toThrow(/needs ResilienceModule\.forRoot\(\)/);
  });

  it.each([
    [{ spans: 1 }, 'spans: expected true or false'],
    [{ metrics: 'no' }, 'metrics: expected true or false'],
    [{ maxLabelValues: 0 }, 'maxLabelValues: expected an integer >= 1'],
    [{ span: true }, 'span: unknown option; there are spans, metrics, maxLabelValues'],
  ])('refuses %j', (given, message) => {
    expect(() => ResilienceOpenTelemetryModule.register(given as never)).toThrow(
      `ResilienceOpenTelemetryModule.register(): ${message}`,
    );
  });
});
