import { Controller, Inject, Injectable, type INestApplicationContext } from '@nestjs/common';
import {
  ClientNats,
  ClientsModule,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
  type ClientProxy,
} from '@nestjs/microservices';
import { defer, finalize, lastValueFrom, Observable } from 'rxjs';
import { callReport } from '../../../lib/core/call-report.js';
import { classify } from '../../../lib/core/classify/classify.js';
import { Resilient } from '../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceService } from '../../../lib/nest/resilience.service.js';
import { rejection } from '../../support/virtual-policy.js';
import { threeAttempts, unavailable } from '../http/support.js';
import {
  closeRunning,
  describeTransports,
  nextEvent,
  patternOf,
  startSender,
  startService,
  type TransportName,
} from './support.js';

const calls = new Map<string, number>();
let hanging: (() => void) | undefined;

function count(name: string): number {
  const times = (calls.get(name) ?? 0) + 1;
  calls.set(name, times);
  return times;
}

@Controller()
class OrdersController {
  @MessagePattern(patternOf('find'))
  find(@Payload() id: number): string {
    if (count('find') % 3 !== 0) throw new RpcException({ status: 503, message: 'busy' });
    return `order ${id}`;
  }

  @MessagePattern(patternOf('missing'))
  missing(): never {
    count('missing');
    throw new RpcException({ status: 404, message: 'no such order' });
  }

  @MessagePattern(patternOf('broken'))
  broken(): never {
    count('broken');
    throw new Error('not for clients');
  }

  @MessagePattern(patternOf('dependency'))
  dependency(): never {
    count('dependency');
    throw new RpcException(unavailable());
  }

  @MessagePattern(patternOf('guarded'))
  @Resilient('guarded')
  async guarded(): Promise<void> {
    count('guarded');
    throw unavailable();
  }

  @MessagePattern(patternOf('hang'))
  hang(): Promise<never> {
    hanging?.();
    return new Promise(() => undefined);
  }

  @EventPattern(patternOf('created'))
  created(_order: unknown): void {
    count('created');
    hanging?.();
  }
}

@Injectable()
class Orders {
  /** Requests that wait for an answer. */
  waiting = 0;

  constructor(@Inject('ORDERS') readonly client: ClientProxy) {}

  /** What the policies are around. */
  send(name: string, data: unknown = {}): Observable<unknown> {
    return defer(() => {
      this.waiting += 1;
      return this.client.send<unknown>(patternOf(name), data).pipe(finalize(() => (this.waiting -= 1)));
    });
  }

  @Retryable('edge')
  stream(name: string, data?: unknown): Observable<unknown> {
    return this.send(name, data);
  }

  @Retryable('network', threeAttempts.retry)
  async ask(name: string, data?: unknown): Promise<unknown> {
    return lastValueFrom(this.send(name, data));
  }

  @Retryable('edge', { idempotent: false })
  async once(name: string): Promise<unknown> {
    return lastValueFrom(this.send(name));
  }

  @Resilient('slow')
  limited(name: string): Observable<unknown> {
    return this.send(name);
  }

  @Retryable('edge')
  announce(name: string): Observable<unknown> {
    if (count('announce') === 1) throw unavailable();
    return this.client.emit(patternOf(name), {});
  }
}

/** What each transport makes of a message that nobody takes. */
const nobody: Record<TransportName, string> = {
  NATS: 'network', // the server knows that nobody listens
  Redis: 'timeout', // nothing comes back
  RabbitMQ: 'notFound', // whoever reads the queue says that it has no handler
};

const service = {
  policies: { guarded: { circuitBreaker: { failureThreshold: 1, resetTimeout: '1h' } } },
  httpErrors: true,
};

