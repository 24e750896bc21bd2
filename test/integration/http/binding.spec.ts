import { Controller, Get, Module, UseInterceptors } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ResilienceInterceptor } from '../../../lib/nest/interceptor/resilience.interceptor.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, threeAttempts, unavailable, type TestApp } from './support.js';

let calls = 0;

@UsePolicy('edge')
@UseInterceptors(ResilienceInterceptor)
@Controller()
class OrdersController {
  @Get('orders')
  @UsePolicy('edge')
  @UseInterceptors(ResilienceInterceptor)
  list(): string {
    calls++;
    throw unavailable();
  }
}

@Controller()
class PlainController {
  @Get('plain')
  list(): string {
    return 'plain';
  }
}

@Module({ providers: [{ provide: APP_INTERCEPTOR, useClass: ResilienceInterceptor }] })
class FeatureModule {}

afterAll(closeAll);

describe.each(platforms)(
  'an interceptor bound globally, twice, by routes, by class and by handler on %s',
  (_, Adapter) => {
    let testApp: TestApp;

    beforeAll(async () => {
      testApp = await listen(
        Adapter,
        { policies: { edge: threeAttempts }, routes: [{ path: '/orders', policy: 'edge' }], logging: false },
        {
          imports: [FeatureModule],
          controllers: [OrdersController, PlainController],
          providers: [{ provide: APP_INTERCEPTOR, useClass: ResilienceInterceptor }],
        },
      );
    });

    it('makes one pipeline of each request', async () => {
      calls = 0;
      await fetch(`${testApp.url}/orders`);

      expect(calls).toBe(3);
      expect(testApp.service.stats('edge')).toMatchObject({ calls: 1, attempts: 3 });
    });

    it('leaves handlers without a policy as they are', async () => {
      const response = await fetch(`${testApp.url}/plain`);

      expect(await response.text()).toBe('plain');
      expect(testApp.service.stats('edge').calls).toBe(1);
    });
  },
);

describe.each(platforms)('policies that are switched off on %s', (_, Adapter) => {
  it.each([
    ['all of them', { enabled: false, policies: { edge: threeAttempts } }],
    ['this one', { policies: { edge: { ...threeAttempts, enabled: false } } }],
  ])('run the handler bare: %s', async (_which, options) => {
    calls = 0;
    const { url } = await listen(
      Adapter,
      { ...options, logging: false },
      { controllers: [OrdersController] },
    );
    const response = await fetch(`${url}/orders`);

    expect(response.status).toBe(500);
    expect(calls).toBe(1);
  });
});
