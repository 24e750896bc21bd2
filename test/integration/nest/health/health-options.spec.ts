import 'reflect-metadata';
import { ResilienceHealthIndicator } from '../../../../lib/nest/health/resilience-health.indicator.js';
import { asked, dependency, fails, healthApp, PaymentsService } from './support.js';

type App = Awaited<ReturnType<typeof healthApp>>;
let world: App;

afterEach(() => world.app.close());

const rejecting = { circuitBreaker: { failureThreshold: 1, resetTimeout: '10s' } } as const;

describe('a health check', () => {
  it('looks only at what is included and not excluded, by the names of breakers and policies', async () => {
    world = await healthApp();
    const names = async () => Object.keys((await world.health()).breakers.breakers);
    asked.options = { include: ['payments'] };
    expect(await names()).toEqual(['PaymentsService']);
    asked.options = { exclude: ['PaymentsService'] };
    expect(await names()).toEqual(['RatesService']);
    asked.options = { include: ['payments', 'RatesService'], exclude: ['rates'] };
    expect(await names()).toEqual(['PaymentsService']);
    asked.options = { include: [] };
    expect(await names()).toEqual([]);
  });

  it('is not down for a critical breaker that it does not look at, and says that it does not', async () => {
    world = await healthApp();
    dependency.isDown = true;
    await fails(world.app.get(PaymentsService).charge());
    asked.options = { critical: ['PaymentsService'], exclude: ['payments'] };
    expect(await world.health()).toMatchObject({ status: 200, breakers: { unknown: ['PaymentsService'] } });
    asked.options = { critical: true, exclude: ['payments'] };
    expect(await world.health()).toMatchObject({ status: 200, breakers: { unknown: [] } });
  });

  it('leaves out the breakers where no details are wanted', async () => {
    world = await healthApp();
    asked.options = { details: false };
    expect((await world.health()).breakers).toEqual({ status: 'up', open: [], unknown: [] });
  });

  it('lists critical names that match nothing, and warns of each once', async () => {
    const lines: string[] = [];
    const logger = { log: jest.fn(), error: jest.fn(), warn: (line: string) => void lines.push(line) };
    world = await healthApp({ logger });
    asked.options = { critical: ['Paymnts', 'rates', 'a\nb'] };
    for (let round = 0; round < 3; round++)
      expect((await world.health()).breakers.unknown).toEqual(['Paymnts', String.raw`a\nb`]);
    asked.options = { critical: ['Paymnts', 'other'] };
    await world.health();
    expect(lines).toEqual([
      'health: critical names "Paymnts", which is no circuit breaker and no policy with one',
      String.raw`health: critical names "a\nb", which is no circuit breaker and no policy with one`,
      'health: critical names "other", which is no circuit breaker and no policy with one',
    ]);
  });

  it.each<[unknown, string]>([
    [{ critical: 'PaymentsService' }, "critical: expected true or a list of names (got 'PaymentsService')"],
    [{ critcal: ['PaymentsService'] }, "critcal: unknown key, did you mean 'critical'?"],
    [{ include: 'payments', details: 'all' }, "include: expected a list of names (got 'payments')"],
    [{ details: 'all' }, "details: expected 'keys' (got 'all'), known here: 'keys'"],
  ])('with the options %j is refused, and says what is wrong', async (options, issue) => {
    world = await healthApp();
    const check = world.app.get(ResilienceHealthIndicator, { strict: false }).check('any', options as never);
    await expect(check).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      issues: expect.arrayContaining([`ResilienceHealthIndicator.check.${issue}`]) as unknown,
    });
  });

  it('knows a policy with a breaker before its first call', async () => {
    world = await healthApp({ policies: { later: rejecting, bare: {} } });
    asked.options = { critical: ['later', 'bare'] };
    expect((await world.health()).breakers.unknown).toEqual(['bare']);
    await fails(world.service.execute('later', () => Promise.reject(new Error('down'))));
    expect((await world.health()).status).toBe(503);
  });

  it('knows a breaker of a shared name from the boot', async () => {
    world = await healthApp({ policies: { shared: { circuitBreaker: { name: 'gateway' } } } });
    asked.options = { critical: ['gateway'] };
    expect((await world.health()).breakers).toMatchObject({
      unknown: [],
      breakers: { gateway: { state: 'closed' } },
    });
  });

  it('tells nothing of a breaker that a reload has taken away, not even that it is forced open', async () => {
    world = await healthApp();
    asked.options = { critical: true };
    world.service.breaker('payments').forceOpen();
    expect((await world.health()).status).toBe(503);
    world.service.update('payments', { circuitBreaker: false });
    const { status, breakers } = await world.health();
    expect(status).toBe(200);
    expect(Object.keys(breakers.breakers)).toEqual(['RatesService']);
  });

  it('tells the failure ratio where a window is kept', async () => {
    world = await healthApp({
      policies: { ratio: { circuitBreaker: { failureRatio: 0.9, window: { type: 'count', size: 10 } } } },
    });
    for (const isDown of [true, false, false, false]) {
      dependency.isDown = isDown;
      const call = async () => (isDown ? Promise.reject(new Error('down')) : 1);
      await world.service.tryExecute('ratio', call);
    }
    expect((await world.health()).breakers.breakers.ratio).toEqual({
      state: 'closed',
      failureRatio: 0.25,
      lastError: 'unknown',
    });
  });

  it('leaves out an end that no date can hold', async () => {
    world = await healthApp({ policies: { payments: { circuitBreaker: { scope: 'service' } } } });
    world.service.breaker('payments').forceOpen({ ttl: '1000000000000d' });
    expect((await world.health()).breakers.breakers.PaymentsService).toEqual({ state: 'forcedOpen' });
  });
});

