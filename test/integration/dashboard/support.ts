import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import type { ResilienceDashboardOptions } from '../../../lib/dashboard/dashboard-options.js';
import { ResilienceDashboardModule } from '../../../lib/dashboard/resilience-dashboard.module.js';
import type { ModuleOptions } from '../../../lib/config/module-options.js';
import type { ResilienceEvent } from '../../../lib/core/events/event-types.js';
import { Resilient } from '../../../lib/nest/decorators/resilient.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../../lib/nest/resilience.service.js';
import { virtualClock } from '../../support/virtual-policy.js';

export { platforms } from '../http/support.js';

/** Whether what the services ask answers. */
export const dependency = { isDown: false };

@Injectable()
export class PaymentsService {
  @Resilient('payments')
  async charge(tenant: string): Promise<string> {
    if (dependency.isDown)
      throw Object.assign(new Error(`no answer for ${tenant} from https://bob:hunter2@bank/`), {
        code: 'ECONNREFUSED',
      });
    return 'charged';
  }
}

@Controller('charge')
class PaymentsController {
  constructor(@Inject(PaymentsService) private readonly payments: PaymentsService) {}

  @Get()
  charge() {
    return this.payments.charge('acme');
  }
}

export const TOKEN = 'token-of-operators';

/** Lets those in who have the token, and says who they are. */
@Injectable()
export class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: object }>();
    if (request.headers['authorization'] !== `Bearer ${TOKEN}`) return false;
    request.user = { username: 'alice' };
    return true;
  }
}

interface Setup {
  readonly Adapter: Type<AbstractHttpAdapter>;
  readonly dashboard?: ResilienceDashboardOptions;
  readonly options?: ModuleOptions;
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly configure?: (app: INestApplication) => void;
}

const apps: INestApplication[] = [];

/** A running application with the dashboard, in virtual time. */
export async function dashboardApp({ Adapter, dashboard, options, imports = [], configure }: Setup) {
  dependency.isDown = false;
  const clock = virtualClock();
  const policies = {
    payments: { circuitBreaker: { scope: 'service', failureThreshold: 2, resetTimeout: '10s' } },
    ...options?.policies,
  } as NonNullable<ModuleOptions['policies']>;
  class AppModule {}
  const root = {
    module: AppModule,
    imports: [
      ResilienceModule.forRoot({ clock, logger: false, ...options, policies }),
      ResilienceDashboardModule.register({ guards: [TokenGuard], readOnly: false, ...dashboard }),
      ...imports,
    ],
    controllers: [PaymentsController],
    providers: [PaymentsService],
  };
  const app = await NestFactory.create(root, new Adapter(), { logger: false, abortOnError: false });
  configure?.(app);
  await app.listen(0, '127.0.0.1');
  apps.push(app);
  const service = app.get(ResilienceService, { strict: false });
  const events: ResilienceEvent[] = [];
  const url = await app.getUrl();
  return { app, clock, service, events, url, ...requests(url) };
}

/** Ends what `dashboardApp` began; for `afterEach`. */
export async function closeApps(): Promise<void> {
  await Promise.all(apps.splice(0).map((app) => app.close()));
}

export const authorized = { authorization: `Bearer ${TOKEN}` };

function requests(url: string) {
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}/${path}`, {
      ...init,
      headers: { connection: 'close', ...(init.headers as object | undefined) },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  };
  return {
    ask,
    get: (path: string) => ask(path, { headers: authorized }),
    act: (body: unknown, headers: object = { 'x-resilience-action': '1' }, path = 'resilience') =>
      ask(`${path}/breakers/actions`, {
        method: 'POST',
        headers: { ...authorized, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
  };
}
