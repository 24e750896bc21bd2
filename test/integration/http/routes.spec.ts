import { Controller, Get, Param, VersioningType } from '@nestjs/common';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, type TestApp } from './support.js';

@Controller({ path: 'orders', version: '2' })
class OrdersController {
  @Get()
  list(): string {
    return 'list';
  }

  @Get('open')
  open(): string {
    return 'open';
  }

  @Get(':id')
  find(@Param('id') id: string): string {
    return id;
  }

  @Get(':id/items/:item')
  item(): string {
    return 'item';
  }

  @Get(':id/refunds')
  @UsePolicy('handler')
  refunds(): string {
    return 'refunds';
  }
}

@UsePolicy('controller')
@Controller({ path: 'users', version: '2' })
class UsersController {
  @Get()
  list(): string {
    return 'list';
  }

  @Get('me')
  @UsePolicy('handler')
  me(): string {
    return 'me';
  }
}

@Controller('health')
class HealthController {
  @Get()
  check(): string {
    return 'fine';
  }
}

const routes = [
  { path: '/api/v2/orders/open', policy: 'literal' },
  { path: '/api/v2/orders/*', policy: 'segment' },
  { path: '/api/v2/orders/**', policy: 'rest' },
  { path: '/api/v2/users/**', policy: 'route' },
  { path: '/orders/**', policy: 'unprefixed' },
];
const names = ['literal', 'segment', 'rest', 'route', 'unprefixed', 'handler', 'controller'];
const policies = Object.fromEntries(names.map((name) => [name, { retry: {} }]));

afterAll(closeAll);

describe.each(platforms)('routes on %s', (_, Adapter) => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await listen(
      Adapter,
      { policies, routes },
      {
        controllers: [OrdersController, UsersController, HealthController],
        configure: (app) => {
          app.setGlobalPrefix('api', { exclude: ['health'] });
          app.enableVersioning({ type: VersioningType.URI });
        },
      },
    );
  });
  beforeEach(() => {
    testApp.events.length = 0;
  });

  async function policiesOf(path: string): Promise<string[]> {
    const response = await fetch(`${testApp.url}${path}`);
    expect(response.status).toBe(200);
    return testApp.events.flatMap(({ type, policy, operation }) =>
      type === 'success' ? [`${policy}: ${operation}`] : [],
    );
  }

  it.each([
    ['/api/v2/orders/open', 'literal: OrdersController.open'],
    ['/api/v2/orders/7', 'segment: OrdersController.find'],
    ['/api/v2/orders/7?expand=items/all', 'segment: OrdersController.find'],
    ['/api/v2/orders/7/items/1', 'rest: OrdersController.item'],
    ['/api/v2/orders', 'rest: OrdersController.list'],
    ['/api/v2/orders/7/refunds', 'handler: OrdersController.refunds'],
    ['/api/v2/users', 'controller: UsersController.list'],
    ['/api/v2/users/me', 'handler: UsersController.me'],
  ])('%s runs under %s alone', async (path, policy) => {
    expect(await policiesOf(path)).toEqual([policy]);
  });

  it('leave alone what matches none of them', async () => {
    expect(await policiesOf('/health')).toEqual([]);
  });
});

describe('routes on Express, which takes a path in any case', () => {
  it('match it in any case, too', async () => {
    const [, Adapter] = platforms[0] as (typeof platforms)[number];
    const { url, events } = await listen(
      Adapter,
      { policies, routes: [{ path: '/Health', policy: 'route' }] },
      { controllers: [HealthController] },
    );
    await fetch(`${url}/HEALTH/`);

    expect(events.map(({ policy }) => policy)).toContain('route');
  });
});

describe('operations of handlers that only a route selects', () => {
  it('can be overridden without a warning that nothing matches', async () => {
    const lines: string[] = [];
    const logger = {
      log: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
      error: (line: string) => lines.push(line),
    };
    const [, Adapter] = platforms[0] as (typeof platforms)[number];
    const { url, service } = await listen(
      Adapter,
      {
        policies,
        logger,
        routes: [{ path: '/health', policy: 'route' }],
        operations: { 'HealthController.check': { timeout: '7s' } },
      },
      { controllers: [HealthController] },
    );
    await fetch(`${url}/health`);

    expect(lines.join('\n')).not.toContain('matches no protected method');
    expect(service.explain('HealthController.check')).toContainEqual(
      expect.objectContaining({ path: 'timeout.total', value: '7s' }) as unknown,
    );
  });
});
