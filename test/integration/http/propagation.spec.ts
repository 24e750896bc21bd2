import { Controller, Get, Inject, Injectable, Post, Sse } from '@nestjs/common';
import { concat, defer, from, map, type Observable } from 'rxjs';
import { nextTurn } from '../../../lib/core/time/system-clock.js';
import { currentAttempt } from '../../../lib/nest/context/current-attempt.js';
import { outgoingHeaders } from '../../../lib/nest/context/context-headers.js';
import { Resilient } from '../../../lib/nest/decorators/resilient.decorator.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import type { ResilienceModuleOptions } from '../../../lib/nest/resilience-options.interface.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { closeAll, listen, platforms, unavailable, until, type TestApp } from './support.js';

interface Answer {
  readonly remaining?: number;
  readonly operation?: string;
  readonly headers: Record<string, string>;
}

const hangs = (): Promise<never> => new Promise(() => {});

const answer = (): Answer => ({
  remaining: currentAttempt()?.remaining() ?? -1,
  operation: currentAttempt()?.operation ?? 'none',
  headers: outgoingHeaders(),
});

@Injectable()
class Prices {
  @Resilient('inner')
  async load(): Promise<Answer> {
    return answer();
  }
}

let calls = 0;
let hanging = 0;

@Controller()
class OrdersController {
  constructor(@Inject(Prices) private readonly prices: Prices) {}

  @Get('protected')
  @UsePolicy('edge')
  async protected(): Promise<Answer[]> {
    await Promise.resolve();
    return [answer(), await this.prices.load()];
  }

  @Get('retried')
  @UsePolicy('edge', { retry: { backoff: { type: 'fixed', initialDelay: 0 } } })
  retried(): Answer {
    if (++calls % 3 !== 0) throw unavailable();
    return answer();
  }

  @Get('bare')
  async bare(): Promise<Answer[]> {
    return [answer(), await this.prices.load()];
  }

  @Post('hang')
  @UsePolicy('edge')
  hang(): Promise<never> {
    hanging++;
    return hangs();
  }

  @Sse('events')
  @UsePolicy('edge')
  events(): Observable<{ data: string }> {
    const price = defer(() => from(this.prices.load()));
    const later = defer(() => from(nextTurn().then(() => this.prices.load())));
    return concat(price, later).pipe(map(({ headers }) => ({ data: JSON.stringify(headers) })));
  }

  @Get('relay')
  @UsePolicy('edge')
  async relay(): Promise<unknown> {
    const response = await fetch(target, { headers: outgoingHeaders() });
    return response.json();
  }
}

let target = '';

const policies = { edge: { timeout: '10s' }, inner: { timeout: '20s' } };

async function start(
  Adapter: (typeof platforms)[number][1],
  propagateContext: ResilienceModuleOptions['propagateContext'],
): Promise<TestApp & { clock: VirtualClock }> {
  const clock = new VirtualClock();
  // `inner` matches no route: the interceptor is bound to all of them, whether it protects them or not.
  const routes = [{ path: '/nowhere', policy: 'inner' }];
  const options = {
    policies,
    clock,
    logging: false,
    routes,
    ...(propagateContext !== undefined && { propagateContext }),
  };
  const app = await listen(Adapter, options, { controllers: [OrdersController], providers: [Prices] });
  return { ...app, clock };
}

const get = async (url: string, headers: Record<string, string> = {}): Promise<any> =>
  (await fetch(url, { headers })).json();

const deadline = (ms: number | string): Record<string, string> => ({ 'x-request-deadline-ms': String(ms) });

afterEach(closeAll);

