import { Injectable } from '@nestjs/common';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { rejection, watched } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const down = new Error('down');
const never = (): Promise<never> => new Promise(() => undefined);

@Injectable()
class Payments {
  calls = 0;

  @Retryable('patient')
  async charge(): Promise<string> {
    this.calls++;
    throw down;
  }
}

const policies = {
  patient: { retry: { backoff: { initialDelay: '20s', jitter: false } }, timeout: '5m' },
  slow: { timeout: { total: '1m', attempt: '30s' } },
  probing: {
    circuitBreaker: { failureThreshold: 1, resetTimeout: '1s', maxResetTimeout: '1s' },
    timeout: '1m',
  },
  answered: { fallback: { handlers: [never], timeout: '1m' } },
} as const;

const start = (shutdownGrace: string | number = '10s') =>
  startApp({ options: { policies, shutdownGrace }, providers: [Payments] });

describe('app.close()', () => {
  it('ends 100 sleeping retries at once, each with a ShutdownError of its own that tells the last error', async () => {
    const { app, clock, get } = await start();
    const payments = get(Payments);
    const calls = Array.from({ length: 100 }, () => rejection(payments.charge()));
    await clock.advance(0);
    expect(clock.pending).toBeGreaterThan(0);

    await app.close();
    const errors = await Promise.all(calls);

    expect(payments.calls).toBe(100);
    expect(new Set(errors).size).toBe(100);
    expect(errors[0]).toMatchObject({
      code: 'SHUTDOWN',
      policy: 'patient',
      operation: 'Payments.charge',
      cause: down,
    });
    expect(clock.pending).toBe(0);
  });

  it('lets a running attempt come to its end', async () => {
    const { app, clock, service } = await start();
    let finish = (_value: string): void => undefined;
    const call = service.execute('slow', ({ signal }) => {
      void signal.aborted;
      return new Promise<string>((resolve) => {
        finish = resolve;
      });
    });
    const closed = watched(app.close());
    await clock.advance('9s');
    expect(closed.settled).toBe(false);

    finish('done');
    await expect(call).resolves.toBe('done');
    await clock.advance(0);
    expect(closed.settled).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('aborts the signal of a running attempt once the grace is over', async () => {
    const { app, clock, service } = await start();
    const signals: AbortSignal[] = [];
    const call = rejection(
      service.execute('slow', ({ signal }) => {
        signals.push(signal);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      }),
    );
    const closed = watched(app.close());
    await clock.advance('9999ms');
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance('1ms');

    expect(signals[0]?.aborted).toBe(true);
    expect(await call).toMatchObject({ code: 'SHUTDOWN', policy: 'slow' });
    expect(closed.settled).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer of calls that never settle, whatever bounds them', async () => {
    const { app, clock, service } = await start(100);
    void rejection(service.execute('slow', never));
    void rejection(service.execute('slow', ({ signal }) => (signal.aborted ? down : never())));
    await rejection(service.execute('probing', scripted([down])));
    await clock.advance('1s');
    void rejection(service.execute('probing', never));
    expect(service.breaker('probing').snapshot()).toMatchObject({ state: 'halfOpen', probes: 1 });
    void rejection(service.execute('answered', scripted([down])));
    void rejection(service.execute('network', never, { deadline: clock.epoch() + 60_000 }));
    await clock.advance(0);
    expect(clock.pending).toBeGreaterThanOrEqual(5);

    const closed = app.close();
    await clock.advance(100);
    await closed;

    expect(clock.pending).toBe(0);
  });

  it('makes no retry of an attempt that fails meanwhile', async () => {
    const { app, clock, service } = await start();
    let fail = (_error: unknown): void => undefined;
    const call = service.execute('patient', ({ signal }) => {
      void signal;
      return new Promise((_resolve, reject) => {
        fail = reject;
      });
    });
    const closed = app.close();
    fail(down);

    expect(await rejection(call)).toMatchObject({ code: 'SHUTDOWN', cause: down });
    await clock.advance(0);
    await closed;
    expect(service.stats('patient')).toMatchObject({ attempts: 1, retries: 0 });
  });

  it('counts as no failure of the dependency', async () => {
    const { app, clock, service } = await startApp({
      options: {
        policies: { bank: { retry: {}, circuitBreaker: { failureThreshold: 2 } } },
        shutdownGrace: 10,
      },
    });
    const call = rejection(
      service.execute('bank', ({ signal }) => {
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(down));
        });
      }),
    );
    const closed = app.close();
    await clock.advance(10);
    await Promise.all([closed, call]);

    expect(service.breaker('bank').snapshot()).toMatchObject({ state: 'closed', failures: 0 });
  });
});

describe('after app.close()', () => {
  it('every call is refused with a ShutdownError, and nothing is invoked', async () => {
    const { app, service, get } = await start();
    const payments = get(Payments);
    await app.close();
    const operation = scripted(['done']);
    const loop = async (): Promise<void> => {
      for await (const attempt of service.attempts('patient')) await attempt.run(operation);
    };
    const errors = [
      await rejection(payments.charge()),
      await rejection(service.execute('patient', operation)),
      await rejection(service.wrap('patient', operation)()),
      await rejection(loop()),
    ];

    for (const error of errors) expect(error).toMatchObject({ code: 'SHUTDOWN', policy: 'patient' });
    expect(await service.tryExecute('patient', operation)).toMatchObject({
      ok: false,
      error: { code: 'SHUTDOWN' },
      report: { attempts: 0, reason: 'shutdown' },
    });
    expect([payments.calls, operation.calls]).toEqual([0, 0]);
  });

  it('nobody listens any more', async () => {
    const { app, service, events } = await start();
    const listener = jest.fn();
    service.policy('patient').events.onAny(listener);
    await app.close();
    const before = events.length;
    await rejection(service.execute('patient', scripted(['done'])));

    expect(listener).not.toHaveBeenCalled();
    expect(events).toHaveLength(before);
  });

  it('a second close() changes nothing', async () => {
    const { app } = await start();
    await app.close();

    await expect(app.close()).resolves.toBeUndefined();
  });
});