describeTransports('what ClientProxy sends', (transport, name) => {
  let app: INestApplicationContext;
  let orders: Orders;

  const hangs = (): Promise<void> =>
    new Promise((resolve) => {
      hanging = resolve;
    });

  beforeAll(async () => {
    await startService(transport, service, { controllers: [OrdersController] });
    const clients = ClientsModule.register([{ name: 'ORDERS', ...transport }]);
    const policies = { edge: threeAttempts, slow: { timeout: '150ms' } };
    app = await startSender({ policies }, { imports: [clients], providers: [Orders] });
    orders = app.get(Orders);
    await orders.client.connect();
  });
  beforeEach(() => calls.clear());
  afterAll(closeRunning);

  it('is sent again when the other service fails, for each subscription', async () => {
    const answer = orders.stream('find', 7);

    expect(calls.get('find')).toBeUndefined();
    expect(await lastValueFrom(answer)).toBe('order 7');
    expect(await lastValueFrom(answer)).toBe('order 7');
    expect(calls.get('find')).toBe(6);
  });

  it('is sent again under a preset, also where the other service hides what failed', async () => {
    expect(await orders.ask('find', 8)).toBe('order 8');
    expect(await rejection(orders.ask('broken'))).toEqual({
      status: 'error',
      message: 'Internal server error',
    });
    expect(calls.get('broken')).toBe(5);
  });

  it('is not sent again when the answer is final', async () => {
    expect(await rejection(orders.ask('missing'))).toEqual({ status: 404, message: 'no such order' });
    expect(calls.get('missing')).toBe(1);
  });

  it('is not sent twice because the other service could not reach its own dependency', async () => {
    expect(await rejection(orders.once('dependency'))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(calls.get('dependency')).toBe(1);
  });

  it('is not sent again before the open circuit of the other service lets it through', async () => {
    await rejection(orders.once('guarded'));
    const error = await rejection(orders.ask('guarded'));

    expect(error).toMatchObject({
      code: 'CIRCUIT_OPEN',
      statusCode: 503,
      retryAfter: expect.any(Number) as number,
    });
    expect(callReport(error)).toMatchObject({ attempts: 1, reason: 'hint' });
    expect(calls.get('guarded')).toBe(1);
  });

  it('is given up at the timeout', async () => {
    const error = await rejection(lastValueFrom(orders.limited('hang')));

    expect(error).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
    expect(orders.waiting).toBe(0);
  });

  it('is given up when nobody subscribes any more', async () => {
    const begun = hangs();
    const subscription = orders.stream('hang').subscribe();
    await begun;

    expect(orders.waiting).toBe(1);
    const end = nextEvent(app, ({ type }) => type === 'failure');
    subscription.unsubscribe();
    expect(await end).toMatchObject({ operation: 'Orders.stream', category: 'aborted' });
    expect(orders.waiting).toBe(0);
  });

  it("is given up when the caller's signal says so", async () => {
    const caller = new AbortController();
    const begun = hangs();
    const send = () => lastValueFrom(orders.send('hang'));
    const call = app.get(ResilienceService).execute('edge', send, { signal: caller.signal });
    await begun;
    caller.abort(new Error('enough'));

    expect(await rejection(call)).toBe(caller.signal.reason);
  });

  it('is an event that is emitted once it succeeds', async () => {
    const arrived = hangs();
    await lastValueFrom(orders.announce('created'), { defaultValue: undefined });
    await arrived;

    expect(calls.get('announce')).toBe(2);
    expect(calls.get('created')).toBe(1);
  });

  it('fails where nobody takes it with an error of a known kind', async () => {
    const answer = name === 'Redis' ? orders.limited('nobody') : orders.stream('nobody');

    expect(classify(await rejection(lastValueFrom(answer)))).toBe(nobody[name]);
  });

  // Nest 11 lets the others wait for ever.
  const itWhereNestTells = name === 'Redis' || 'handleClose' in ClientNats.prototype ? it : it.skip;

  itWhereNestTells('fails with a network error when the client is closed meanwhile', async () => {
    const begun = hangs();
    const call = rejection(lastValueFrom(orders.send('hang')));
    await begun;
    await orders.client.close();

    expect(classify(await call)).toBe('network');
  });
});
