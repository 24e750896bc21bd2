import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { register } from 'prom-client';
import { ResilienceMetricsModule } from '../../../lib/metrics/prometheus/resilience-metrics.module.js';
import { isResilienceError } from '../../../lib/core/errors/is-resilience-error.js';
import { FileStateStore } from '../../../lib/stores/file/file-state-store.js';
import { until } from '../http/support.js';
import { watch } from './watch.js';
import { closeApps, dashboardApp, platforms } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-secrets-'));

afterEach(async () => {
  await closeApps();
  register.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = /hunter2|s3cr3t|4242|Bearer [^*]/;

/** As HTTP clients make them: with the request, its headers and its body. */
function refused(): Error {
  const request = {
    headers: { authorization: 'Bearer s3cr3t', cookie: 'session=s3cr3t' },
    data: { card: '4242' },
    url: 'https://app:hunter2@bank/pay?token=s3cr3t',
  };
  const message = `POST ${request.url} failed, authorization: Bearer s3cr3t\r\n\u001b[31mpassword=hunter2`;
  return Object.assign(new Error(message), { code: 'ECONNREFUSED', config: request, request });
}

it('no secret of an error is in logs, events, metrics, page, state or errors as JSON', async () => {
  const path = join(folder, 'circuits.json');
  const lines: string[] = [];
  const { url, get, service, clock, app, ask } = await dashboardApp({
    Adapter: platforms[0]![1],
    imports: [PrometheusModule.register(), ResilienceMetricsModule.register()],
    options: {
      store: new FileStateStore({ path }),
      recentFailures: 10,
      logging: { rejected: 'warn', fallbackUsed: 'warn', fallbackFailed: 'warn' },
      logger: (_event, line) => lines.push(line),
      policies: {
        pay: {
          retry: { maxAttempts: 2, backoff: { type: 'fixed', initialDelay: 0 } },
          circuitBreaker: { failureThreshold: 2 },
        },
        stocked: { fallback: { value: { password: 'hunter2' } } },
      },
    },
  });
  const watching = await watch(url);
  const pay = service.wrap('pay', async (_card: string) => Promise.reject(refused()));
  const errors = [];
  for (let call = 0; call < 4; call++) errors.push(await pay('4242').catch((error: unknown) => error));
  await service.execute('stocked', async () => Promise.reject(refused()));
  await clock.advance('1s');
  await until(() => watching.figures().length > 0);
  const told = {
    lines,
    page: watching.messages,
    breakers: (await get('resilience/breakers')).text,
    policies: (await get('resilience/policies')).text,
    failures: service.recentFailures(),
    metrics: (await ask('metrics')).text,
    errors: errors.filter((error) => isResilienceError(error)),
  };
  watching.stop();
  await app.close();
  const everything = Object.entries({ ...told, state: readFileSync(path, 'utf8') });
  for (const [place, content] of everything) {
    const text = JSON.stringify(content);
    expect([place, text.length > 50, SECRET.exec(text)?.input.slice(0, 300)]).toEqual([
      place,
      true,
      undefined,
    ]);
  }
  expect(lines.join('')).toMatch(/ECONNREFUSED.*opened/s);
  expect(lines.filter((line) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(line))).toEqual([]);
});
