import { Injectable, Scope } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import { lastValueFrom, Observable, toArray } from 'rxjs';
import { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { currentAttempt } from '../../../../lib/nest/context/current-attempt.js';
import { outgoingHeaders } from '../../../../lib/nest/context/context-headers.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, watched } from '../../../support/virtual-policy.js';

const policies = {
  outer: { timeout: { total: '10s', attempt: '4s' }, retry: { maxAttempts: 3, backoff: noBackoff } },
  inner: { timeout: '6s' },
  unlimited: {},
  stream: { timeout: { total: '3s', stream: { total: '1m' } } },
};
const carrying = { policies, propagateContext: true };
const hangs = (): Promise<never> => new Promise(() => {});

afterEach(closeApps);

@Injectable()
class Rates {
  seen: unknown[] = [];

  @Resilient('inner')
  async load(): Promise<void> {
    await nextTurn();
    const attempt = currentAttempt();
    this.seen.push([attempt?.operation, attempt?.remaining()]);
  }

  @Resilient('inner')
  async hang(): Promise<never> {
    return hangs();
  }
}

@Injectable()
class Orders {
  constructor(readonly rates: Rates) {}

  @Resilient('outer')
  async place(@Attempt() attempt?: AttemptContext): Promise<unknown> {
    await this.rates.load();
    if (attempt?.attempt !== 2) throw new Error('down');
    return [currentAttempt() === attempt, outgoingHeaders()];
  }

  @Resilient('outer')
  async wait(): Promise<unknown> {
    return this.rates.hang();
  }

  @Resilient('unlimited')
  async unlimited(): Promise<unknown> {
    return outgoingHeaders();
  }

  @Resilient('stream')
  async *lines(): AsyncGenerator<unknown> {
    try {
      yield [currentAttempt()?.operation, outgoingHeaders()];
      await nextTurn();
      yield [currentAttempt()?.operation, outgoingHeaders()];
    } finally {
      this.closedIn = currentAttempt()?.operation;
    }
  }

  closedIn: string | undefined;
  source = new Observable<unknown>((subscriber) => {
    void (async () => {
      subscriber.next(currentAttempt()?.operation);
      await nextTurn();
      subscriber.next(currentAttempt()?.operation);
      subscriber.complete();
    })();
    return () => {
      this.closedIn = currentAttempt()?.operation;
    };
  });

  @Resilient('stream')
  observe(): Observable<unknown> {
    return this.source;
  }
}

const providers = [Orders, Rates];

describe('with propagateContext', () => {
  it('a method finds its attempt, and the inner call that of its own', async () => {
    const { get } = await startApp({ providers, options: carrying });
    const orders = get(Orders);
    const answer = await orders.place();

    expect(answer).toEqual([true, { 'x-request-deadline-ms': '4000', 'x-retry-attempt': '2' }]);
    expect(orders.rates.seen).toEqual([
      ['Rates.load', 4000],
      ['Rates.load', 4000],
    ]);
  });

  it('an inner call ends with the attempt that it is made in', async () => {
    const { get, clock, events } = await startApp({ providers, options: carrying });
    const result = watched(get(Orders).wait());
    await clock.advance('10s');

    expect(result.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', policy: 'outer', scope: 'total' });
    const inner = events.filter(({ type, policy }) => type === 'failure' && policy === 'inner');
    expect(inner).toHaveLength(3);
    expect(inner.map((event) => 'duration' in event && event.duration)).toEqual([4000, 4000, 2000]);
    expect(clock.pending).toBe(0);
  });

  it('an attempt without a limit sends no deadline', async () => {
    const { get } = await startApp({ providers, options: carrying });

    expect(await get(Orders).unlimited()).toEqual({ 'x-retry-attempt': '1' });
  });

  it('a call through the service carries its attempt along', async () => {
    const { service, get } = await startApp({ providers, options: carrying });
    const left = await service.execute('outer', async (ctx) => {
      await get(Rates).load();
      return currentAttempt() === ctx;
    });

    expect(left).toBe(true);
    expect(get(Rates).seen).toEqual([['Rates.load', 4000]]);
  });

  it('the headers name the highest attempt around them, and the time in whole milliseconds', async () => {
    const { service, clock } = await startApp({ options: carrying });
    const headers: unknown[] = [];
    await service.execute('outer', async ({ attempt }) => {
      if (attempt < 3) throw new Error('down');
      await clock.advance(0.25);
      await service.execute('inner', () => headers.push(outgoingHeaders()));
    });

    expect(headers).toEqual([{ 'x-request-deadline-ms': '3999', 'x-retry-attempt': '3' }]);
  });

  it('code outside of calls finds nothing', async () => {
    await startApp({ providers, options: carrying });

    expect([currentAttempt(), outgoingHeaders()]).toEqual([undefined, {}]);
  });

  it('an iterable runs in its attempt, who ever asks for items, and goes on without its deadline', async () => {
    const { get } = await startApp({ providers, options: carrying });
    const orders = get(Orders);
    const items: unknown[] = [];
    for await (const item of orders.lines()) items.push(item, currentAttempt());

    expect(items).toEqual([
      ['Orders.lines', { 'x-request-deadline-ms': '3000', 'x-retry-attempt': '1' }],
      undefined,
      ['Orders.lines', { 'x-retry-attempt': '1' }],
      undefined,
    ]);
    expect(orders.closedIn).toBe('Orders.lines');
  });

  it('an iterable that is left early is closed in its attempt', async () => {
    const { get, service } = await startApp({ providers, options: carrying });
    const orders = get(Orders);
    await service.execute('outer', async () => {
      for await (const _ of orders.lines()) break;
    });

    expect(orders.closedIn).toBe('Orders.lines');
  });

  it('a stream ends with the attempt that it is read in', async () => {
    const { service, clock } = await startApp({ options: carrying });
    const ends: unknown[] = [];
    const source = new Observable((subscriber) => subscriber.next('first'));
    const call = service.execute('outer', () => {
      service.observe('stream', () => source).subscribe({ error: (error: unknown) => ends.push(error) });
      return hangs();
    });
    void watched(call);
    await clock.advance(3999);
    expect(ends).toEqual([]);
    await clock.advance(1);

    expect(ends).toMatchObject([{ code: 'TIMEOUT_EXCEEDED', scope: 'stream', timeout: 4000 }]);
  });

  it('an Observable runs in its attempt, and its subscriber outside', async () => {
    const { get } = await startApp({ providers, options: carrying });
    const orders = get(Orders);
    const outside: unknown[] = [];
    const note = (): void => void outside.push(currentAttempt());
    const items = orders.observe();
    await new Promise<void>((complete) => {
      items.subscribe({ next: note, complete: () => complete(note()) });
    });

    expect(outside).toEqual([undefined, undefined, undefined]);
    expect(await lastValueFrom(items.pipe(toArray()))).toEqual(['Orders.observe', 'Orders.observe']);
    expect(orders.closedIn).toBe('Orders.observe');
  });

  it('a hundred instances of request scope each find their own attempt', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Account {
      @Resilient('outer')
      async load(token: number, @Attempt() attempt?: AttemptContext): Promise<unknown> {
        await nextTurn();
        if (attempt?.attempt !== 1 + (token % 3)) throw new Error('down');
        return [token, currentAttempt() === attempt];
      }
    }
    const { app } = await startApp({ providers: [Account], options: { ...carrying, logging: false } });
    const answers = await Promise.all(
      [...Array(100).keys()].map(async (token) => {
        const account = await app.resolve(Account, ContextIdFactory.create(), { strict: false });
        return account.load(token);
      }),
    );

    expect(answers).toEqual([...Array(100).keys()].map((token) => [token, true]));
  });
});

describe('without propagateContext', () => {
  it('nobody finds an attempt, nor headers', async () => {
    const { service } = await startApp({ options: { policies } });

    expect(await service.execute('outer', () => [currentAttempt(), outgoingHeaders()])).toEqual([
      undefined,
      {},
    ]);
  });

  it('an inner call knows nothing of the outer one, be it of an application that carries its own along', async () => {
    const first = await startApp({ options: carrying });
    const second = await startApp({ options: { policies } });
    const left = await first.service.execute('outer', () =>
      second.service.execute('inner', (ctx) => ctx.remaining()),
    );

    expect(left).toBe(6000);
  });
});
