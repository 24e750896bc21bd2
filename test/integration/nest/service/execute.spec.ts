import { concatMap, from, lastValueFrom, NEVER, of, throwError, toArray } from 'rxjs';
import type { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const down = new Error('down');
const policies = { payments: { retry: { maxAttempts: 3, backoff: noBackoff } } };
const start = () => startApp({ options: { policies } });

const unknown = {
  code: 'CONFIG_INVALID',
  issues: ["there is no policy 'paymets', did you mean 'payments'?"],
};

describe('ResilienceService.execute', () => {
  it('gives the attempt of a policy that is switched off the name of the operation, else of the policy', async () => {
    const { service } = await startApp({
      options: { policies: { payments: { retry: {}, enabled: false } } },
    });
    const named = (context: AttemptContext): string => context.operation;

    for (const target of [
      service.policy('payments'),
      { execute: service.execute.bind(service, 'payments') },
    ]) {
      expect(await target.execute(named)).toBe('payments');
      expect(await target.execute(named, { operation: 'charge' })).toBe('charge');
    }
  });

  it('calls once what succeeds at once', async () => {
    const { service } = await start();
    const charge = scripted(['charged']);

    await expect(service.execute('payments', charge)).resolves.toBe('charged');
    expect(charge.calls).toBe(1);
  });

  it('calls three times what fails twice under the preset `default`', async () => {
    const { service, clock } = await start();
    const charge = scripted([down, down, 'charged']);
    const result = service.execute('default', charge);
    await clock.advance('1m');

    await expect(result).resolves.toBe('charged');
    expect(charge.calls).toBe(3);
  });

  it('gives the operation its attempt', async () => {
    const { service } = await start();
    const seen: unknown[] = [];
    await service.execute('payments', ({ attempt, maxAttempts, policy, operation, lastError }) => {
      seen.push([attempt, maxAttempts, policy, operation, lastError]);
      if (attempt < 2) throw down;
    });

    expect(seen).toEqual([
      [1, 3, 'payments', 'payments', undefined],
      [2, 3, 'payments', 'payments', down],
    ]);
  });

  it('rejects with the last error as it is', async () => {
    const { service } = await start();

    expect(await rejection(service.execute('payments', scripted([down])))).toBe(down);
  });

  it('rejects for a policy that does not exist, with the nearest name, and never throws', async () => {
    const { service } = await start();
    const charge = scripted(['charged']);

    expect(await rejection(service.execute('paymets', charge))).toMatchObject(unknown);
    expect(charge.calls).toBe(0);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [Symbol('payments'), 'Symbol(payments)'],
  ])('rejects for %p, which is no name of a policy', async (name, shown) => {
    const { service } = await start();
    const issues = [expect.stringContaining(`there is no policy ${shown}`)];

    expect(await rejection(service.execute(name as never, scripted(['charged'])))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues,
    });
    expect(() => service.explain(name as never)).toThrow('there is no operation or policy');
  });

  it('takes an operation, a signal, a key, idempotence and a deadline', async () => {
    const { service, clock } = await startApp({
      options: { policies: { payments: { ...policies.payments, circuitBreaker: { failureThreshold: 1 } } } },
    });
    const abort = new AbortController();
    const aborted = service.execute('payments', () => new Promise(() => undefined), {
      operation: 'Payments.charge',
      signal: abort.signal,
    });
    abort.abort(down);
    expect(await rejection(aborted)).toBe(down);

    const late = service.execute('payments', () => new Promise(() => undefined), {
      deadline: clock.epoch() + 1000,
    });
    await Promise.all([clock.advance('1s'), rejection(late)]);
    expect(await rejection(late)).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'deadline' });

    const once = scripted([down]);
    await rejection(service.execute('payments', once, { idempotent: false, key: 'a' }));
    expect(once.calls).toBe(1);
    expect(await rejection(service.execute('payments', once, { key: 'a' }))).toMatchObject({
      code: 'CIRCUIT_OPEN',
    });
    await expect(service.execute('payments', async () => 'other', { key: 'b' })).resolves.toBe('other');
    expect(service.breakers().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Payments.charge', 'payments']),
    );
  });
});

describe('ResilienceService.tryExecute', () => {
  it('tells how the call ended, with its report', async () => {
    const { service } = await start();

    expect(await service.tryExecute('payments', scripted([down, 'charged']))).toMatchObject({
      ok: true,
      value: 'charged',
      report: { policy: 'payments', operation: 'payments', attempts: 2, reason: 'success' },
    });
    expect(await service.tryExecute('payments', scripted([down]))).toMatchObject({
      ok: false,
      error: down,
      report: { attempts: 3, reason: 'exhausted' },
    });
  });

  it('never throws, not even for a policy that does not exist or options that are wrong', async () => {
    const { service } = await start();

    expect(await service.tryExecute('paymets', async () => 1)).toMatchObject({
      ok: false,
      error: unknown,
      report: { policy: 'paymets', operation: 'paymets', attempts: 0, reason: 'permanent' },
    });
    const overrides = { retry: { maxAttempts: 0 } };
    expect(await service.tryExecute('payments', async () => 1, { overrides })).toMatchObject({ ok: false });
  });
});

