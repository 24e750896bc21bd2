import { Controller, Get, Injectable, Module, Post } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { ResilienceInterceptor } from '../../../lib/nest/interceptor/resilience.interceptor.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { bootIssues, closeApps, LogLines, startApp } from '../../support/decorated-app.js';

const policies = { edge: { circuitBreaker: {} }, inner: { retry: {} } };

afterEach(closeApps);

describe('the boot', () => {
  it('refuses an unknown policy of a handler, with controller, handler and the nearest name', async () => {
    @Controller()
    class OrdersController {
      @Get()
      @UsePolicy('edgee')
      list(): void {
        // never called
      }
    }

    expect(await bootIssues({ options: { policies }, controllers: [OrdersController] })).toEqual([
      "OrdersController.list: @UsePolicy names a policy that does not exist: there is no policy 'edgee', did you mean 'edge'?",
    ]);
  });

  it('refuses an unknown policy of a controller once, whatever the number of its handlers', async () => {
    @UsePolicy('edgee')
    @Controller()
    class OrdersController {
      @Get()
      list(): void {
        // never called
      }

      @Post()
      create(): void {
        // never called
      }
    }

    expect(await bootIssues({ options: { policies }, controllers: [OrdersController] })).toEqual([
      "OrdersController: @UsePolicy names a policy that does not exist: there is no policy 'edgee', did you mean 'edge'?",
    ]);
  });

  it('refuses an unknown policy of a route, with the path', async () => {
    const routes = [
      { path: '/api/**', policy: 'edge' },
      { path: '/health', policy: 'edgee' },
    ];

    expect(await bootIssues({ options: { policies, routes } })).toEqual([
      "routes[1].policy: the path /health names a policy that does not exist: there is no policy 'edgee', did you mean 'edge'?",
    ]);
  });

  it('tells all of it at once, with what is wrong elsewhere', async () => {
    @Controller()
    class OrdersController {
      @Get()
      @UsePolicy('edgee')
      list(): void {
        // never called
      }

      @Post()
      @UsePolicy('edge', { retry: { maxAttempts: 0 } })
      create(): void {
        // never called
      }
    }
    const options = { policies, routes: [{ path: '/', policy: 'other' }] };
    const issues = await bootIssues({ options, controllers: [OrdersController] });

    expect(issues).toHaveLength(3);
    expect(issues.join('\n')).toMatch(
      /OrdersController\.create.*maxAttempts.*@UsePolicy of OrdersController\.create/,
    );
  });

  it('refuses two policies for one handler', async () => {
    @Controller()
    class OrdersController {
      @Get()
      @UsePolicy('edge')
      @UsePolicy('inner')
      list(): void {
        // never called
      }
    }

    expect(await bootIssues({ options: { policies }, controllers: [OrdersController] })).toEqual([
      'OrdersController.list: @UsePolicy names the policies "inner" and "edge"; one handler has one policy',
    ]);
  });

  it('makes the breakers of handlers with @UsePolicy, of every transport and also inherited ones', async () => {
    class BaseController {
      @Get('inherited')
      inherited(): void {
        // never called
      }
    }

    @UsePolicy('edge')
    @Controller()
    class OrdersController extends BaseController {
      @Get()
      list(): void {
        // never called
      }

      @MessagePattern('orders')
      message(): void {
        // never called
      }

      helper(): void {
        // no handler
      }
    }
    const { service } = await startApp({ options: { policies }, controllers: [OrdersController] });

    expect(service.breakers().map(({ name }) => name)).toEqual([
      'OrdersController.list',
      'OrdersController.message',
      'OrdersController.inherited',
    ]);
  });

  it('warns about @UsePolicy on a method that is no handler', async () => {
    @Injectable()
    class OrdersService {
      @UsePolicy('edge')
      list(): void {
        // never called
      }
    }
    const { logs } = await startApp({ options: { policies }, providers: [OrdersService] });

    expect(logs.of('warn')).toContain(
      'OrdersService.list: @UsePolicy protects handlers only, and this method is none; use @Resilient',
    );
  });

  it('refuses @UsePolicy on what is neither class nor method', () => {
    const decorate = UsePolicy('edge');

    expect(() => decorate({}, 'field', undefined as never)).toThrow(/@UsePolicy on Object\.field/);
  });
});

describe('controllers of one name', () => {
  function ordersModule() {
    @UsePolicy('edge')
    @Controller()
    class OrdersController {
      @Get()
      list(): void {
        // never called
      }
    }
    return OrdersController;
  }

  it('have breakers of their own, shown with their modules', async () => {
    @Module({ controllers: [ordersModule()] })
    class ShopModule {}
    @Module({ controllers: [ordersModule()] })
    class OfficeModule {}
    const { service } = await startApp({ options: { policies }, imports: [ShopModule, OfficeModule] });

    expect(service.breakers().map(({ name }) => name)).toEqual([
      'ShopModule/OrdersController.list',
      'OfficeModule/OrdersController.list',
    ]);
  });
});

describe('what a factory of forRootAsync gives too late', () => {
  it.each([
    ['routes', [{ path: '/**', policy: 'edge' }], 'interceptors'],
    ['httpErrors', true, 'filters'],
  ])('%s stops the boot and says where it belongs', async (option, value, enhancers) => {
    const options = { policies, [option]: value };
    const builder = Test.createTestingModule({
      imports: [ResilienceModule.forRootAsync({ useFactory: () => options as never })],
    });

    await expect(builder.compile()).rejects.toThrow(
      `${option}: belongs beside the factory, as in ResilienceModule.forRootAsync({ ${option}, useFactory }), for Nest binds ${enhancers} before any factory runs`,
    );
  });
});

describe('an application without the module', () => {
  it('runs handlers with @UsePolicy bare and says so in the log', async () => {
    @Controller()
    class OrdersController {
      @Get()
      @UsePolicy('edge')
      list(): string {
        return 'list';
      }
    }
    const logs = new LogLines();
    const compiled = await Test.createTestingModule({ controllers: [OrdersController] })
      .setLogger(logs)
      .compile();
    const app = compiled.createNestApplication();
    await app.listen(0, '127.0.0.1');
    const answers = [await fetch(await app.getUrl()), await fetch(await app.getUrl())];

    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['list', 'list']);
    expect(logs.of('error')).toEqual([
      'OrdersController uses ResilienceInterceptor, but its handlers run unprotected: add ResilienceModule.forRoot() to ' +
        'the imports of your root module; an interceptor made with `new` knows no application, so bind it as APP_INTERCEPTOR',
    ]);
    await app.close();
  });

  it('takes the mock of a testing module for no runtime', async () => {
    const interceptor = new ResilienceInterceptor(new Proxy({}, { get: () => () => undefined }));
    const context = { getClass: () => class OrdersController {} };

    expect(interceptor.intercept(context as never, { handle: () => 'bare' as never })).toBe('bare');
  });
});

describe('static parts of forRootAsync', () => {
  it('bind interceptor and filter', async () => {
    @Controller()
    class OrdersController {
      @Get('orders')
      list(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    const compiled = await Test.createTestingModule({
      imports: [
        ResilienceModule.forRootAsync({
          useFactory: () => ({ policies: { edge: { timeout: '10ms' } }, logging: false }),
          routes: [{ path: '/**', policy: 'edge' }],
          httpErrors: true,
        }),
      ],
      controllers: [OrdersController],
    }).compile();
    const app = compiled.createNestApplication();
    await app.listen(0, '127.0.0.1');
    const answer = await fetch(`${await app.getUrl()}/orders`);

    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
    await app.close();
  });
});
