import 'reflect-metadata';
import { HealthIndicatorService } from '@nestjs/terminus';
import { asked, dependency, fails, healthApp, PaymentsService, RatesService } from './support.js';

/** Terminus 12 knows a status for an application that serves, but not as it should. */
const impaired =
  'degraded' in new HealthIndicatorService().check('any')
    ? { breakers: 'degraded', all: 'degraded' }
    : { breakers: 'up', all: 'ok' };

type App = Awaited<ReturnType<typeof healthApp>>;
let world: App;

afterEach(() => world.app.close());

async function open(which: 'payments' | 'rates' = 'payments'): Promise<void> {
  dependency.isDown = true;
  const { app } = world;
  await fails(which === 'payments' ? app.get(PaymentsService).charge() : app.get(RatesService).rate());
  dependency.isDown = false;
}

describe('/health', () => {
  it('is up while every circuit is closed; breakers of decorated methods are there from the boot', async () => {
    world = await healthApp();
    const { status, body } = await world.health();
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      info: {
        circuitBreakers: {
          status: 'up',
          open: [],
          breakers: { PaymentsService: { state: 'closed' }, RatesService: { state: 'closed' } },
          unknown: [],
        },
      },
      error: {},
      details: expect.anything(),
    });
  });

  it('answers 200 while a breaker is open that is not critical, and tells which', async () => {
    world = await healthApp();
    await open();
    const { status, body, breakers } = await world.health();
    expect(status).toBe(200);
    expect(body.status).toBe(impaired.all);
    expect(breakers).toEqual({
      status: impaired.breakers,
      open: ['PaymentsService'],
      breakers: {
        PaymentsService: { state: 'open', openUntil: '2026-01-01T00:00:10.000Z', lastError: 'network' },
        RatesService: { state: 'closed' },
      },
      unknown: [],
    });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it.each<[string, true | string[]]>([
    ['by its name', ['PaymentsService']],
    ['by its policy', ['payments']],
    ['as all of them', true],
  ])('is down, 503, while a breaker is open that is critical %s', async (_how, critical) => {
    world = await healthApp();
    asked.options = { critical };
    expect((await world.health()).status).toBe(200);
    await open();
    const { status, body, breakers } = await world.health();
    expect(status).toBe(503);
    expect(body).toMatchObject({ status: 'error', error: { circuitBreakers: { status: 'down' } } });
    expect(breakers.open).toEqual(['PaymentsService']);
  });

  it('is up with an open breaker beside the critical ones', async () => {
    world = await healthApp();
    asked.options = { critical: ['PaymentsService'] };
    await open('rates');
    expect(await world.health()).toMatchObject({ status: 200, breakers: { status: impaired.breakers } });
  });

  it('is up as soon as a critical breaker is half-open, before any probe', async () => {
    world = await healthApp();
    asked.options = { critical: true };
    await open();
    await world.clock.advance(9_999);
    expect((await world.health()).status).toBe(503);
    await world.clock.advance(1);
    expect(await world.health()).toMatchObject({
      status: 200,
      breakers: {
        status: 'up',
        open: [],
        breakers: { PaymentsService: { state: 'halfOpen', lastError: 'network' } },
      },
    });
  });

  it('is down while a critical breaker is forced open, and up again when that ends', async () => {
    world = await healthApp();
    asked.options = { critical: ['payments'] };
    world.service.breaker('payments').forceOpen({ ttl: '1m' });
    expect(await world.health()).toMatchObject({
      status: 503,
      breakers: {
        open: ['PaymentsService'],
        breakers: { PaymentsService: { state: 'forcedOpen', openUntil: '2026-01-01T00:01:00.000Z' } },
      },
    });
    await world.clock.advance('1m');
    expect((await world.health()).status).toBe(200);
  });

  it.each(['disable', 'observeOnly'] as const)('is up while a critical breaker is set by %s', async (how) => {
    world = await healthApp();
    asked.options = { critical: true };
    await open();
    world.service.breaker('payments')[how]();
    await open();
    expect(await world.health()).toMatchObject({ status: 200, breakers: { status: 'up', open: [] } });
  });

  it('goes by the name that it is given', async () => {
    world = await healthApp();
    asked.key = 'dependencies';
    expect((await world.health()).body.info).toHaveProperty('dependencies.status', 'up');
  });
});
