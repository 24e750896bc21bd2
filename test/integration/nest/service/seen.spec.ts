import { Injectable } from '@nestjs/common';
import { filter, map } from 'rxjs';
import type { ResilienceEvent } from '../../../../lib/core/events/event-types.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import type { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const down = new Error('down');
const policies = {
  payments: { retry: { maxAttempts: 3, backoff: noBackoff } },
  orders: { retry: { maxAttempts: 2, backoff: noBackoff } },
};

@Injectable()
class Payments {
  @Retryable('payments', { timeout: '4s' })
  async charge(): Promise<void> {
    throw down;
  }
}

const start = () => startApp({ options: { policies }, providers: [Payments] });

describe('ResilienceService.stats', () => {
  it('counts a policy, methods and calls by hand together, and all policies', async () => {
    const { service, app } = await start();
    await rejection(app.get(Payments).charge());
    await service.execute('payments', scripted([down, 'done']));
    await service.execute('orders', scripted(['done']));

    expect(service.stats('payments')).toMatchObject({
      calls: 2,
      attempts: 5,
      retries: 3,
      successes: 1,
      failures: 1,
      successRate: 0.5,
      averageRetries: 1.5,
    });
    expect(service.stats()).toMatchObject({ calls: 3, attempts: 6, successes: 2 });
    expect(service.policy('orders').stats()).toMatchObject({ calls: 1 });
    expect(service.stats('network')).toMatchObject({ calls: 0, successRate: 1, averageRetries: 0 });
  });
});

describe('ResilienceService.recordAttempt', () => {
  const attempt = { operation: 'S3.put', policy: 'payments', attempt: 2, duration: 12 } as const;

  it('counts attempts made elsewhere, and tells the listeners of their policy', async () => {
    const { service, events } = await start();
    const ofPolicy = jest.fn();
    service.policy('payments').events.onAny(ofPolicy);
    service.recordAttempt({ ...attempt, outcome: 'failure', error: down });
    service.recordAttempt({ ...attempt, attempt: 3, outcome: 'success' });

    expect(service.stats('payments')).toMatchObject({
      calls: 0,
      attempts: 2,
      retries: 0,
      averageRetries: 0,
      successes: 0,
      successRate: 1,
    });
    expect(events).toEqual([
      expect.objectContaining({
        type: 'attemptFailed',
        operation: 'S3.put',
        policy: 'payments',
        attempt: 2,
        duration: 12,
        error: down,
        category: 'unknown',
        recorded: true,
        callId: '',
      }),
      expect.objectContaining({ type: 'success', attempt: 3, recorded: true }),
    ]);
    expect(ofPolicy).toHaveBeenCalledTimes(2);
  });

  it('takes policies that only the SDK knows', async () => {
    const { service, events } = await start();
    service.recordAttempt({ operation: 'S3.put', policy: 'aws-sdk', attempt: 1, outcome: 'success' });

    expect(events).toHaveLength(1);
    expect(service.stats('aws-sdk')).toMatchObject({ attempts: 1, retries: 0 });
  });

  it('refuses what is no attempt', async () => {
    const { service } = await start();
    const wrong = { operation: '', policy: 5, attempt: 0, outcome: 'ok', duration: NaN };

    expect(() => service.recordAttempt(wrong as never)).toThrow(
      expect.objectContaining({
        issues: [
          'recordAttempt.policy: expected a non-empty string (got 5)',
          "recordAttempt.operation: expected a non-empty string (got '')",
          'recordAttempt.attempt: expected an integer >= 1 (got 0)',
          "recordAttempt.outcome: expected 'success' or 'failure' (got 'ok')",
          'recordAttempt.duration: expected milliseconds, 0 or more (got NaN)',
        ],
      }),
    );
    expect(service.stats().attempts).toBe(0);
  });
});

describe('ResilienceService.explain', () => {
  it('tells every effective value of an operation with its source', async () => {
    const { service } = await start();

    expect(service.explain('Payments.charge')).toEqual(
      expect.arrayContaining([
        { path: 'enabled', value: true, source: 'default' },
        { path: 'timeout.total', value: '4s', source: '@Retryable of Payments.charge' },
        { path: 'retry.maxAttempts', value: 3, source: 'forRoot' },
        { path: 'retry.nested', value: 'stop', source: 'default' },
      ]),
    );
  });

  it('tells those of a policy', async () => {
    const { service } = await start();

    expect(service.explain('quick')).toContainEqual({
      path: 'timeout.total',
      value: '5s',
      source: "preset 'quick'",
    });
  });

  it('refuses what is neither, with the nearest', async () => {
    const { service } = await start();

    expect(() => service.explain('Payments.chrage')).toThrow(
      "there is no operation or policy 'Payments.chrage', did you mean 'Payments.charge'?",
    );
  });
});