describe('keyed breakers in a health check', () => {
  const keyed = (name: string) => world.service.execute('tenants', call(name), { key: name });
  const call = (name: string) => async () => (name.startsWith('bad') ? Promise.reject(new Error('x')) : 1);

  async function tenants(...names: string[]): Promise<void> {
    world = await healthApp({ policies: { tenants: rejecting } }, []);
    for (const name of names) await keyed(name).catch(() => undefined);
  }

  it('are counts per state, without a key', async () => {
    await tenants('a', 'b', 'bad');
    const { status, breakers, body } = await world.health();
    expect(status).toBe(200);
    expect(breakers).toMatchObject({ open: ['tenants'], breakers: { tenants: { closed: 2, open: 1 } } });
    expect(JSON.stringify(body)).not.toContain('bad');
  });

  it('tell their open keys where that is asked for', async () => {
    await tenants('a', 'bad 1', 'b', 'bad 2');
    asked.options = { details: 'keys' };
    expect((await world.health()).breakers.breakers).toEqual({
      tenants: { closed: 2, open: 2, openKeys: ['bad 1', 'bad 2'] },
    });
  });

  it('tell at most 20 open keys where that is asked for', async () => {
    await tenants('a', ...Array.from({ length: 25 }, (_, number) => `bad\n${number}`));
    asked.options = { details: 'keys' };
    const { tenants: told } = (await world.health()).breakers.breakers;
    expect(told).toMatchObject({ closed: 1, open: 25 });
    expect(told.openKeys).toHaveLength(20);
    expect(told.openKeys[0]).toBe(String.raw`bad\n0`);
  });

  it('are down, where they are critical, only when every key is', async () => {
    await tenants('bad 1', 'a');
    asked.options = { critical: ['tenants'] };
    expect((await world.health()).status).toBe(200);
    await world.app.close();
    await tenants('bad 1', 'bad 2');
    asked.options = { critical: ['tenants'] };
    expect((await world.health()).status).toBe(503);
  });
});

describe('hostile names in a health check', () => {
  it.each(['__proto__', 'constructor', '<script>', 'a\nb'])('are ordinary ones: %j', async (name) => {
    world = await healthApp({ policies: { any: rejecting } }, []);
    await fails(world.service.execute('any', () => Promise.reject(new Error('x')), { operation: name }));
    const shown = name.replace('\n', String.raw`\n`);
    const { breakers } = await world.health();
    expect(breakers.open).toEqual([shown]);
    expect(Object.entries(breakers.breakers)).toEqual([[shown, expect.objectContaining({ state: 'open' })]]);
  });

  it('of a megabyte are cut', async () => {
    world = await healthApp({ policies: { any: rejecting } }, []);
    await world.service.execute('any', async () => 1, { operation: 'x'.repeat(1e6) });
    expect(JSON.stringify((await world.health()).body).length).toBeLessThan(2000);
  });
});
