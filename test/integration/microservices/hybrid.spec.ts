import { Controller, Get, type INestApplication } from '@nestjs/common';
import { APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport, type ClientProxy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { ResilienceInterceptor } from '../../../lib/nest/interceptor/resilience.interceptor.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../lib/nest/resilience.service.js';
import { rejection } from '../../support/virtual-policy.js';
import { freePort, threeAttempts, unavailable } from '../http/support.js';

let calls = 0;

@UsePolicy('edge', { idempotent: true })
@Controller()
class OrdersController {
  @Get('order')
  @MessagePattern('order')
  order(): { id: number } {
    calls += 1;
    if (calls < 3) throw unavailable();
    return { id: 7 };
  }

  @Get('slow')
  @MessagePattern('slow')
  @UsePolicy('slow')
  slow(): Promise<never> {
    return new Promise(() => undefined);
  }
}

interface Started {
  readonly app: INestApplication;
  readonly client: ClientProxy;
}

/** An application of HTTP and messages; messages are taken as soon as it exists. */
async function start(inheritAppConfig: boolean): Promise<Started> {
  class AppModule {}
  const policies = { edge: threeAttempts, slow: { timeout: '10ms' } };
  const root = {
    module: AppModule,
    imports: [ResilienceModule.forRoot({ policies, httpErrors: true, logging: false })],
    controllers: [OrdersController],
    providers: [{ provide: APP_INTERCEPTOR, useClass: ResilienceInterceptor }],
  };
  const app = await NestFactory.create(root, { logger: false });
  const tcp = { transport: Transport.TCP as const, options: { host: '127.0.0.1', port: await freePort() } };
  app.connectMicroservice(tcp, { inheritAppConfig });
  await app.startAllMicroservices();
  const client = ClientProxyFactory.create(tcp);
  await client.connect();
  return { app, client };
}

describe.each([true, false])('a hybrid application with inheritAppConfig: %s', (inheritAppConfig) => {
  let app: INestApplication;
  let client: ClientProxy;

  const send = (pattern: string) => lastValueFrom(client.send<unknown>(pattern, {}));

  beforeAll(async () => {
    ({ app, client } = await start(inheritAppConfig));
  });
  beforeEach(() => {
    calls = 0;
  });
  afterAll(async () => {
    await client.close();
    await app.close();
  });

  it('protects messages before it listens to HTTP', async () => {
    expect(await send('order')).toEqual({ id: 7 });
    expect(calls).toBe(3);
  });

  it('runs a handler of both under one policy, once each', async () => {
    await app.listen(0, '127.0.0.1');
    const before = app.get(ResilienceService).stats('edge').calls;
    const response = await fetch(`${await app.getUrl()}/order`);
    calls = 0;

    expect(await response.json()).toEqual({ id: 7 });
    expect(await send('order')).toEqual({ id: 7 });
    expect(calls).toBe(3);
    expect(app.get(ResilienceService).stats('edge').calls).toBe(before + 2);
  });

  it('answers HTTP with the filter, messages only where they inherit it', async () => {
    const response = await fetch(`${await app.getUrl()}/slow`);

    expect([response.status, await response.json()]).toMatchObject([504, { code: 'TIMEOUT_EXCEEDED' }]);
    expect(await rejection(send('slow'))).toMatchObject(
      inheritAppConfig ? { code: 'TIMEOUT_EXCEEDED' } : { message: 'Internal server error' },
    );
  });
});
