import type { AdminActionEvent } from '../../../lib/core/events/event-types.js';
import { closeApps, dashboardApp, dependency, platforms } from './support.js';

afterEach(closeApps);

const keyed = { circuitBreaker: { scope: 'policy', failureThreshold: 1 } } as const;

describe.each(platforms)('changes by hand on %s', (_name, Adapter) => {
  it('take effect, for as long as they say, and are told with who made them', async () => {
    const { act, ask, clock, service } = await dashboardApp({ Adapter });
    const events: AdminActionEvent[] = [];
    service.events$.subscribe((event) => event.type === 'adminAction' && events.push(event));
    const answer = await act({ name: 'PaymentsService', action: 'forceOpen', ttl: '1m' });
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual([
      expect.objectContaining({ state: 'forcedOpen', openUntil: Math.round(clock.epoch() + 60_000) }),
    ]);
    expect((await ask('charge')).status).toBe(503);
    expect(events).toEqual([
      expect.objectContaining({
        breaker: 'PaymentsService',
        policy: 'payments',
        action: 'forceOpen',
        actor: 'alice',
        ttl: 60_000,
        from: 'closed',
        to: 'forcedOpen',
      }),
    ]);
    await clock.advance('1m');
    expect((await ask('charge')).status).toBe(200);
  });

  it.each([
    ['open', 'open'],
    ['close', 'closed'],
    ['reset', 'closed'],
    ['forceOpen', 'forcedOpen'],
    ['disable', 'disabled'],
    ['observeOnly', 'observing'],
  ])('%s makes a breaker %s', async (action, state) => {
    const { act } = await dashboardApp({ Adapter });
    expect((await act({ name: 'PaymentsService', action })).json()).toEqual([
      expect.objectContaining({ state }),
    ]);
  });

  it('reach all breakers of a policy by its name', async () => {
    const { act, service } = await dashboardApp({ Adapter });
    await service.execute('payments', async () => 'fine', { operation: 'refund' });
    const names = (await act({ name: 'payments', action: 'open' })).json().map(({ name }: any) => name);
    expect(names.sort()).toEqual(['PaymentsService', 'refund']);
  });

  it('reach one key, if it is known', async () => {
    const { act, service } = await dashboardApp({ Adapter, options: { policies: { keyed } } });
    await service.execute('keyed', async () => 'fine', { key: 'acme' });
    expect((await act({ name: 'keyed', key: 'acme', action: 'open' })).json()).toEqual([
      expect.objectContaining({ key: 'acme', state: 'open' }),
    ]);
    const unknown = await act({ name: 'keyed', key: 'acne', action: 'open' });
    expect(unknown.status).toBe(404);
    expect(unknown.json().message).toContain("'acne'");
    expect(service.breakers().map(({ key }) => key)).not.toContain('acne');
  });

  it('are refused where the page is read only', async () => {
    const { act, service } = await dashboardApp({ Adapter, dashboard: { readOnly: true } });
    const { status, json } = await act({ name: 'PaymentsService', action: 'forceOpen' });
    expect(status).toBe(403);
    expect(json().message).toMatch(/readOnly: false/);
    expect(service.breaker('PaymentsService').snapshot().state).toBe('closed');
  });

  it('are refused without the header, and from other sites', async () => {
    const { act, service } = await dashboardApp({ Adapter });
    const body = { name: 'PaymentsService', action: 'forceOpen' };
    const bare = await act(body, {});
    expect(bare.status).toBe(403);
    expect(bare.json().message).toMatch(/x-resilience-action/);
    for (const site of ['cross-site', 'same-site'])
      expect((await act(body, { 'x-resilience-action': '1', 'sec-fetch-site': site })).status).toBe(403);
    expect(service.breaker('PaymentsService').snapshot().state).toBe('closed');
    expect((await act(body, { 'x-requested-with': 'curl' })).status).toBe(200);
  });

  it('are not made by GET', async () => {
    const { get } = await dashboardApp({ Adapter });
    expect((await get('resilience/breakers/actions?name=PaymentsService&action=open')).status).toBe(404);
  });

  it('name everything that is wrong with a request', async () => {
    const { act } = await dashboardApp({ Adapter });
    const answer = await act({ nam: 'x', action: 'forceopen', ttl: -1 });
    expect(answer.status).toBe(400);
    expect(answer.json().message).toEqual([
      expect.stringMatching(/^body\.nam: unknown key, did you mean 'name'/),
      expect.stringMatching(/^body\.action: expected .*did you mean 'forceOpen'/),
      expect.stringMatching(/^body\.ttl: expected a duration/),
      expect.stringMatching(/^body\.name: expected a non-empty string \(not given\)/),
    ]);
    const pointless = await act({ name: 'PaymentsService', action: 'close', ttl: '1m' });
    expect(pointless.json().message).toEqual([expect.stringMatching(/^body\.ttl: only for forceOpen/)]);
    expect((await act([])).status).toBe(400);
  });

  it('name the nearest breaker where there is none', async () => {
    const { act } = await dashboardApp({ Adapter });
    const { status, json } = await act({ name: 'PaymentService', action: 'open' });
    expect(status).toBe(404);
    expect(json().message).toMatch(/no breaker 'PaymentService', did you mean 'PaymentsService'/);
  });

  it('are bounded: 60 a minute', async () => {
    const { act, clock } = await dashboardApp({ Adapter });
    const body = { name: 'PaymentsService', action: 'open' };
    for (let count = 0; count < 60; count++) expect((await act(body)).status).toBe(200);
    const refused = await act(body);
    expect(refused.status).toBe(429);
    expect(refused.json().message).toMatch(/60 changes in a minute.*in 1 s/);
    expect(refused.headers.get('retry-after')).toBe('1');
    await clock.advance('1s');
    expect((await act(body)).status).toBe(200);
  });

  it('say who made them as the option does, and never fail for it', async () => {
    const actor = (request: any): string => {
      if (request.body.action === 'close') throw new Error('no idea');
      return `bob\nfrom ${request.headers['x-team']}`;
    };
    const { act, service } = await dashboardApp({ Adapter, dashboard: { actor } });
    const actors: string[] = [];
    service.events$.subscribe((event) => event.type === 'adminAction' && actors.push(event.actor));
    const headers = { 'x-resilience-action': '1', 'x-team': 'ops' };
    await act({ name: 'PaymentsService', action: 'open' }, headers);
    await act({ name: 'PaymentsService', action: 'close' }, headers);
    expect(actors).toEqual([String.raw`bob\nfrom ops`, 'unknown']);
  });
});

describe('the log', () => {
  it('has a line for each change', async () => {
    const lines: string[] = [];
    const logger = (event: { type: string }, line: string): void => {
      if (event.type === 'adminAction') lines.push(line);
    };
    const { act } = await dashboardApp({ Adapter: platforms[0]![1], options: { logger } });
    dependency.isDown = true;
    await act({ name: 'PaymentsService', action: 'disable', ttl: '2m' });
    expect(lines).toEqual(['alice did disable on PaymentsService for 120 s: closed → disabled']);
  });
});
