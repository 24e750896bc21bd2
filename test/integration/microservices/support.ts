import type { INestApplicationContext, INestMicroservice, ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { filter, firstValueFrom } from 'rxjs';
import type { ResilienceEvent } from '../../../lib/core/events/event-types.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import type { ResilienceModuleOptions } from '../../../lib/nest/resilience-options.interface.js';
import { ResilienceService } from '../../../lib/nest/resilience.service.js';
import {
  describeWithServer,
  uniqueName,
  type ServerAddress,
  type ServerName,
} from '../../support/servers.js';

/** Patterns of this run alone: what listens to NATS or Redis hears everybody. */
export const patternOf = (
  (run) => (name: string) =>
    `${run}.${name}`
)(uniqueName('orders'));

const transports: [ServerName & keyof typeof optionsOf][] = [['NATS'], ['Redis'], ['RabbitMQ']];

const optionsOf = {
  NATS: ({ host, port }: ServerAddress) => ({
    transport: Transport.NATS as const,
    options: { servers: [`nats://${host}:${port}`] },
  }),
  Redis: ({ host, port }: ServerAddress) => ({
    transport: Transport.REDIS as const,
    options: { host, port },
  }),
  RabbitMQ: ({ host, port }: ServerAddress) => ({
    transport: Transport.RMQ as const,
    options: {
      urls: [`amqp://guest:guest@${host}:${port}`],
      queue: uniqueName('orders'),
      queueOptions: { durable: false, autoDelete: true },
    },
  }),
};

export type TransportName = keyof typeof optionsOf;
export type TransportOptions = ReturnType<(typeof optionsOf)[TransportName]>;

/** A suite for each transport whose server is there, with a queue of its own. */
export function describeTransports(
  title: string,
  body: (options: TransportOptions, name: TransportName) => void,
): void {
  for (const [name] of transports) {
    describeWithServer(name, (address) => describe(title, () => body(optionsOf[name](address), name)));
  }
}

const running: INestApplicationContext[] = [];

/** Ends what these helpers began. */
export async function closeRunning(): Promise<void> {
  for (const app of running.splice(0).toReversed()) await app.close();
}

function rootModule(options: ResilienceModuleOptions, { imports = [], ...rest }: ModuleMetadata) {
  class AppModule {}
  return {
    module: AppModule,
    imports: [ResilienceModule.forRoot({ logging: false, ...options }), ...imports],
    ...rest,
  };
}

/** A service that listens to messages. */
export async function startService(
  transport: MicroserviceOptions,
  options: ResilienceModuleOptions,
  metadata: ModuleMetadata,
): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(rootModule(options, metadata), {
    ...transport,
    logger: false,
  });
  running.push(app);
  await app.listen();
  return app;
}

/** An application that only sends. */
export async function startSender(
  options: ResilienceModuleOptions,
  metadata: ModuleMetadata,
): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(rootModule(options, metadata), { logger: false });
  running.push(app);
  return app;
}

/** The next event of an application that a test waits for. */
export function nextEvent(
  app: INestApplicationContext,
  wanted: (event: ResilienceEvent) => boolean,
): Promise<ResilienceEvent> {
  return firstValueFrom(app.get(ResilienceService, { strict: false }).events$.pipe(filter(wanted)));
}
