import { Injectable } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Bulkhead } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { heldOperation, settled } from '../../../support/held-operation.js';
import { rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

@Injectable()
class Reports {
  private readonly held = heldOperation();
  readonly runs = this.held.runs;

  @Resilient('reports')
  async render(): Promise<unknown> {
    return this.held.operation();
  }

  @Bulkhead({ name: 'printer', maxConcurrent: 3 })
  @Resilient('plain')
  async print(): Promise<unknown> {
    return this.held.operation();
  }
}

const policies = {
  reports: { bulkhead: { maxConcurrent: 2, maxQueue: 10 } },
  limited: { rateLimiter: { limit: 2, interval: '10s' } },
  plain: {},
  hedged: { idempotent: true, hedge: { delay: '1s', budget: { ratio: 1 } } },
} as const;

const start = () => startApp({ options: { policies }, providers: [Reports] });

describe('a reload', () => {
  it('serves calls that wait in a bulkhead which has become larger', async () => {
    const { get, service } = await start();
    const reports = get(Reports);
    for (let call = 0; call < 6; call++) void rejection(reports.render());
    expect(reports.runs).toHaveLength(2);

    service.update('reports', { bulkhead: { maxConcurrent: 5 } });
    await settled();
    expect(reports.runs).toHaveLength(5);
  });

  it('serves those of calls by hand, too, whichever operation they name', async () => {
    const { service } = await start();
    const { runs, operation } = heldOperation();
    for (let call = 0; call < 4; call++)
      void rejection(service.execute('reports', operation, { operation: 'By.hand' }));
    service.update('reports', { bulkhead: { maxConcurrent: 3 } });
    await settled();
    expect(runs).toHaveLength(3);
  });

  it('reaches a smaller limit as calls end, and keeps the order of those who wait', async () => {
    const { get, service } = await start();
    const reports = get(Reports);
    const order: number[] = [];
    for (let call = 0; call < 4; call++) void reports.render().then(() => order.push(call));
    service.update('reports', { bulkhead: { maxConcurrent: 1 } });
    for (let run = 0; run < 4; run++) {
      const running = reports.runs.length;
      reports.runs[run]?.resolve();
      await settled();
      expect(reports.runs.length - running).toBe(run === 0 || run === 3 ? 0 : 1);
    }
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('changes the rate of a limiter without filling it up', async () => {
    const { service, clock } = await start();
    const call = () => service.execute('limited', async () => 'fine');
    await call();
    await call();
    service.update('limited', { rateLimiter: { interval: '2s' } });
    expect(await rejection(call())).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1000 });
    await clock.advance(1000);
    await expect(call()).resolves.toBe('fine');
  });

  it('keeps a circuit, a bulkhead and a rate limit of which nothing was changed as they are', async () => {
    const { get, service } = await start();
    const reports = get(Reports);
    for (let call = 0; call < 12; call++) void rejection(reports.render());
    await service.execute('limited', async () => 1);
    await service.execute('limited', async () => 1);
    await service.reload();
    expect(await rejection(reports.render())).toMatchObject({ code: 'BULKHEAD_FULL' });
    expect(await rejection(service.execute('limited', async () => 1))).toMatchObject({
      code: 'RATE_LIMITED',
    });
    expect(reports.runs).toHaveLength(2);
  });

  it('lets a bulkhead be defined anew by another place than before', async () => {
    const { get, service } = await start();
    for (let call = 0; call < 3; call++) void get(Reports).print();
    service.register('printing', { bulkhead: { name: 'printer' } });
    expect(await rejection(service.execute('printing', async () => 1))).toMatchObject({ maxConcurrent: 3 });
    expect(() => service.update('printing', { bulkhead: { maxConcurrent: 4 } })).not.toThrow();
  });

  it('changes the delay of hedges for the next call', async () => {
    const { service, clock } = await start();
    const { runs, operation } = heldOperation();
    service.update('hedged', { hedge: { delay: '3s' } });
    void service.execute('hedged', operation);
    await clock.advance(2999);
    expect(runs).toHaveLength(1);
    await clock.advance(1);
    expect(runs).toHaveLength(2);
  });

  it('gives options back their defaults that no source gives any more', async () => {
    const given = { policies: { reports: { bulkhead: { maxConcurrent: 1 } }, other: { bulkhead: {} } } };
    const load = () => ({ resilience: { policies: { other: { bulkhead: { maxConcurrent: 1 } } } } });
    const { service, app } = await startApp({
      options: { policies: { ...policies, other: { bulkhead: {} } } },
      imports: [ConfigModule.forRoot({ ignoreEnvFile: true, load: [load] })],
    });
    const { operation } = heldOperation();
    void service.execute('other', operation);
    expect(await rejection(service.execute('other', operation))).toMatchObject({ maxConcurrent: 1 });

    const config = app.get(ConfigService, { strict: false }) as unknown as { internalConfig: object };
    Object.assign(config.internalConfig, { resilience: given });
    await service.reload();
    for (let call = 0; call < 9; call++) void service.execute('other', operation);
    expect(await rejection(service.execute('other', operation))).toMatchObject({ maxConcurrent: 10 });
  });
});

describe('the breakers after a reload', () => {
  const options = {
    policies: {
      ...policies,
      bank: { circuitBreaker: { failureThreshold: 2 } },
      mail: { circuitBreaker: { name: 'smtp' } },
    },
  };
  const namesOf = ({ service }: Awaited<ReturnType<typeof start>>) =>
    service.breakers().map(({ name }) => name);

  it('are those of the operations that calls have named, and none of the policy’s name beside them', async () => {
    const app = await startApp({ options });
    await app.service.execute('bank', async () => 1, { operation: 'Bank.pay' });
    expect(namesOf(app)).toEqual(['smtp', 'Bank.pay']);
    for (let times = 0; times < 3; times++) {
      await app.service.reload();
      expect(namesOf(app)).toEqual(['smtp', 'Bank.pay']);
    }
    await app.service.execute('bank', async () => 1);
    await app.service.reload();
    expect(namesOf(app)).toEqual(['smtp', 'Bank.pay', 'bank']);
  });

  it('do not count a policy as called whose breaker has only had a name', async () => {
    const app = await startApp({ options });
    app.service.update('mail', { circuitBreaker: { name: false } });
    expect(namesOf(app)).toEqual([]);
  });
});
