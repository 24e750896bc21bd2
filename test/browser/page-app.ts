import 'reflect-metadata';
import { UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ModuleOptions } from '../../lib/config/module-options.js';
import type { ResilienceDashboardOptions } from '../../lib/dashboard/dashboard-options.js';
import { ResilienceDashboardModule } from '../../lib/dashboard/resilience-dashboard.module.js';
import { ResilienceModule } from '../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../lib/nest/resilience.service.js';

export const CREDENTIALS = { username: 'alice', password: 'token-of-operators' };

/** Asks browsers for a password, the token. */
const guard: CanActivate = {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<{ headers: { authorization?: string }; user?: object }>();
    const sent = Buffer.from(
      request.headers.authorization?.slice('Basic '.length) ?? '',
      'base64',
    ).toString();
    if (sent === `${CREDENTIALS.username}:${CREDENTIALS.password}`) {
      request.user = { username: CREDENTIALS.username };
      return true;
    }
    http
      .getResponse<{ setHeader(name: string, value: string): void }>()
      .setHeader('www-authenticate', 'Basic');
    throw new UnauthorizedException();
  },
};

interface Parts {
  readonly port?: number;
  readonly options?: ModuleOptions;
  readonly dashboard?: ResilienceDashboardOptions;
}

/** An application with the page, in real time: a browser has no other. */
export async function pageApp({ port = 0, options, dashboard }: Parts = {}) {
  class AppModule {}
  const root = {
    module: AppModule,
    imports: [
      ResilienceModule.forRoot({ logger: false, ...options }),
      ResilienceDashboardModule.register({ guards: [guard], readOnly: false, ...dashboard }),
    ],
  };
  const app = await NestFactory.create(root, {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  await app.listen(port, '127.0.0.1');
  const url = `${await app.getUrl()}/resilience`;
  return { app, url, port: Number(new URL(url).port), service: app.get(ResilienceService) };
}

/** A policy whose breaker opens at the first failure, for half a minute. */
export const fragile = {
  circuitBreaker: { scope: 'operation', failureThreshold: 1, resetTimeout: '30s' },
} as const;

/** Opens the breakers of these operations by what their dependency does. */
export async function fail(service: ResilienceService, ...operations: string[]): Promise<void> {
  const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  for (const operation of operations)
    await service.tryExecute('fragile', () => Promise.reject(error), { operation });
}
