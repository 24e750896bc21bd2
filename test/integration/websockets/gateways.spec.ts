import { UseFilters } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { AttemptContext } from '../../../lib/core/attempt-context.js';
import { ResilienceExceptionFilter } from '../../../lib/nest/filter/resilience-exception.filter.js';
import { Attempt } from '../../../lib/nest/decorators/attempt.decorator.js';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { TimeLimit } from '../../../lib/nest/decorators/strategy.decorators.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, threeAttempts, unavailable, until, type TestApp } from '../http/support.js';
import { socketPlatforms, type Received, type SocketClient } from './support.js';

const calls = new Map<string, number>();
const signals: AbortSignal[] = [];

function count(name: string): number {
  const times = (calls.get(name) ?? 0) + 1;
  calls.set(name, times);
  return times;
}

const isUsual = (operation: string): boolean => operation === 'OrdersGateway.usual';
const answer = (data: unknown): Received => ({ event: 'answer', data });

@UsePolicy('edge')
@WebSocketGateway()
class OrdersGateway {
  @SubscribeMessage('usual')
  usual(): Received {
    count('usual');
    throw unavailable();
  }

  @SubscribeMessage('idempotent')
  @UsePolicy('edge', { idempotent: true })
  idempotent(@MessageBody() id: number): Received {
    if (count('idempotent') < 3) throw unavailable();
    return answer(id);
  }

  @SubscribeMessage('attempt')
  @UsePolicy('edge', { idempotent: true })
  attempt(_client: unknown, id: number, @Attempt() attempt?: AttemptContext): Received {
    if (attempt?.attempt !== 2) throw unavailable();
    return answer(`${id} in attempt 2 under "${attempt.policy}"`);
  }

  @SubscribeMessage('refused')
  refused(): Received {
    throw new WsException({ status: 'error', message: 'sold out' });
  }

  @SubscribeMessage('slow')
  @UsePolicy('slow')
  slow(): Promise<Received> {
    return new Promise(() => undefined);
  }

  @SubscribeMessage('endless')
  endless(@Attempt() attempt: AttemptContext): Promise<Received> {
    signals.push(attempt.signal);
    return new Promise(() => undefined);
  }
}

@WebSocketGateway()
class PaymentsGateway {
  @Retryable('edge')
  @SubscribeMessage('retried')
  async retried(@MessageBody() id: number): Promise<Received> {
    if (count('retried') < 3) throw unavailable();
    return answer(id);
  }

  @SubscribeMessage('limited')
  @TimeLimit('10ms')
  async limited(): Promise<Received> {
    return new Promise(() => undefined);
  }
}

@WebSocketGateway()
@UseFilters(ResilienceExceptionFilter)
class FilteredGateway {
  @SubscribeMessage('filtered')
  @TimeLimit('10ms')
  async filtered(): Promise<Received> {
    return new Promise(() => undefined);
  }
}

const policies = { edge: threeAttempts, slow: { timeout: '10ms' } };
const providers = [OrdersGateway, PaymentsGateway, FilteredGateway];

afterAll(closeAll);

describe.each(socketPlatforms)('gateways over %s', (_, platform) => {
  const clients: SocketClient[] = [];
  let testApp: TestApp;
  let client: SocketClient;

  const start = async (httpErrors: boolean): Promise<TestApp> =>
    listen(ExpressAdapter, { policies, httpErrors, logging: false }, { providers, configure: platform.use });
  const connect = async ({ url }: TestApp): Promise<SocketClient> => {
    const connected = await platform.connect(url);
    clients.push(connected);
    return connected;
  };

  beforeAll(async () => {
    testApp = await start(true);
    client = await connect(testApp);
  });
  beforeEach(() => calls.clear());
  afterAll(() => clients.forEach((one) => one.close()));

  it('are not retried', async () => {
    (await connect(testApp)).send('usual');
    await until(() => testApp.events.some(({ type, operation }) => type === 'failure' && isUsual(operation)));

    expect(calls.get('usual')).toBe(1);
  });

  it('are retried where the policy says idempotent: true', async () => {
    expect(await client.ask('idempotent', 7)).toEqual(answer(7));
    expect(calls.get('idempotent')).toBe(3);
  });

  it('are retried where a decorator of methods says so', async () => {
    expect(await client.ask('retried', 7)).toEqual(answer(7));
    expect(calls.get('retried')).toBe(3);
    expect(testApp.service.stats('edge').retries).toBeGreaterThanOrEqual(2);
  });

  it('receive their @Attempt()', async () => {
    expect(await client.ask('attempt', 7)).toEqual(answer('7 in attempt 2 under "edge"'));
  });

  const itWhereNestSends = platform.nestSendsErrors ? it : it.skip;

  itWhereNestSends('pass a WsException on as it is', async () => {
    expect(await client.ask('refused')).toEqual({
      event: 'exception',
      data: { status: 'error', message: 'sold out' },
    });
  });

  it.each([
    ['slow', 'OrdersGateway.slow', 'slow'],
    ['limited', 'PaymentsGateway.limited', 'inline'],
    ['filtered', 'FilteredGateway.filtered', 'inline'],
  ])('answer with the error in the form of the transport: %s', async (event, operation, policy) => {
    expect(await client.ask(event)).toEqual({
      event: 'exception',
      data: {
        status: 'error',
        message: expect.stringMatching(`${operation}.*policy=${policy}`) as string,
        code: 'TIMEOUT_EXCEEDED',
        statusCode: 504,
      },
    });
  });

  it('end the call when the client goes away', async () => {
    const leaving = await connect(testApp);
    leaving.send('endless');
    await until(() => signals.length === 1);
    leaving.close();
    await until(() => signals[0]?.aborted === true);

    expect(signals.splice(0)[0]?.reason).toMatchObject({ status: 499 });
    expect(testApp.events.filter(({ operation }) => operation === 'OrdersGateway.endless')).toContainEqual(
      expect.objectContaining({ type: 'failure', category: 'aborted' }),
    );
  });

  itWhereNestSends(
    "leave the answer to Nest in an application without httpErrors, whose classes are another one's too",
    async () => {
      const bare = await connect(await start(false));
      const again = await connect(await start(true));

      expect((await bare.ask('slow')).data).toMatchObject({ message: 'Internal server error' });
      expect((await bare.ask('filtered')).data).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
      expect((await again.ask('slow')).data).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
      expect((await client.ask('slow')).data).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
    },
  );
});