describe('ResilienceService.wrap', () => {
  it('gives a function of the same arguments and `this` under the policy', async () => {
    const { service } = await start();
    const till = {
      calls: 0,
      charge: service.wrap('payments', function (this: any, id: string, amount: number) {
        if (++this.calls < 3) throw down;
        return [id, amount, this.calls] as const;
      }),
    };

    await expect(till.charge('a', 5)).resolves.toEqual(['a', 5, 3]);
  });

  it('rejects each call where the overrides are wrong, and calls nothing', async () => {
    const { service } = await start();
    const charge = scripted(['charged']);
    const wrapped = service.wrap('payments', charge, { overrides: { retry: { maxAttempts: 0 } } });

    for (let call = 0; call < 2; call++)
      expect(await rejection(wrapped())).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(charge.calls).toBe(0);
  });

  it('refuses a policy that does not exist', async () => {
    const { service } = await start();

    expect(() => service.wrap('paymets', async () => 1)).toThrow("did you mean 'payments'?");
  });

  it('takes up options that change later', async () => {
    const { service } = await start();
    const charge = scripted([down]);
    const wrapped = service.wrap('payments', charge);
    service.update('payments', { retry: { maxAttempts: 1 } });
    await rejection(wrapped());

    expect(charge.calls).toBe(1);
  });
});

describe('ResilienceService.observe', () => {
  it('subscribes to the source anew for each attempt, each subscription a call of its own', async () => {
    const { service, events } = await start();
    let subscriptions = 0;
    const source$ = service.observe('payments', ({ attempt }) => {
      subscriptions++;
      return attempt < 3 ? throwError(() => down) : of(attempt, 'more');
    });

    await expect(lastValueFrom(source$.pipe(toArray()))).resolves.toEqual([3, 'more']);
    await expect(lastValueFrom(source$.pipe(toArray()))).resolves.toEqual([3, 'more']);
    expect(subscriptions).toBe(6);
    expect(events.filter(({ type }) => type === 'success')).toHaveLength(2);
  });

  it('errors for a policy that does not exist', async () => {
    const { service } = await start();

    expect(await rejection(lastValueFrom(service.observe('paymets', () => of(1))))).toMatchObject(unknown);
  });

  it('ends when the caller aborts, and when he unsubscribes', async () => {
    const { service, clock } = await start();
    const abort = new AbortController();
    const signals: AbortSignal[] = [];
    const source = ({ signal }: AttemptContext) => {
      signals.push(signal);
      return NEVER;
    };
    const ended = lastValueFrom(service.observe('payments', source, { signal: abort.signal }));
    const left = service.observe('payments', source, { signal: abort.signal }).subscribe();
    left.unsubscribe();
    await clock.advance(0);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);

    abort.abort(down);
    expect(await rejection(ended)).toBe(down);
    expect(signals[0]?.aborted).toBe(true);
    expect(service.stats('payments')).toMatchObject({ calls: 2, aborted: 2, failures: 0 });
  });

  it('is also an operator', async () => {
    const { service } = await start();
    let calls = 0;
    const source$ = from([1, 2]).pipe(
      concatMap((item) => {
        if (++calls === 1) throw down;
        return of(item);
      }),
      service.withPolicy('payments'),
      toArray(),
    );

    await expect(lastValueFrom(source$)).resolves.toEqual([1, 2]);
  });
});

describe('ResilienceService.attempts', () => {
  it('retries the body of a loop', async () => {
    const { service } = await start();
    const seen: number[] = [];
    let result: string | undefined;
    for await (const attempt of service.attempts('payments')) {
      result = await attempt.run(async () => {
        seen.push(attempt.attempt);
        if (attempt.attempt < 3) throw down;
        return 'done';
      });
    }

    expect(result).toBe('done');
    expect(seen).toEqual([1, 2, 3]);
  });

  it('throws the last error', async () => {
    const { service } = await start();
    const loop = async (): Promise<void> => {
      for await (const attempt of service.attempts('payments')) {
        await attempt.run(async () => Promise.reject(down));
      }
    };

    expect(await rejection(loop())).toBe(down);
  });

  it('throws for a policy that does not exist', async () => {
    const { service } = await start();
    const loop = async (): Promise<void> => {
      for await (const attempt of service.attempts('paymets')) await attempt.run(() => undefined);
    };

    expect(await rejection(loop())).toMatchObject(unknown);
  });
});
