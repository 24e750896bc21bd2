import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import type { ResilienceModuleOptions } from '../../../../lib/nest/resilience-options.interface.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';

const refused = Object.assign(new Error('connect ECONNREFUSED postgres://app:hunter2@db/x'), {
  code: 'ECONNREFUSED',
});
const immediate = { type: 'fixed', initialDelay: 0 } as const;
const policies: ResilienceModuleOptions['policies'] = {
  calls: { retry: { maxAttempts: 2, backoff: immediate }, circuitBreaker: { failureThreshold: 2 } },
};

@Injectable()
class PaymentsService {
  ask = scripted([refused]);

  @Retryable('network')
  async charge(card: string): Promise<unknown> {
    return this.ask(card);
  }

  @Resilient('calls')
  async refund(card: string): Promise<unknown> {
    return this.ask(card);
  }

  @Resilient('calls', { logging: { retry: false, exhausted: 'fatal' } })
  async quiet(card: string): Promise<unknown> {
    return this.ask(card);
  }
}

async function fails(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toBeDefined();
}

afterEach(closeApps);

describe("the lines in Nest's log", () => {
  it('tell of a retry when its wait begins, with the context Resilience', async () => {
    const { get, logs, clock } = await startApp({ providers: [PaymentsService], options: { policies } });
    const call = fails(get(PaymentsService).charge('4242'));
    await clock.advance(0);
    expect(logs.of('warn')).toEqual([
      'retry 2/5 PaymentsService.charge in 1000 ms: ECONNREFUSED (policy=network)',
    ]);
    await clock.advance('2m');
    await call;
    expect(logs.of('error')).toEqual([
      'exhausted 5/5 PaymentsService.charge: ECONNREFUSED: connect ECONNREFUSED postgres://***@db/x (policy=network)',
    ]);
  });

  it('tell of circuits, and hold neither arguments nor passwords', async () => {
    const { get, logs, service } = await startApp({ providers: [PaymentsService], options: { policies } });
    const payments = get(PaymentsService);
    for (let call = 0; call < 2; call++) await fails(payments.refund('4242'));
    service.breaker('PaymentsService.refund').close();
    expect(logs.of('error').map((line) => line.split(':')[0])).toEqual([
      'exhausted 2/2 PaymentsService.refund',
      'opened PaymentsService.refund (failureThreshold)',
    ]);
    expect(logs.of('log').at(-1)).toBe('closed PaymentsService.refund (manual) (policy=calls)');
    expect(JSON.stringify(logs.lines)).not.toMatch(/4242|hunter2/);
  });

  it('are as loud as the decorator says', async () => {
    const { get, logs } = await startApp({ providers: [PaymentsService], options: { policies } });
    await fails(get(PaymentsService).quiet('4242'));
    expect(logs.of('warn')).toEqual([]);
    expect(logs.of('fatal')).toEqual([expect.stringMatching(/^exhausted 2\/2 PaymentsService.quiet/)]);
  });

  it('are as loud as `operations` says', async () => {
    const { get, logs } = await startApp({
      providers: [PaymentsService],
      options: { policies, operations: { 'PaymentsService.refund': { logging: false } } },
    });
    await fails(get(PaymentsService).refund('4242'));
    expect(logs.of('warn')).toEqual([]);
    expect(logs.of('error')).toEqual([]);
  });

  it('go to the logger of the options', async () => {
    const logger = { log: jest.fn(), error: jest.fn(), warn: jest.fn() };
    const { get, logs } = await startApp({ providers: [PaymentsService], options: { policies, logger } });
    await fails(get(PaymentsService).refund('4242'));
    expect(logger.warn).toHaveBeenCalledWith(
      'retry 2/2 PaymentsService.refund in 0 ms: ECONNREFUSED (policy=calls)',
      'Resilience',
    );
    expect(logger.log).toHaveBeenCalledWith(expect.stringMatching(/polic/), 'Resilience');
    expect(logs.lines.filter(({ context }) => context === 'Resilience')).toEqual([]);
  });

  it('end with the application: what is held back is told, and no timer stays', async () => {
    const { app, get, logs, clock } = await startApp({
      providers: [PaymentsService],
      options: { policies, logging: { maxPerSecond: 1 } },
    });
    await fails(get(PaymentsService).refund('4242'));
    await app.close();
    expect(logs.of('error')).toEqual(['and 1 more: 1 exhausted']);
    expect(clock.pending).toBe(0);
  });
});
