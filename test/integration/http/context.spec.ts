import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  Res,
  Scope,
  type ExecutionContext,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { of } from 'rxjs';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, threeAttempts, unavailable, type TestApp } from './support.js';

interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const requestOf = (context: ExecutionContext): Request => context.switchToHttp().getRequest<Request>();
const tenantOf = (context: ExecutionContext): string | undefined => requestOf(context).headers['x-tenant'];

const results: unknown[] = [];

@Injectable({ scope: Scope.REQUEST })
class RequestToken {
  constructor(@Inject(REQUEST) private readonly request: Request) {}

  get value(): string {
    return this.request.headers['x-token'] ?? '';
  }
}

const storage = new AsyncLocalStorage<string>();

@Controller('scoped')
class ScopedController {
  private calls = 0;

  constructor(@Inject(RequestToken) private readonly token: RequestToken) {}

  @Get()
  @UsePolicy('scoped')
  async read(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    if (++this.calls < 3) throw unavailable();
    return `${this.token.value} ${this.calls} ${storage.getStore()}`;
  }
}

@Controller()
class OrdersController {
  @Get('tenants')
  @UsePolicy('keyed')
  tenants(): never {
    throw unavailable();
  }

  @Get('fallback/:id')
  @UsePolicy('edge', {
    fallback: (error: Error, context: ExecutionContext) => `${error.message}: ${requestOf(context).url}`,
  })
  fallback(@Param('id') _id: string): never {
    throw unavailable();
  }

  @Get('fallback-stream')
  @UsePolicy('edge', { fallback: () => of('first', 'last') })
  fallbackStream(): never {
    throw unavailable();
  }

  @Get('unsent')
  @UsePolicy('edge', { fallback: { value: 'nobody sends this' } })
  unsent(@Res() _response: unknown): never {
    throw unavailable();
  }

  @Get('sent')
  @UsePolicy('edge', {
    fallback: (_error: unknown, context: ExecutionContext) => {
      context.switchToHttp().getResponse<{ send(text: string): void }>().send('by the fallback');
    },
  })
  sent(@Res() _response: unknown): never {
    throw unavailable();
  }

  @Get('results')
  @UsePolicy('results')
  results(): { readonly attempt: number } {
    return { attempt: results.length + 1 };
  }

  @Get('empty')
  @UsePolicy('edge')
  empty(): void {
    // answers with nothing
  }
}

afterAll(closeAll);

describe.each(platforms)('a policy of handlers on %s', (_, Adapter) => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await listen(
      Adapter,
      {
        policies: {
          edge: threeAttempts,
          scoped: { retry: { backoff: { type: 'fixed', initialDelay: 1, jitter: false } } },
          keyed: { key: tenantOf, circuitBreaker: { failureThreshold: 1 } },
          results: {
            retry: {
              backoff: { type: 'fixed', initialDelay: 0 },
              retryResult: (value: { attempt: number }) => results.push(value) < 2,
            },
          },
        },
        logging: false,
      },
      {
        controllers: [OrdersController, ScopedController],
        providers: [RequestToken],
        configure: (app) => {
          app.use((request: Request, _response: unknown, next: () => void) =>
            storage.run(request.headers['x-token'] ?? '', next),
          );
        },
      },
    );
  });

  const get = async (path: string, headers: Record<string, string> = {}) =>
    fetch(`${testApp.url}/${path}`, { headers });

  it('asks key with the ExecutionContext', async () => {
    await get('tenants', { 'x-tenant': 'a' });

    expect((await get('tenants', { 'x-tenant': 'a' })).status).toBe(503);
    expect((await get('tenants', { 'x-tenant': 'b' })).status).toBe(500);
  });

  it('hands fallbacks the error and the ExecutionContext', async () => {
    expect(await (await get('fallback/7')).text()).toBe('connect ECONNREFUSED: /fallback/7');
  });

  it("takes a fallback's Observable for the answer", async () => {
    expect(await (await get('fallback-stream')).text()).toBe('last');
  });

  it('lets fallbacks of a handler with @Res() answer themselves, and fails where nobody would send their value', async () => {
    expect(await (await fetch(`${testApp.url}/sent`)).text()).toBe('by the fallback');
    expect((await fetch(`${testApp.url}/unsent`)).status).toBe(500);
  });

  it('shows predicates what the handler gave', async () => {
    results.length = 0;
    const answer: unknown = await (await get('results')).json();

    expect(answer).toEqual({ attempt: 2 });
    expect(results).toEqual([{ attempt: 1 }, { attempt: 2 }]);
  });

  it('lets a handler answer with nothing', async () => {
    const response = await get('empty');

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it('keeps instance, token and async context of 50 concurrent requests apart through their retries', async () => {
    const tokens = Array.from({ length: 50 }, (_none, index) => `token-${index}`);
    const answers = await Promise.all(
      tokens.map(async (token) => (await get('scoped', { 'x-token': token })).text()),
    );

    expect(answers).toEqual(tokens.map((token) => `${token} 3 ${token}`));
  });
});
