import { RESILIENCE_INSPECTION } from '../../../lib/nest/inspection/resilience-inspection.js';
import { until } from '../http/support.js';
import { watch } from './watch.js';
import { authorized, closeApps, dashboardApp, dependency, platforms } from './support.js';

afterEach(closeApps);

describe.each(platforms)('GET events on %s', (_name, Adapter) => {
  it('begins with all rows, then tells events at once and figures each second', async () => {
    const { url, ask, clock } = await dashboardApp({ Adapter });
    const { response, messages, of, figures, stop } = await watch(url);
    expect(response.headers['content-type']).toBe('text/event-stream');
    await until(() => messages.length === 1);
    const [state] = messages;
    expect(state).toMatchObject({ event: 'state', data: { readOnly: false } });
    expect(state!.data.targets['b:PaymentsService']).toMatchObject({
      name: 'PaymentsService',
      breaker: { states: { closed: 1 } },
    });
    dependency.isDown = true;
    for (let call = 0; call < 3; call++) await ask('charge');
    await until(() => of('circuitOpened').length === 1);
    await clock.advance('1s');
    await until(() => figures().length === 1);
    expect(figures()[0]!.data.changed['b:PaymentsService']).toMatchObject({
      breaker: { states: { open: 1 }, circuits: [{ openUntil: expect.any(Number), lastError: 'network' }] },
      traffic: {
        outcomes: { failure: 2, rejected: 1 },
        rejections: { circuitBreaker: 1 },
        latency: [expect.any(Number), expect.any(Number), expect.any(Number)],
      },
    });
    expect(of('failure')[0]!.data).toMatchObject({ count: 2, outcome: 'failure', category: 'network' });
    await clock.advance('1s');
    await until(() => figures().length === 2);
    expect(figures()[1]!.data.changed['b:PaymentsService'].traffic.outcomes).toEqual({});
    await clock.advance('1s');
    await until(() => figures().length === 3);
    expect(figures()[2]!.data.changed).toEqual({});
    stop();
  });

  it('tells of bulkheads, budgets and retries, of operations without a breaker, too', async () => {
    const policies = {
      bare: { retry: { backoff: { type: 'fixed', initialDelay: 0 }, budget: true }, bulkhead: 3 },
    } as const;
    const { url, clock, service } = await dashboardApp({ Adapter, options: { policies } });
    const { figures, stop } = await watch(url);
    let answer = (): void => undefined;
    const asked = service.execute('bare', () => new Promise<void>((resolve) => (answer = resolve)), {
      operation: 'Files.read',
    });
    await service.tryExecute('bare', () => Promise.reject(new Error('no')), { operation: 'Files.read' });
    await clock.advance('1s');
    await until(() => figures().length === 1);
    const target = Object.values<any>(figures()[0]!.data.changed).find(({ name }) => name === 'Files.read');
    expect(target).toMatchObject({
      uses: [{ policy: 'bare', operation: 'Files.read' }],
      bulkheads: [{ inFlight: 1, limit: 3, queued: 0 }],
      budget: { used: 2, allowed: 31 },
      traffic: { outcomes: { failure: 1 }, retries: 2 },
    });
    expect(target.breaker).toBeUndefined();
    answer();
    await asked;
    stop();
  });

  it('tells which operations use a breaker after a reload, too', async () => {
    const { url, service } = await dashboardApp({ Adapter });
    await service.reload();
    const watching = await watch(url);
    await until(() => watching.messages.length > 0);
    expect(watching.messages[0]!.data.targets['b:PaymentsService'].uses).toEqual([
      { policy: 'payments', operation: 'PaymentsService.charge' },
    ]);
    watching.stop();
  });

  it('tells no secrets, arguments or stacks', async () => {
    const { url, ask, clock } = await dashboardApp({ Adapter });
    const { messages, figures, stop } = await watch(url);
    dependency.isDown = true;
    for (let call = 0; call < 3; call++) await ask('charge');
    await clock.advance('1s');
    await until(() => figures().length === 1);
    const text = JSON.stringify(messages);
    expect(text).toContain('ECONNREFUSED');
    expect(text).not.toMatch(/hunter2|support\.ts|node_modules/);
    stop();
  });

  it('goes on after the event that the client had last, and tells all of them after a restart', async () => {
    const { url, service } = await dashboardApp({ Adapter });
    const breaker = service.breaker('PaymentsService');
    breaker.open();
    breaker.close();
    const first = await watch(url);
    await until(() => first.of('circuitClosed').length === 1);
    first.stop();
    breaker.open();
    const again = await watch(url, first.of('circuitClosed')[0]!.id);
    await until(() => again.of('circuitOpened').length === 1);
    expect(again.of('circuitClosed')).toEqual([]);
    again.stop();
    const other = await watch(url, 'another-run.7');
    await until(() => other.of('circuitOpened').length === 2);
    other.stop();
  });

  it('ends with the application, which closes at once, and takes nobody after that', async () => {
    const { url, app } = await dashboardApp({ Adapter });
    const { ended, messages } = await watch(url);
    await until(() => messages.length === 1);
    await app.close();
    await ended;
    await expect(fetch(`${url}/resilience/events`, { headers: authorized })).rejects.toBeDefined();
  });

  it('answers HEAD at once, and nobody watches then', async () => {
    const { url, app } = await dashboardApp({ Adapter });
    const { events } = app.get<{ events: { mask: number } }>(RESILIENCE_INSPECTION, { strict: false });
    const before = events.mask;
    const { status, headers } = await fetch(`${url}/resilience/events`, {
      method: 'HEAD',
      headers: { ...authorized, connection: 'close' },
      signal: AbortSignal.timeout(3000),
    });
    expect([status, headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/event-stream/),
    ]);
    expect(events.mask).toBe(before);
  });

  it('leaves no listener and no timer when all have gone', async () => {
    const { url, app, clock } = await dashboardApp({ Adapter });
    const { events } = app.get<{ events: { mask: number } }>(RESILIENCE_INSPECTION, { strict: false });
    const [before, timers] = [events.mask, clock.pending];
    for (let round = 0; round < 10; round++) {
      const clients = await Promise.all(Array.from({ length: 100 }, () => watch(url)));
      await until(() => clients.every(({ messages }) => messages.length > 0));
      expect(events.mask).not.toBe(before);
      for (const { stop } of clients) stop();
      await until(() => events.mask === before);
    }
    expect(clock.pending).toBe(timers);
  });
});
