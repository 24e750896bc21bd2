import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, Transport, type ClientProxy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { classify } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { rejection } from '../../support/virtual-policy.js';
import { freePort } from '../http/support.js';

@Controller()
class NoHandlers {}

@Module({ controllers: [NoHandlers] })
class EmptyModule {}

const tcpAt = (port: number) => ({
  transport: Transport.TCP as const,
  options: { host: '127.0.0.1', port },
});
const rabbitAt = (port: number) => ({
  transport: Transport.RMQ as const,
  options: { urls: [`amqp://127.0.0.1:${port}`], queue: 'nobody' },
});

describe('a ClientProxy whose server is not there', () => {
  it.each([
    ['TCP', tcpAt],
    ['RabbitMQ', rabbitAt],
  ] as const)(
    'fails over %s with a network error that proves that nothing was sent',
    async (_, optionsAt) => {
      const client = ClientProxyFactory.create(optionsAt(await freePort())) as ClientProxy;
      const error = await rejection(lastValueFrom(client.send('find', {})));
      await client.close();

      expect(classify(error)).toBe('network');
      expect(provesNothingSent(error)).toBe(true);
    },
  );
});

describe('a ClientProxy whose server has no handler for the message', () => {
  let app: INestMicroservice;
  let client: ClientProxy;

  beforeAll(async () => {
    const options = tcpAt(await freePort());
    app = await NestFactory.createMicroservice(EmptyModule, { ...options, logger: false });
    await app.listen();
    client = ClientProxyFactory.create(options);
  });
  afterAll(async () => {
    await client.close();
    await app.close();
  });

  it('fails with notFound, which trying again does not change', async () => {
    expect(classify(await rejection(lastValueFrom(client.send('find', {}))))).toBe('notFound');
  });

  it('fails with programming where there is nothing to send', async () => {
    expect(classify(await rejection(lastValueFrom(client.send('find', undefined))))).toBe('programming');
  });
});