describe.each(platforms)('a deadline that a request brings, on %s', (_, Adapter) => {
  it('is carried on by a trusting application, and only shortens', async () => {
    const { url } = await start(Adapter, { trustInbound: true });
    const sent = { ...deadline(700), 'x-retry-attempt': '3' };
    const onward = { 'x-request-deadline-ms': '700', 'x-retry-attempt': '3' };

    expect(await get(`${url}/protected`, sent)).toEqual([
      { remaining: 700, operation: 'OrdersController.protected', headers: onward },
      { remaining: 700, operation: 'Prices.load', headers: onward },
    ]);
    expect((await get(`${url}/protected`, deadline(60_000)))[0]).toMatchObject({ remaining: 10_000 });
    expect(await get(`${url}/retried`)).toMatchObject({ headers: { 'x-retry-attempt': '3' } });
  });

  it('holds for handlers that no policy protects, too', async () => {
    const { url } = await start(Adapter, { trustInbound: true });

    expect(await get(`${url}/bare`, deadline(700))).toEqual([
      { remaining: -1, operation: 'none', headers: { ...deadline(700), 'x-retry-attempt': '1' } },
      { remaining: 700, operation: 'Prices.load', headers: { ...deadline(700), 'x-retry-attempt': '1' } },
    ]);
    expect((await get(`${url}/bare`))[0]).toEqual({ remaining: -1, operation: 'none', headers: {} });
  });

  it('ends the call, which counts as no failure', async () => {
    const { url, clock, events } = await start(Adapter, { trustInbound: true });
    hanging = 0;
    const response = fetch(`${url}/hang`, { method: 'POST', headers: deadline(700) });
    await until(() => hanging > 0);
    await clock.advance(700);

    expect((await response).status).toBe(504);
    expect(events.find(({ type }) => type === 'failure')).toMatchObject({
      error: { code: 'TIMEOUT_EXCEEDED', scope: 'deadline', timeout: 700 },
    });
  });

  it('that has passed refuses the call at once', async () => {
    const { url } = await start(Adapter, { trustInbound: true });
    hanging = 0;

    expect((await fetch(`${url}/hang`, { method: 'POST', headers: deadline(0) })).status).toBe(504);
    expect(hanging).toBe(0);
  });

  it.each([
    '',
    '-1',
    '-700',
    'soon',
    'NaN',
    'Infinity',
    '1e3',
    '0x10',
    '12.5',
    '1,2',
    '99999999999999999999999',
    ' ',
  ])('is as good as absent where it is %j', async (value) => {
    const { url } = await start(Adapter, { trustInbound: true });
    const sent = { ...deadline(value), 'x-retry-attempt': value };

    expect((await get(`${url}/protected`, sent))[0]).toMatchObject({
      remaining: 10_000,
      headers: { 'x-retry-attempt': '1' },
    });
  });

  it.each([
    ['without propagateContext', undefined, -1],
    ['with propagateContext alone', true, 10_000],
    ['where nobody is trusted', { trustInbound: false }, 10_000],
    ['from somebody who is not trusted', { trustInbound: () => false }, 10_000],
    [
      'where the decision fails',
      {
        trustInbound: () => {
          throw new Error('lost');
        },
      },
      10_000,
    ],
    ['where the decision is a promise', { trustInbound: (() => Promise.resolve(true)) as never }, 10_000],
    [
      'from somebody who is trusted',
      { trustInbound: (request: any) => request.headers.host.startsWith('127.') },
      700,
    ],
  ])('%s leaves this much time', async (_case, propagateContext, remaining) => {
    const { url } = await start(Adapter, propagateContext);

    expect((await get(`${url}/protected`, deadline(700)))[0]).toMatchObject({ remaining });
  });

  it('does not bound what follows the first item of a stream', async () => {
    const { url } = await start(Adapter, { trustInbound: true });
    const text = await (await fetch(`${url}/events`, { headers: deadline(700) })).text();
    const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as unknown);

    expect(data).toEqual([
      { 'x-request-deadline-ms': '700', 'x-retry-attempt': '1' },
      { 'x-request-deadline-ms': '20000', 'x-retry-attempt': '1' },
    ]);
  });

  it('passes through a chain of services', async () => {
    const last = await start(Adapter, { trustInbound: true });
    const first = await start(Adapter, { trustInbound: true });
    target = `${last.url}/protected`;

    expect((await get(`${first.url}/relay`, deadline(700)))[0]).toMatchObject({ remaining: 700 });
    expect((await get(`${first.url}/relay`))[0]).toMatchObject({ remaining: 10_000 });
  });
});
