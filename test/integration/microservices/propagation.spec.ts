import { Controller, Inject, Injectable } from '@nestjs/common';
import {
  ClientProxyFactory,
  MessagePattern,
  NatsRecordBuilder,
  Payload,
  RmqRecordBuilder,
  Transport,
  type ClientProxy,
} from '@nestjs/microservices';
import { headers as natsHeaders } from 'nats';
import { lastValueFrom } from 'rxjs';
import { outgoingHeaders } from '../../../lib/nest/context/context-headers.js';
import { currentAttempt } from '../../../lib/nest/context/current-attempt.js';
import { Resilient } from '../../../lib/nest/decorators/resilient.decorator.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeRunning, describeTransports, patternOf, startService } from './support.js';

interface Seen {
  readonly remaining: number;
  readonly headers: Record<string, string>;
}

@Injectable()
class Stock {
  @Resilient('stock')
  async left(): Promise<Seen> {
    return { remaining: currentAttempt()?.remaining() ?? -1, headers: outgoingHeaders() };
  }
}

@Controller()
class StockController {
  constructor(@Inject(Stock) private readonly stock: Stock) {}

  @UsePolicy('stock')
  @MessagePattern(patternOf('left'))
  left(@Payload() _sku: string): Promise<Seen> {
    return this.stock.left();
  }
}

function carrying(values: Record<string, string>, transport: Transport): unknown {
  if (transport === Transport.RMQ) return new RmqRecordBuilder('A1').setOptions({ headers: values }).build();
  if (transport !== Transport.NATS) return 'A1';
  const all = natsHeaders();
  for (const [name, value] of Object.entries(values)) all.set(name, value);
  return new NatsRecordBuilder('A1').setHeaders(all).build();
}

const sent = { 'x-request-deadline-ms': '20000', 'x-retry-attempt': '4' };

describeTransports('a message that is part of an attempt elsewhere', (transport, name) => {
  let client: ClientProxy;
  const start = async (trustInbound: boolean): Promise<void> => {
    const options = { policies: { stock: { timeout: '1m' } }, propagateContext: { trustInbound } };
    await startService(transport, options, { controllers: [StockController], providers: [Stock] });
    client = ClientProxyFactory.create(transport) as ClientProxy;
  };
  const ask = (): Promise<Seen> =>
    lastValueFrom(client.send(patternOf('left'), carrying(sent, transport.transport)));

  afterEach(async () => {
    await client.close();
    await closeRunning();
  });

  const carries = name !== 'Redis';

  it('is bounded by its deadline where it is trusted, unless its transport has no headers', async () => {
    await start(true);
    const { remaining, headers } = await ask();
    expect(remaining > 20_000).toBe(!carries);
    expect(headers['x-retry-attempt']).toBe(carries ? '4' : '1');
  });

  it('is not where nobody said so', async () => {
    await start(false);
    const { remaining, headers } = await ask();
    expect(remaining).toBeGreaterThan(20_000);
    expect(headers['x-retry-attempt']).toBe('1');
  });
});
