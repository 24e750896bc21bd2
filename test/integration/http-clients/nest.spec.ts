import { HttpModule, HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import type { ResilienceEvent } from '../../../lib/core/events/event-types.js';
import { protectAxios } from '../../../lib/core/http/protect-axios.js';
import { InjectPolicy } from '../../../lib/nest/decorators/inject-policy.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../lib/nest/resilience.service.js';
import { NamedPolicy } from '../../../lib/nest/runtime/named-policy.js';
import { boot, closeBooted } from '../../support/boot.js';
import { noBackoff, rejection } from '../../support/virtual-policy.js';
import { ScriptedServer } from './support.js';

@Injectable()
class RatesClient {
  constructor(
    readonly http: HttpService,
    @InjectPolicy('rates') policy: NamedPolicy,
  ) {
    protectAxios(http.axiosRef, policy);
  }
}

@Injectable()
class NewsClient {
  readonly fetch: typeof fetch;

  constructor(resilience: ResilienceService) {
    this.fetch = resilience.fetch('news');
  }
}

const retry = { maxAttempts: 3, backoff: noBackoff };
const server = new ScriptedServer();

beforeAll(() => server.start());
afterEach(closeBooted);
afterAll(() => server.close());

async function setUp() {
  const { app, service } = await boot({
    imports: [
      HttpModule.register({ baseURL: server.url }),
      ResilienceModule.forRoot({ policies: { rates: { retry }, news: { retry } } }),
    ],
    providers: [RatesClient, NewsClient],
  });
  const events: ResilienceEvent[] = [];
  service.events$.subscribe((event) => events.push(event));
  return { service, events, rates: app.get(RatesClient).http, news: app.get(NewsClient).fetch };
}

describe('the HttpService of @nestjs/axios under a policy', () => {
  it('gives the answer that a retry brought, under the name of the policy', async () => {
    server.script(503, 200);
    const { rates, events } = await setUp();
    const { data } = await firstValueFrom(rates.get<string>('/eur'));

    expect(data).toBe('answer 2');
    expect(events.map(({ type }) => type)).toContain('retry');
    expect(new Set(events.map(({ operation }) => operation))).toEqual(new Set(['rates']));
  });

  it('emits the error of axios when attempts run out', async () => {
    server.script(503);
    const { rates, service } = await setUp();

    expect(await rejection(firstValueFrom(rates.get('/eur')))).toMatchObject({ response: { status: 503 } });
    expect(service.stats('rates')).toMatchObject({ calls: 1, attempts: 3 });
  });

  it('ends the call when its Observable is unsubscribed, and retries no more', async () => {
    server.script({ status: 200, silent: true });
    const { rates, service, events } = await setUp();
    const subscription = rates.get('/eur').subscribe();
    await server.until(({ requests }) => requests.length === 1);
    const [socket] = server.sockets;
    subscription.unsubscribe();
    await server.until(({ sockets }) => !sockets.has(socket!));

    expect(events.at(-1)).toMatchObject({ type: 'failure', outcome: 'aborted' });
    expect(service.stats('rates')).toMatchObject({ attempts: 1, aborted: 1 });
  });

  it('is under the options that are in force at the time of the request', async () => {
    server.script(503);
    const { rates, service } = await setUp();
    service.update('rates', { retry: { maxAttempts: 1 } });

    await rejection(firstValueFrom(rates.get('/eur')));
    expect(server.requests).toHaveLength(1);
  });
});

describe('ResilienceService.fetch', () => {
  it('gives a fetch under the named policy', async () => {
    server.script(503, 200);
    const { news, service } = await setUp();

    expect(await (await news(`${server.url}/today`)).text()).toBe('answer 2');
    expect(service.stats('news')).toMatchObject({ calls: 1, attempts: 2 });
  });

  it('refuses a policy that does not exist', async () => {
    const { service } = await setUp();

    expect(() => service.fetch('newz')).toThrow(/newz.*news/s);
  });
});
