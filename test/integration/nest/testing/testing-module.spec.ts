import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { ResilienceTestingModule } from '../../../../lib/testing/nest/resilience-testing.module.js';
import { protect } from '../../../../lib/testing/nest/protect.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { LogLines } from '../../../support/decorated-app.js';
import { rejection } from '../../../support/virtual-policy.js';

class Client {
  charge: () => Promise<string> = scripted([new Error('down')]);
}

@Injectable()
class Payments {
  constructor(
    readonly client: Client,
    readonly config: ConfigService,
  ) {}

  @Retryable('payments')
  async charge(): Promise<string> {
    return this.client.charge();
  }
}

const client = (script: readonly unknown[]) => ({ charge: scripted(script) });

/** Answers everything with itself, as mocks do that nobody told anything. */
function mock(): object {
  const answer: object = new Proxy(() => undefined, {
    get: (_target, key) => (key === 'then' ? undefined : answer),
    apply: () => answer,
  });
  return answer;
}

describe('ResilienceTestingModule', () => {
  it('protects what stands alone, with delays that take no time', async () => {
    const fake = client([new Error('down'), new Error('down'), 'charged']);
    const app = await Test.createTestingModule({
      imports: [ResilienceTestingModule.forRoot({ policies: { payments: { retry: {} } } })],
      providers: [
        Payments,
        { provide: Client, useValue: fake },
        { provide: ConfigService, useValue: { get: () => undefined } },
      ],
    }).compile();
    await app.init();

    await expect(app.get(Payments).charge()).resolves.toBe('charged');
    expect(fake.charge.calls).toBe(3);
    await app.close();
  });

  it('takes a clock', async () => {
    const clock = new VirtualClock();
    const fake = client([new Error('down'), 'charged']);
    const policies = { payments: { retry: { backoff: { jitter: false } } } };
    const app = await Test.createTestingModule({
      imports: [ResilienceTestingModule.forRoot({ clock, policies })],
      providers: [
        Payments,
        { provide: Client, useValue: fake },
        { provide: ConfigService, useValue: mock() },
      ],
    }).compile();
    const result = app.get(Payments).charge();

    await clock.advance('999ms');
    expect(fake.charge.calls).toBe(1);
    await clock.advance('1ms');
    await expect(result).resolves.toBe('charged');
    await app.close();
  });

  it('is refused beside the module itself', async () => {
    const builder = Test.createTestingModule({
      imports: [ResilienceModule.forRoot(), ResilienceTestingModule.forRoot()],
    }).setLogger(new LogLines());

    await expect(builder.compile()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [expect.stringContaining('forFeature')],
    });
  });
});

describe('a mock of useMocker', () => {
  it('never counts as a runtime: methods run bare, and that is said', async () => {
    const fake = client([new Error('down'), 'charged']);
    const logs = new LogLines();
    const app = await Test.createTestingModule({ providers: [Payments, { provide: Client, useValue: fake }] })
      .useMocker(mock)
      .setLogger(logs)
      .compile();

    await expect(app.get(Payments).charge()).rejects.toThrow('down');
    expect(fake.charge.calls).toBe(1);
    expect(logs.of('error')).toEqual([expect.stringContaining('ResilienceModule.forRoot()')]);
  });

  it('never counts as a configuration', async () => {
    const fake = client([new Error('down'), 'charged']);
    const app = await Test.createTestingModule({
      imports: [ResilienceTestingModule.forRoot({ policies: { payments: { retry: {} } } })],
      providers: [Payments, { provide: Client, useValue: fake }],
    })
      .useMocker(mock)
      .compile();
    await app.init();

    await expect(app.get(Payments).charge()).resolves.toBe('charged');
    await app.close();
  });
});

describe('protect', () => {
  it('refuses an instance of a running application, and takes it over once that has ended', async () => {
    const fake = client([new Error('down')]);
    const app = await Test.createTestingModule({
      imports: [ResilienceTestingModule.forRoot({ policies: { payments: { retry: {} } } })],
      providers: [Payments, { provide: Client, useValue: fake }, { provide: ConfigService, useValue: {} }],
    }).compile();
    const payments = app.get(Payments);

    await expect(protect(payments)).rejects.toThrow('overrideResilience()');
    await app.close();
    const { instance } = await protect(payments, { policies: { payments: { retry: { maxAttempts: 2 } } } });
    await rejection(instance.charge());

    expect(fake.charge.calls).toBe(2);
  });
});
