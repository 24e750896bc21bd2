import { Controller, NotFoundException, type INestMicroservice } from '@nestjs/common';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
  type ClientProxy,
} from '@nestjs/microservices';
import { lastValueFrom, of, toArray } from 'rxjs';
import { AttemptContext } from '../../../lib/core/attempt-context.js';
import { Attempt } from '../../../lib/nest/decorators/attempt.decorator.js';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { TimeLimit } from '../../../lib/nest/decorators/strategy.decorators.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { threeAttempts, unavailable } from '../http/support.js';
import { closeRunning, describeTransports, nextEvent, patternOf, startService } from './support.js';

const calls = new Map<string, number>();

function count(name: string): number {
  const times = (calls.get(name) ?? 0) + 1;
  calls.set(name, times);
  return times;
}

/** Fails twice, then gives the value. */
function flaky<T>(name: string, value: T): T {
  if (count(name) < 3) throw unavailable();
  return value;
}

@UsePolicy('edge')
@Controller()
class OrdersController {
  @MessagePattern(patternOf('usual'))
  usual(): string {
    return flaky('usual', 'never');
  }

  @MessagePattern(patternOf('idempotent'))
  @UsePolicy('edge', { idempotent: true })
  idempotent(id: number): string {
    return flaky('idempotent', `order ${id}`);
  }

  @MessagePattern(patternOf('attempt'))
  @UsePolicy('edge', { idempotent: true })
  attempt(@Payload() id: number, @Attempt() attempt: AttemptContext): string {
    if (attempt.attempt < 2) throw unavailable();
    return `order ${id} in attempt ${attempt.attempt}`;
  }

  @MessagePattern(patternOf('stream'))
  stream() {
    return of(1, 2, 3);
  }

  @MessagePattern(patternOf('refused'))
  refused(): never {
    throw new RpcException({ status: 409, message: 'sold out' });
  }

  @MessagePattern(patternOf('fragile'))
  @UsePolicy('fragile')
  fragile(): never {
    throw unavailable();
  }

  @MessagePattern(patternOf('http'))
  http(): never {
    throw new NotFoundException();
  }

  @EventPattern(patternOf('created'))
  created(_order: unknown): void {
    flaky('created', undefined);
  }

  @EventPattern(patternOf('stored'))
  @UsePolicy('edge', { idempotent: true })
  stored(_order: unknown): void {
    flaky('stored', undefined);
  }
}

@Controller()
class PaymentsController {
  @Retryable('edge')
  @MessagePattern(patternOf('retried'))
  async retried(@Payload() id: number): Promise<string> {
    return flaky('retried', `payment ${id}`);
  }

  @MessagePattern(patternOf('limited'))
  @TimeLimit('10ms')
  async limited(): Promise<string> {
    return new Promise(() => undefined);
  }

  @EventPattern(patternOf('paid'))
  @Retryable('edge')
  async paid(_order: unknown): Promise<void> {
    flaky('paid', undefined);
  }
}

const policies = {
  edge: threeAttempts,
  fragile: { circuitBreaker: { failureThreshold: 1, resetTimeout: '1m' } },
};
const controllers = [OrdersController, PaymentsController];

describeTransports('handlers of messages', (transport) => {
  let service: INestMicroservice;
  let client: ClientProxy;

  beforeAll(async () => {
    service = await startService(transport, { policies, httpErrors: true }, { controllers });
    client = ClientProxyFactory.create(transport) as ClientProxy;
    await client.connect();
  });
  beforeEach(() => calls.clear());
  afterAll(async () => {
    await client.close();
    await closeRunning();
  });

  const send = (name: string, data: unknown = {}) =>
    lastValueFrom(client.send<unknown>(patternOf(name), data));

  it('are not retried', async () => {
    await expect(send('usual')).rejects.toEqual({ status: 'error', message: 'Internal server error' });
    expect(calls.get('usual')).toBe(1);
  });

  it('are retried where the policy says idempotent: true', async () => {
    expect(await send('idempotent', 7)).toBe('order 7');
    expect(calls.get('idempotent')).toBe(3);
  });

  it('are retried where a decorator of methods says so', async () => {
    expect(await send('retried', 7)).toBe('payment 7');
    expect(calls.get('retried')).toBe(3);
  });

  it('receive their @Attempt()', async () => {
    expect(await send('attempt', 7)).toBe('order 7 in attempt 2');
  });

  it('may give several items', async () => {
    const items = client.send<number>(patternOf('stream'), {}).pipe(toArray());

    expect(await lastValueFrom(items)).toEqual([1, 2, 3]);
  });

  it('pass an RpcException on as it is', async () => {
    await expect(send('refused')).rejects.toEqual({ status: 409, message: 'sold out' });
  });

  it('leave exceptions of HTTP to Nest', async () => {
    await expect(send('http')).rejects.toEqual({ status: 'error', message: 'Internal server error' });
  });

  it("answer with this library's errors in the form of the transport", async () => {
    await expect(send('limited')).rejects.toEqual({
      status: 'error',
      message: expect.stringContaining('PaymentsController.limited') as string,
      code: 'TIMEOUT_EXCEEDED',
      statusCode: 504,
    });
  });

  it('say when it is worth trying again', async () => {
    await expect(send('fragile')).rejects.toEqual({ status: 'error', message: 'Internal server error' });
    await expect(send('fragile')).rejects.toEqual({
      status: 'error',
      message: expect.not.stringContaining('ECONNREFUSED') as string,
      code: 'CIRCUIT_OPEN',
      statusCode: 503,
      retryAfter: expect.any(Number) as number,
    });
  });

  it.each([
    ['created', 'OrdersController.created', 'failure', 1],
    ['stored', 'OrdersController.stored', 'success', 3],
    ['paid', 'PaymentsController.paid', 'success', 3],
  ])(
    'of events are retried only where a policy says idempotent: true, or a decorator of methods: %s',
    async (name, operation, type, times) => {
      const end = nextEvent(service, (event) => event.operation === operation && event.type === type);
      await lastValueFrom(client.emit(patternOf(name), {}), { defaultValue: undefined });
      await end;

      expect(calls.get(name)).toBe(times);
    },
  );
});

describeTransports('handlers of messages without httpErrors', (transport) => {
  let client: ClientProxy;

  beforeAll(async () => {
    await startService(transport, { policies }, { controllers });
    client = ClientProxyFactory.create(transport) as ClientProxy;
    await client.connect();
  });
  afterAll(async () => {
    await client.close();
    await closeRunning();
  });

  it("say nothing of this library's errors: Nest knows only RpcException", async () => {
    await expect(lastValueFrom(client.send(patternOf('limited'), {}))).rejects.toEqual({
      status: 'error',
      message: 'Internal server error',
    });
  });
});
