import 'reflect-metadata';
import { Controller, Get, Module, Param, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ResilienceErrorCode } from '../../../lib/core/errors/error-code.js';
import { SECRET, samples } from '../../unit/core/errors/support.js';

@Controller()
class FailingController {
  @Get(':code')
  fail(@Param('code') code: ResilienceErrorCode): never {
    throw samples[code];
  }
}

@Module({ controllers: [FailingController] })
class FailingModule {}

describe.each<[string, Type<AbstractHttpAdapter>]>([
  ['Express', ExpressAdapter],
  ['Fastify', FastifyAdapter],
])('a plain app on %s, without any filter,', (_, Adapter) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    app = await NestFactory.create(FailingModule, new Adapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it.each([
    ['CIRCUIT_OPEN', 503],
    ['BULKHEAD_FULL', 503],
    ['ADAPTIVE_THROTTLE', 503],
    ['RATE_LIMITED', 429],
    ['TIMEOUT_EXCEEDED', 504],
    ['MAX_RETRIES_EXCEEDED', 502],
    ['ALL_FALLBACKS_FAILED', 502],
    ['BULK_FAILURE', 502],
    ['SHUTDOWN', 503],
    ['RETRYABLE', 503],
    ['PERMANENT', 500],
  ] as const)('answers %s with %i and the message, which names no cause', async (code, status) => {
    const response = await fetch(`${url}/${code}`);
    const body = await response.text();

    expect(response.status).toBe(status);
    expect(JSON.parse(body)).toEqual({ statusCode: status, message: samples[code].message });
    expect(body).not.toContain(SECRET);
  });

  it('answers CONFIG_INVALID as any internal error', async () => {
    const response = await fetch(`${url}/CONFIG_INVALID`);

    expect(await response.json()).toEqual({ statusCode: 500, message: 'Internal server error' });
  });
});