describe('ResilienceService.events$', () => {
  it('tells of every policy, with the call’s names', async () => {
    const { service, events } = await start();
    await service.execute('payments', scripted([down, 'done']), { operation: 'Payments.list' });

    expect(events.map(({ type }) => type)).toEqual([
      'attemptStarted',
      'attemptFailed',
      'retry',
      'attemptStarted',
      'success',
    ]);
    expect(new Set(events.map(({ callId }) => callId)).size).toBe(1);
    expect(
      events.every(({ policy, operation }) => policy === 'payments' && operation === 'Payments.list'),
    ).toBe(true);
  });

  it('leaves no listener behind when it is unsubscribed', async () => {
    const { service } = await start();
    const heard: ResilienceEvent[] = [];
    for (let times = 0; times < 100; times++)
      service.events$.subscribe((event) => heard.push(event)).unsubscribe();
    await service.execute('payments', scripted(['done']));

    expect(heard).toEqual([]);
  });

  it.each<[string, (events$: ResilienceService['events$'], fail: () => never) => unknown]>([
    ['a function', (events$, fail) => events$.subscribe(fail)],
    ['an observer', (events$, fail) => events$.subscribe({ next: fail })],
    [
      'behind operators',
      (events$, fail) =>
        events$
          .pipe(
            filter(() => true),
            map(String),
          )
          .subscribe(fail),
    ],
  ])('harms nothing when a subscriber throws, as %s, and says so once', async (_, subscribe) => {
    const { service, events } = await start();
    const fault = new Error('listener');
    subscribe(service.events$, () => {
      throw fault;
    });
    await expect(service.execute('payments', scripted(['done']))).resolves.toBe('done');

    expect(events.filter(({ type }) => type !== 'diagnostic').map(({ type }) => type)).toEqual([
      'attemptStarted',
      'success',
    ]);
    expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([
      expect.objectContaining({ source: 'listener', error: fault }),
      expect.objectContaining({ source: 'listener', error: fault }),
    ]);
  });

  it('harms nothing when a subscriber throws at the error of its own operators, and says so', async () => {
    const { service, events } = await start();
    const [ofOperator, ofSubscriber] = [new Error('operator'), new Error('subscriber')];
    const throws = (fault: Error) => (): never => {
      throw fault;
    };
    const told = jest.fn(throws(ofSubscriber));
    service.events$.pipe(map(throws(ofOperator))).subscribe({ error: told });
    await expect(service.execute('payments', scripted(['done']))).resolves.toBe('done');

    expect(told.mock.calls).toEqual([[ofOperator]]);
    expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([
      expect.objectContaining({ source: 'listener', error: ofSubscriber }),
    ]);
  });

  it('tells each of three functions what it is for', async () => {
    const { app, service } = await start();
    const [next, failed, complete] = [jest.fn(), jest.fn(), jest.fn()];
    const fault = new Error('operator');
    service.events$.subscribe(next, failed, complete);
    service.events$.subscribe(null, null, complete);
    service.events$
      .pipe(
        map(() => {
          throw fault;
        }),
      )
      .subscribe(next, failed, complete);
    await service.execute('payments', scripted(['done']));
    await app.close();

    expect(next.mock.calls.map(([event]) => (event as ResilienceEvent).type)).toEqual([
      'attemptStarted',
      'success',
    ]);
    expect(failed.mock.calls).toEqual([[fault]]);
    expect(complete).toHaveBeenCalledTimes(2);
  });

  it('completes when the application ends', async () => {
    const { app, service } = await start();
    const complete = jest.fn();
    service.events$.subscribe({ complete });
    await app.close();

    expect(complete).toHaveBeenCalledTimes(1);
  });

  it('is complete for who subscribes after the end', async () => {
    const { app, service } = await start();
    await app.close();
    const complete = jest.fn();
    service.events$.subscribe({ complete });

    expect(complete).toHaveBeenCalledTimes(1);
  });
});
