import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Payload,
  Transport,
  type ClientProxy,
} from '@nestjs/microservices';
import { lastValueFrom, of, toArray } from 'rxjs';
import { AttemptContext } from '../../../lib/core/attempt-context.js';
import { Attempt } from '../../../lib/nest/decorators/attempt.decorator.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../lib/nest/resilience.service.js';
import { freePort, threeAttempts, unavailable, until } from './support.js';

const calls: Record<string, number> = {};

function count(name: string): number {
  return (calls[name] = (calls[name] ?? 0) + 1);
}

@UsePolicy('edge')
@Controller()
class OrdersController {
  @MessagePattern('fails')
  fails(): never {
    count('fails');
    throw unavailable();
  }

  @MessagePattern('flaky')
  @UsePolicy('edge', { idempotent: true })
  flaky(id: number): string {
    if (count('flaky') < 3) throw unavailable();
    return `order ${id}`;
  }

  @MessagePattern('attempt')
  @UsePolicy('edge', { idempotent: true })
  attempt(id: number, @Attempt() attempt?: AttemptContext): string {
    if (attempt?.attempt !== 3) throw unavailable();
    return `order ${id} in attempt ${attempt.attempt} under "${attempt.policy}"`;
  }

  @MessagePattern('attempt.of.stream')
  @UsePolicy('edge', { timeout: { stream: { idle: '1m' } } })
  streamed(@Attempt() attempt: AttemptContext, @Payload() id: number): string {
    return `order ${id} in attempt ${attempt.attempt} under "${attempt.policy}"`;
  }

  @MessagePattern('stream')
  stream() {
    return of(1, 2, 3);
  }

  @MessagePattern('slow')
  @UsePolicy('slow')
  slow(): Promise<never> {
    return new Promise(() => undefined);
  }

  @EventPattern('created')
  created(_data: unknown): unknown {
    count('created');
    throw unavailable();
  }
}

@Module({
  imports: [
    ResilienceModule.forRoot({
      policies: { edge: threeAttempts, slow: { timeout: '10ms' } },
      httpErrors: true,
      logging: false,
    }),
  ],
  controllers: [OrdersController],
})
class AppModule {}

describe('handlers of messages over TCP', () => {
  let app: INestMicroservice;
  let client: ClientProxy;

  beforeAll(async () => {
    const options = { host: '127.0.0.1', port: await freePort() };
    app = await NestFactory.createMicroservice(AppModule, {
      transport: Transport.TCP,
      options,
      logger: false,
    });
    await app.listen();
    client = ClientProxyFactory.create({ transport: Transport.TCP, options });
    await client.connect();
  });
  afterAll(async () => {
    await client.close();
    await app.close();
  });

  const send = (pattern: string, data: unknown = {}) => lastValueFrom(client.send<unknown>(pattern, data));

  it('are not retried', async () => {
    await expect(send('fails')).rejects.toMatchObject({ status: 'error' });

    expect(calls['fails']).toBe(1);
  });

  it('are retried where the policy says idempotent: true', async () => {
    expect(await send('flaky', 7)).toBe('order 7');
    expect(calls['flaky']).toBe(3);
  });

  it.each([
    ['attempt', 'order 7 in attempt 3 under "edge"'],
    ['attempt.of.stream', 'order 7 in attempt 1 under "edge"'],
  ])('receive their @Attempt() beside a payload of any kind: %s', async (pattern, answer) => {
    expect(await send(pattern, 7)).toBe(answer);
  });

  it('may give several items', async () => {
    expect(await lastValueFrom(client.send<number>('stream', {}).pipe(toArray()))).toEqual([1, 2, 3]);
  });

  it('answer with what the filter makes of an error', async () => {
    await expect(send('slow')).rejects.toEqual({
      status: 'error',
      message: expect.stringMatching(/OrdersController\.slow.*policy=slow/) as string,
      code: 'TIMEOUT_EXCEEDED',
      statusCode: 504,
    });
  });

  it('of events are not retried', async () => {
    await lastValueFrom(client.emit('created', {}), { defaultValue: undefined });
    await until(
      () => app.get(ResilienceService).stats('edge').failures > 0 && calls['created'] !== undefined,
    );

    expect(calls['created']).toBe(1);
  });
});
