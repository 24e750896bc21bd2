import { type INestApplication, VersioningType } from '@nestjs/common';
import { map } from 'rxjs';
import { authorized, closeApps, dashboardApp, platforms } from './support.js';

afterEach(closeApps);

const gets = ['', '/page.js', '/page.css', '/icon.svg', '/breakers', '/policies', '/events'];

describe.each(platforms)('the dashboard on %s', (_name, Adapter) => {
  it('answers nobody without credentials, on any route', async () => {
    const { ask } = await dashboardApp({ Adapter });
    for (const path of gets) expect([path, (await ask(`resilience${path}`)).status]).toEqual([path, 403]);
    const action = {
      method: 'POST',
      headers: { 'x-resilience-action': '1', 'content-type': 'application/json' },
    };
    expect((await ask('resilience/breakers/actions', { ...action, body: '{}' })).status).toBe(403);
  });

  it('serves a page without anything inline, and its files, with strict headers', async () => {
    const { get } = await dashboardApp({ Adapter });
    const page = await get('resilience');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).not.toMatch(/<script[^>]*>[^<]|<style|style=| on\w+=|https?:/);
    const files = [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file]) => file as string);
    expect(files).toEqual(['resilience/icon.svg', 'resilience/page.css', 'resilience/page.js']);
    for (const answer of [page, ...(await Promise.all(files.map(get)))]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self';/,
      );
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cache-control')).toMatch(/no-store/);
    }
  });

  it('tells every breaker with who uses it', async () => {
    const { get, service } = await dashboardApp({ Adapter });
    service.breaker('PaymentsService').open();
    const { json } = await get('resilience/breakers');
    expect(json()).toEqual([
      expect.objectContaining({
        name: 'PaymentsService',
        state: 'open',
        openUntil: expect.any(Number),
        uses: [{ policy: 'payments', operation: 'PaymentsService.charge' }],
      }),
    ]);
  });

  it('tells of a keyed breaker 20 circuits, those that are not closed first, and how many there are', async () => {
    const keyed = { circuitBreaker: { scope: 'policy', failureThreshold: 1 }, key: () => undefined } as const;
    const { get, service } = await dashboardApp({ Adapter, options: { policies: { keyed } } });
    for (let tenant = 0; tenant < 30; tenant++)
      await service.execute('keyed', async () => 'fine', { key: `tenant ${tenant}` });
    await service.tryExecute('keyed', () => Promise.reject(new Error('down')), { key: 'tenant 29' });
    const circuits = (await get('resilience/breakers')).json().filter(({ name }: any) => name === 'keyed');
    expect(circuits).toHaveLength(20);
    expect(circuits[0]).toMatchObject({ key: 'tenant 29', state: 'open', states: { closed: 29, open: 1 } });
  });

  it('tells every policy with its effective values and their sources', async () => {
    const value = 'a secret answer';
    const odd = {
      fallback: { value },
      retry: { maxAttempts: Infinity, retryOn: [TypeError] },
      timeout: '1s',
    } as const;
    const { get } = await dashboardApp({ Adapter, options: { policies: { odd } } });
    const answer = await get('resilience/policies');
    const policy = answer.json().find(({ name }: any) => name === 'odd');
    expect(policy.stats).toMatchObject({ calls: 0 });
    expect(policy.options).toContainEqual({ path: 'timeout.total', value: '1s', source: 'forRoot' });
    expect(policy.options).toContainEqual({
      path: 'retry.maxAttempts',
      value: 'Infinity',
      source: 'forRoot',
    });
    expect(policy.options).toContainEqual({ path: 'retry.backoff.factor', value: 2, source: 'default' });
    expect(answer.text).not.toContain(value);
  });

  it('tells one operation by its name, and the nearest where there is none', async () => {
    const { get } = await dashboardApp({ Adapter });
    const [charge] = (await get('resilience/policies?name=PaymentsService.charge')).json();
    expect(charge).toMatchObject({ name: 'PaymentsService.charge', kind: 'operation' });
    expect(charge.options).toContainEqual(
      expect.objectContaining({ path: 'circuitBreaker.failureThreshold', value: 2 }),
    );
    const unknown = await get('resilience/policies?name=PaymentService.charge');
    expect(unknown.status).toBe(404);
    expect(unknown.json().message).toMatch(/did you mean 'PaymentsService\.charge'/);
  });

  it('is below the global prefix, in every version, at the path of its own', async () => {
    const configure = (app: INestApplication): void => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
    };
    const { get, act } = await dashboardApp({ Adapter, dashboard: { path: '/admin/circuits/' }, configure });
    expect((await get('api/admin/circuits/breakers')).status).toBe(200);
    expect((await get('api/admin/circuits')).text).toContain('src="circuits/page.js"');
    const headers = { 'x-resilience-action': '1' };
    expect(
      (await act({ name: 'PaymentsService', action: 'open' }, headers, 'api/admin/circuits')).status,
    ).toBe(200);
    expect((await get('resilience/breakers')).status).toBe(404);
  });

  it('is not for other origins, though the application is', async () => {
    const { ask, url } = await dashboardApp({
      Adapter,
      configure: (app) => app.enableCors({ origin: true, credentials: true }),
    });
    const { status, headers } = await ask('resilience/breakers', {
      headers: { ...authorized, origin: 'https://elsewhere.example' },
    });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const stopping = new AbortController();
    const live = await fetch(`${url}/resilience/events`, {
      headers: { ...authorized, origin: 'https://elsewhere.example', connection: 'close' },
      signal: stopping.signal,
    });
    expect([live.status, live.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    stopping.abort();
  });

  it('is what it is where interceptors of the application wrap all answers', async () => {
    const wrap = {
      intercept: (_context: unknown, next: any) => next.handle().pipe(map((data) => ({ data }))),
    };
    const { get } = await dashboardApp({ Adapter, configure: (app) => app.useGlobalInterceptors(wrap) });
    expect((await get('resilience/breakers')).json()).toHaveLength(1);
    expect((await get('resilience')).text).toMatch(/^<!doctype html>/);
  });

  it('takes hostile names as any other', async () => {
    const names = [
      '__proto__',
      'constructor',
      `<img src=x onerror="alert('x')">`,
      'a\r\nb\u2028c',
      'x'.repeat(5000),
    ];
    const { get, service, act } = await dashboardApp({ Adapter });
    for (const operation of names) await service.execute('payments', async () => 'fine', { operation });
    const told = (await get('resilience/breakers')).json().map(({ name }: any) => name);
    expect(told).toEqual(['PaymentsService', ...names]);
    for (const name of names) {
      const { status, json } = await act({ name, action: 'open' });
      expect([status, json()]).toEqual([200, [expect.objectContaining({ name, state: 'open' })]]);
      expect((await act({ name: `${name}!?`.padEnd(60, '"'), action: 'open' })).status).toBe(404);
      expect((await get(`resilience/policies?name=${encodeURIComponent(name)}`)).status).toBe(404);
    }
  });

  it('answers everybody where that was asked for', async () => {
    const { ask } = await dashboardApp({
      Adapter,
      dashboard: { guards: undefined as never, allowUnauthenticated: true },
    });
    expect((await ask('resilience/breakers')).status).toBe(200);
  });
});
