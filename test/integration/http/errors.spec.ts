import {
  ArgumentsHost,
  Catch,
  Controller,
  Get,
  NotFoundException,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter } from '@nestjs/core';
import { CircuitOpenError } from '../../../lib/core/errors/circuit-open-error.js';
import { isResilienceError } from '../../../lib/core/errors/is-resilience-error.js';
import { ResilienceConfigError } from '../../../lib/core/errors/config-error.js';
import { toHttpException } from '../../../lib/nest/filter/to-http-exception.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, unavailable } from './support.js';

const SECRET = 'postgres://user:hunter2@db';

class OwnError extends Error {}

@Controller()
class FailingController {
  @Get('slow')
  @UsePolicy('edge')
  slow(): Promise<never> {
    return new Promise(() => undefined);
  }

  @Get('broken')
  @UsePolicy('breaking')
  broken(): never {
    throw Object.assign(unavailable(), { message: SECRET });
  }

  @Get('missing')
  @UsePolicy('edge')
  missing(): never {
    throw new NotFoundException('no such order');
  }

  @Get('own')
  own(): never {
    throw new OwnError('of the application');
  }

  @Get('config')
  config(): never {
    throw new ResilienceConfigError({ issues: [SECRET] });
  }

  @Get('unknown')
  unknown(): never {
    throw new Error(SECRET);
  }
}

@Catch(OwnError)
class OwnErrorFilter extends BaseExceptionFilter {
  override catch(_error: OwnError, host: ArgumentsHost): void {
    super.catch(new NotFoundException('by the own filter'), host);
  }
}

const policies = {
  edge: { timeout: '10ms' },
  breaking: { circuitBreaker: { failureThreshold: 1, resetTimeout: '90s' } },
} as const;

async function answer(url: string) {
  const response = await fetch(url);
  const body: unknown = await response.json();
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

afterAll(closeAll);

describe.each(platforms)('with httpErrors: true on %s', (_, Adapter) => {
  let url: string;

  beforeAll(async () => {
    ({ url } = await listen(
      Adapter,
      { policies, httpErrors: true, logging: false },
      { controllers: [FailingController], providers: [{ provide: APP_FILTER, useClass: OwnErrorFilter }] },
    ));
  });

  it('a timeout answers 504 with the message that names policy and operation', async () => {
    expect(await answer(`${url}/slow`)).toEqual({
      status: 504,
      retryAfter: null,
      body: {
        statusCode: 504,
        message: expect.stringMatching(/FailingController\.slow.*10 ms.*policy=edge/) as string,
        code: 'TIMEOUT_EXCEEDED',
      },
    });
  });

  it('an open circuit answers 503 with retry-after and nothing of what opened it', async () => {
    await answer(`${url}/broken`);
    const { status, retryAfter, body } = await answer(`${url}/broken`);

    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '90' });
    expect(body).toMatchObject({ statusCode: 503, code: 'CIRCUIT_OPEN' });
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });

  it("an error of the handler keeps Nest's answer", async () => {
    expect(await answer(`${url}/missing`)).toMatchObject({
      status: 404,
      body: { statusCode: 404, message: 'no such order', error: 'Not Found' },
    });
  });

  it("the application's own filters keep their errors", async () => {
    expect(await answer(`${url}/own`)).toMatchObject({ status: 404, body: { message: 'by the own filter' } });
  });

  it.each(['config', 'unknown'])('/%s says no more than Nest does', async (path) => {
    expect(await answer(`${url}/${path}`)).toMatchObject({
      status: 500,
      body: { statusCode: 500, message: 'Internal server error' },
    });
  });
});

describe.each(platforms)('without httpErrors on %s', (_, Adapter) => {
  it('status and message are the same, the header and the code are missing', async () => {
    const { url } = await listen(Adapter, { policies, logging: false }, { controllers: [FailingController] });
    await answer(`${url}/broken`);

    expect(await answer(`${url}/broken`)).toEqual({
      status: 503,
      retryAfter: null,
      body: { statusCode: 503, message: expect.stringContaining('policy=breaking') as string },
    });
  });
});

describe.each(platforms)("a filter of the user's own on %s", (_, Adapter) => {
  it('answers through toHttpException', async () => {
    @Catch()
    class AllErrorsFilter extends BaseExceptionFilter implements ExceptionFilter {
      override catch(error: unknown, host: ArgumentsHost): void {
        super.catch(isResilienceError(error) ? toHttpException(error) : error, host);
      }
    }
    const { url } = await listen(
      Adapter,
      { policies, logging: false },
      { controllers: [FailingController], providers: [{ provide: APP_FILTER, useClass: AllErrorsFilter }] },
    );

    expect(await answer(`${url}/slow`)).toMatchObject({ status: 504, body: { code: 'TIMEOUT_EXCEEDED' } });
    expect(await answer(`${url}/missing`)).toMatchObject({ status: 404 });
  });
});

describe('errors of another copy of the package', () => {
  it('are answered, too', async () => {
    const copy = await import('../../../lib/core/errors/circuit-open-error.js').then(() => {
      let made: typeof CircuitOpenError | undefined;
      jest.isolateModules(() => {
        made = (
          jest.requireActual('../../../lib/core/errors/circuit-open-error.js') as {
            CircuitOpenError: typeof CircuitOpenError;
          }
        ).CircuitOpenError;
      });
      return made;
    });
    if (copy === undefined || copy === CircuitOpenError) throw new TypeError('the test needs a second copy');
    const Other = copy;

    @Controller()
    class OtherController {
      @Get()
      fail(): never {
        throw new Other({ policy: 'p', operation: 'o', breaker: 'b', state: 'open', retryAfter: 1500 });
      }
    }
    const [, Adapter] = platforms[0] as (typeof platforms)[number];
    const { url } = await listen(Adapter, { httpErrors: true }, { controllers: [OtherController] });

    expect(await answer(url)).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'CIRCUIT_OPEN' } });
  });
});
