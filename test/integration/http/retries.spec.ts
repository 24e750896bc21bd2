import {
  CanActivate,
  Controller,
  Delete,
  Get,
  Head,
  Injectable,
  Options,
  Param,
  Patch,
  Post,
  Put,
  Res,
  UseGuards,
  UseInterceptors,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, threeAttempts, unavailable } from './support.js';

const calls = { guard: 0, interceptor: 0, pipe: 0, handler: 0 };

function fail(): never {
  calls.handler++;
  throw unavailable();
}

/** Fails twice, then answers. */
function flaky(): string {
  if (++calls.handler < 3) throw unavailable();
  return `attempt ${calls.handler}`;
}

@Injectable()
class CountingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    calls.guard++;
    return !context.switchToHttp().getRequest<{ url: string }>().url.includes('forbidden');
  }
}

class CountingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: { handle(): never }): never {
    calls.interceptor++;
    return next.handle();
  }
}

class CountingPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    calls.pipe++;
    return Number(value);
  }
}

@UsePolicy('edge')
@UseGuards(CountingGuard)
@Controller('orders')
class OrdersController {
  @Get('flaky/:id')
  @UseInterceptors(CountingInterceptor)
  flaky(@Param('id', CountingPipe) id: number): string {
    return `${id}: ${flaky()}`;
  }

  @Get('forbidden')
  forbidden(): string {
    return flaky();
  }

  @Get('fail')
  get(): never {
    fail();
  }

  @Head('head')
  head(): never {
    fail();
  }

  @Options('fail')
  options(): never {
    fail();
  }

  @Put('fail')
  put(): never {
    fail();
  }

  @Delete('fail')
  remove(): never {
    fail();
  }

  @Post('fail')
  post(): never {
    fail();
  }

  @Patch('fail')
  patch(): never {
    fail();
  }

  @Post('idempotent')
  @UsePolicy('edge', { idempotent: true })
  idempotent(): string {
    return flaky();
  }

  @Get('once')
  @UsePolicy('edge', { idempotent: false })
  once(): never {
    fail();
  }

  @Get('own-response')
  ownResponse(@Res() _response: unknown): never {
    fail();
  }

  @Get('passthrough')
  passthrough(@Res({ passthrough: true }) _response: unknown): never {
    fail();
  }

  @Get('headers-sent')
  headersSent(@Res({ passthrough: true }) response: { raw?: never; flushHeaders(): void }): never {
    (response.raw ?? response).flushHeaders();
    (response.raw ?? (response as unknown as { end(): void })).end();
    return fail();
  }
}

afterAll(closeAll);

describe.each(platforms)('retries on %s', (_, Adapter) => {
  let url: string;

  beforeAll(async () => {
    ({ url } = await listen(
      Adapter,
      { policies: { edge: threeAttempts } },
      { controllers: [OrdersController] },
    ));
  });
  beforeEach(() => {
    Object.assign(calls, { guard: 0, interceptor: 0, pipe: 0, handler: 0 });
  });

  it('re-run inner interceptors, pipes and handler, and guards once', async () => {
    const response = await fetch(`${url}/orders/flaky/7`);

    expect(await response.text()).toBe('7: attempt 3');
    expect(calls).toEqual({ guard: 1, interceptor: 3, pipe: 3, handler: 3 });
  });

  it('leave a 403 of a guard as it is', async () => {
    const response = await fetch(`${url}/orders/forbidden`);

    expect(response.status).toBe(403);
    expect(calls).toMatchObject({ guard: 1, handler: 0 });
  });

  it.each([
    ['GET', 'fail', 3],
    ['HEAD', 'head', 3],
    ['OPTIONS', 'fail', 3],
    ['PUT', 'fail', 3],
    ['DELETE', 'fail', 3],
    ['POST', 'fail', 1],
    ['PATCH', 'fail', 1],
    ['GET', 'once', 1],
    ['GET', 'own-response', 1],
    ['GET', 'passthrough', 3],
    ['GET', 'headers-sent', 1],
  ])('%s /orders/%s is tried %i times', async (method, path, times) => {
    await (await fetch(`${url}/orders/${path}`, { method })).arrayBuffer();

    expect(calls.handler).toBe(times);
  });

  it('happen to POST where the policy says idempotent: true', async () => {
    const response = await fetch(`${url}/orders/idempotent`, { method: 'POST' });

    expect(response.status).toBe(201);
    expect(await response.text()).toBe('attempt 3');
  });
});
