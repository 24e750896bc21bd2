import 'reflect-metadata';
import { createServer } from 'node:net';
import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ResilienceEvent } from '../../../lib/core/events/event-types.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import type { ResilienceModuleOptions } from '../../../lib/nest/resilience-options.interface.js';
import { ResilienceService } from '../../../lib/nest/resilience.service.js';
import { eventsOnDemand } from '../../support/service-events.js';

/** Every test of this folder runs on both. */
export const platforms: [string, Type<AbstractHttpAdapter>][] = [
  ['Express', ExpressAdapter],
  ['Fastify', FastifyAdapter],
];

/** Three attempts, one right after the other. */
export const threeAttempts = { retry: { backoff: { type: 'fixed', initialDelay: 0 } } } as const;

export interface TestApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly service: ResilienceService;
  /** Those from the first look on. */
  readonly events: ResilienceEvent[];
}

const running: INestApplication[] = [];

/** Closes what {@link listen} started. */
export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.close()));
}

/** An application that listens, with the module's options and these controllers. */
export async function listen(
  Adapter: Type<AbstractHttpAdapter>,
  options: ResilienceModuleOptions,
  metadata: ModuleMetadata & { configure?: (app: INestApplication) => void },
): Promise<TestApp> {
  const { configure, imports = [], ...rest } = metadata;
  class AppModule {}
  const module = { module: AppModule, imports: [ResilienceModule.forRoot(options), ...imports], ...rest };
  const app = await NestFactory.create(module, new Adapter(), { logger: false, abortOnError: false });
  configure?.(app);
  const service = app.get(ResilienceService, { strict: false });
  await app.listen(0, '127.0.0.1');
  running.push(app);
  const events = eventsOnDemand(service);
  return {
    app,
    url: await app.getUrl(),
    service,
    get events() {
      return events();
    },
  };
}

export const unavailable = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** Resolves when `condition` holds, which is looked at a thousand times a second at most; gives up after a minute. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 60_000 && !condition(); turns++)
    await new Promise((resolve) => setTimeout(resolve, 1));
  if (!condition()) throw new Error('what the test waits for did not happen');
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
