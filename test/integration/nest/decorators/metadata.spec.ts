import {
  Body,
  Controller,
  createParamDecorator,
  Get,
  Header,
  HttpCode,
  Injectable,
  Module,
  Param,
  Post,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { ClientProxyFactory, MessagePattern, Transport, type ClientProxy } from '@nestjs/microservices';
import { Cron, Interval, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { firstValueFrom, Observable, of } from 'rxjs';
import { CircuitBreaker } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = { instant: { retry: { maxAttempts: 3, backoff: noBackoff } } };

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.getAllAndOverride<string[] | undefined>('roles', [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    return roles === undefined || roles.includes(request.headers['role'] ?? '');
  }
}

const Roles = (...roles: string[]) => SetMetadata('roles', roles);
const Role = createParamDecorator((_data, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['role'];
});

/** Fails twice, then answers. */
class Flaky {
  private calls = 0;

  protected answer<T>(value: T): T {
    if (++this.calls % 3 !== 0) throw new Error('down');
    return value;
  }
}

describe('a route', () => {
  @Controller('orders')
  @UseGuards(RolesGuard)
  class Orders extends Flaky {
    @Retryable('instant')
    @CircuitBreaker({ failureThreshold: 100 })
    @Get('above/:id')
    @Roles('admin')
    @HttpCode(202)
    @Header('x-kept', 'yes')
    async above(@Param('id') id: string, @Role() role: string): Promise<string> {
      return this.answer(`${id} for ${role}`);
    }

    @Get('below/:id')
    @Roles('admin')
    @HttpCode(202)
    @Header('x-kept', 'yes')
    @CircuitBreaker({ failureThreshold: 100 })
    @Retryable('instant')
    async below(@Param('id') id: string, @Role() role: string): Promise<string> {
      return this.answer(`${id} for ${role}`);
    }

    @Retryable('instant')
    @Get('between/:id')
    @HttpCode(202)
    @CircuitBreaker({ failureThreshold: 100 })
    @Header('x-kept', 'yes')
    @Roles('admin')
    async between(@Param('id') id: string, @Role() role: string): Promise<string> {
      return this.answer(`${id} for ${role}`);
    }

    @Get('stream/:id')
    @Roles('admin')
    @HttpCode(202)
    @Header('x-kept', 'yes')
    @Retryable('instant')
    stream(@Param('id') id: string, @Role() role: string): Observable<string> {
      return of(this.answer(`${id} for ${role}`));
    }

    @Post()
    @Retryable('instant')
    async create(@Body() body: { id: string }): Promise<string> {
      return this.answer(body.id);
    }
  }

  @Controller('by-class')
  @UseGuards(RolesGuard)
  @Resilient('instant')
  class ByClass extends Flaky {
    @Get(':id')
    @Roles('admin')
    @HttpCode(202)
    @Header('x-kept', 'yes')
    async get(@Param('id') id: string, @Role() role: string): Promise<string> {
      return this.answer(`${id} for ${role}`);
    }
  }

  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [ResilienceModule.forRoot({ policies })],
      controllers: [Orders, ByClass],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  const paths = ['orders/above/7', 'orders/below/7', 'orders/between/7', 'orders/stream/7', 'by-class/7'];

  it.each(paths)(
    '/%s keeps its guard, roles, parameters, status and headers, and is retried',
    async (path) => {
      const answer = await fetch(`${url}/${path}`, { headers: { role: 'admin' } });
      expect(answer.status).toBe(202);
      expect(answer.headers.get('x-kept')).toBe('yes');
      expect(await answer.text()).toBe('7 for admin');
    },
  );

  it.each(paths)('/%s answers 403 to whom it would answer 403 without the library', async (path) => {
    expect((await fetch(`${url}/${path}`, { headers: { role: 'guest' } })).status).toBe(403);
    expect((await fetch(`${url}/${path}`)).status).toBe(403);
  });

  it('takes a body', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/orders`, { method: 'POST', headers, body: '{"id":"A1"}' });
    expect([answer.status, await answer.text()]).toEqual([201, 'A1']);
  });
});

describe('@Cron and @Interval', () => {
  @Injectable()
  class Jobs extends Flaky {
    readonly done: string[] = [];

    @Retryable('instant')
    @Cron('0 0 1 1 *', { name: 'above' })
    async above(): Promise<void> {
      this.done.push(this.answer('above'));
    }

    @Cron('0 0 1 1 *', { name: 'below' })
    @Retryable('instant')
    async below(): Promise<void> {
      this.done.push(this.answer('below'));
    }

    @Interval('often', 1_000_000)
    @Retryable('instant')
    async often(): Promise<void> {}
  }

  it('run the method under its policy, written above or below', async () => {
    const { get, service, clock } = await startApp({
      imports: [ScheduleModule.forRoot()],
      providers: [Jobs],
      options: { policies },
    });
    const registry = get(SchedulerRegistry);
    expect(registry.getIntervals()).toEqual(['often']);
    for (const name of ['above', 'below']) {
      await registry.getCronJob(name).fireOnTick();
      await clock.advance(0);
    }
    expect(get(Jobs).done).toEqual(['above', 'below']);
    expect(service.stats('instant')).toMatchObject({ calls: 2, attempts: 6 });
  });
});

describe('@OnEvent', () => {
  @Injectable()
  class Listener extends Flaky {
    readonly heard: unknown[] = [];

    @Retryable('instant')
    @OnEvent('order.above')
    @OnEvent('order.second')
    async above(event: unknown): Promise<void> {
      this.heard.push(this.answer(event));
    }

    @OnEvent('order.below')
    @Retryable('instant')
    async below(event: unknown): Promise<void> {
      this.heard.push(this.answer(event));
    }
  }

  it('runs the method under its policy, written above or below', async () => {
    const { get, service, clock } = await startApp({
      imports: [EventEmitterModule.forRoot()],
      providers: [Listener],
      options: { policies },
    });
    const emitter = get(EventEmitter2);
    for (const name of ['order.above', 'order.second', 'order.below']) {
      emitter.emit(name, name);
      await clock.advance(0);
    }
    expect(get(Listener).heard).toEqual(['order.above', 'order.second', 'order.below']);
    expect(service.stats('instant')).toMatchObject({ calls: 3, attempts: 9 });
  });
});

describe('@MessagePattern', () => {
  @Controller()
  class Messages extends Flaky {
    @Retryable('instant')
    @MessagePattern('above')
    async above(data: unknown): Promise<unknown> {
      return this.answer({ above: data });
    }

    @MessagePattern('below')
    @Retryable('instant')
    async below(data: unknown): Promise<unknown> {
      return this.answer({ below: data });
    }

    @MessagePattern('stream')
    @Retryable('instant')
    stream(data: unknown): Observable<unknown> {
      return of(this.answer({ stream: data }));
    }
  }

  @Module({ imports: [ResilienceModule.forRoot({ policies })], controllers: [Messages] })
  class MessagesModule {}

  let app: INestApplication;
  let client: ClientProxy;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [MessagesModule] }).compile();
    app = module.createNestApplication({ logger: false });
    const server = app.connectMicroservice({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
    });
    // Before the hooks of the modules have run: handlers are captured by then.
    await app.startAllMicroservices();
    const { port } = server.unwrap<{ address(): { port: number } }>().address();
    client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
  });
  afterAll(async () => {
    await client.close();
    await app.close();
  });

  it.each(['above', 'below', 'stream'])('runs the method under its policy: %s', async (pattern) => {
    await expect(firstValueFrom(client.send(pattern, 7))).resolves.toEqual({ [pattern]: 7 });
  });
});

describe('the method itself', () => {
  const marked =
    (name: string): MethodDecorator =>
    (_target, _key, descriptor) => {
      Object.assign(descriptor.value as object, { [name]: true });
    };

  class Plain {
    async load(_a: string, _b: number, _c = 1): Promise<void> {}
  }

  class Decorated {
    @marked('above')
    @SetMetadata('above', 1)
    @Retryable('instant')
    @SetMetadata('below', [2])
    @marked('below')
    async load(_a: string, _b: number, _c = 1): Promise<void> {}
  }
  const { load } = Decorated.prototype;

  it('keeps name and length', () => {
    expect([load.name, load.length]).toEqual([Plain.prototype.load.name, Plain.prototype.load.length]);
  });

  it('keeps the properties of the function', () => {
    expect(Object.keys(load)).toEqual(['below', 'above']);
    expect(Object.hasOwn(load, 'prototype')).toBe(Object.hasOwn(Plain.prototype.load, 'prototype'));
  });

  it('keeps every metadata key of the function, and what TypeScript records of the method', () => {
    expect(Reflect.getMetadata('above', load)).toBe(1);
    expect(Reflect.getMetadata('below', load)).toEqual([2]);
    expect(Reflect.getMetadata('design:returntype', Decorated.prototype, 'load')).toBe(Promise);
    expect(Reflect.getMetadata('design:paramtypes', Decorated.prototype, 'load')).toEqual([
      String,
      Number,
      undefined,
    ]);
  });

  it('keeps how it stands on the prototype', () => {
    const { value: _, ...descriptor } = Object.getOwnPropertyDescriptor(Decorated.prototype, 'load') ?? {};
    expect(descriptor).toEqual({ writable: true, enumerable: false, configurable: true });
  });
});
