import { Controller, Get, Param } from '@nestjs/common';
import type { PolicyOptions } from '../../../lib/core/policy-options.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { heldOperation } from '../../support/held-operation.js';
import { closeAll, listen, platforms, until } from './support.js';

let held = heldOperation();

@Controller()
class EdgeController {
  @Get('render')
  @UsePolicy('narrow')
  render(): Promise<unknown> {
    return held.operation();
  }

  @Get('search/:user')
  @UsePolicy('limited')
  search(@Param('user') user: string): string {
    return user;
  }

  @Get('busy')
  @UsePolicy('throttled')
  busy(): Promise<unknown> {
    return Promise.reject(Object.assign(new Error('busy'), { code: 'ECONNREFUSED' }));
  }

  @Get('slow')
  @UsePolicy('hedged')
  slow(): Promise<unknown> {
    return held.operation();
  }
}

const policies: Record<string, PolicyOptions> = {
  narrow: { bulkhead: { maxConcurrent: 1, maxQueue: 1 } },
  limited: {
    rateLimiter: { limit: 2, interval: '1h' },
    key: (context) => (context.switchToHttp().getRequest() as { params: { user: string } }).params.user,
  },
  throttled: { adaptiveThrottle: { k: 1 } },
  hedged: { idempotent: true, hedge: { delay: 0, budget: { ratio: 1 } } },
};

afterEach(closeAll);

async function answer(url: string) {
  const response = await fetch(url, { headers: { connection: 'close' } });
  const body = await response.text();
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

describe.each(platforms)('@UsePolicy on %s', (_, Adapter) => {
  const start = async () => {
    held = heldOperation();
    const options = { policies, httpErrors: true, random: () => 0.5, logging: false as const };
    return listen(Adapter, options, { controllers: [EdgeController] });
  };

  it('with a bulkhead answers 503 with retry-after while it is full, and serves who waits in its turn', async () => {
    const { url, service } = await start();
    const first = answer(`${url}/render`);
    await until(() => held.runs.length === 1);
    const second = answer(`${url}/render`);
    await until(() => service.stats('narrow').calls === 2);
    expect(await answer(`${url}/render`)).toMatchObject({ status: 503, retryAfter: '1' });

    held.runs[0]?.resolve('one');
    expect(await first).toMatchObject({ status: 200, body: 'one' });
    await until(() => held.runs.length === 2);
    held.runs[1]?.resolve('two');
    expect(await second).toMatchObject({ status: 200, body: 'two' });
  });

  it('with a rate limit answers 429 with retry-after, for each key by itself', async () => {
    const { url } = await start();
    for (const user of ['ann', 'ann', 'bob'])
      expect(await answer(`${url}/search/${user}`)).toMatchObject({ status: 200, body: user });
    const refused = await answer(`${url}/search/ann`);
    expect(refused).toMatchObject({ status: 429, body: expect.stringContaining('RATE_LIMITED') as unknown });
    expect(Number(refused.retryAfter)).toBeGreaterThan(1700);
    expect(Number(refused.retryAfter)).toBeLessThanOrEqual(1800);
    expect(await answer(`${url}/search/bob`)).toMatchObject({ status: 200 });
  });

  it('with an adaptive throttle answers 503 with retry-after', async () => {
    const { url } = await start();
    const answers = [];
    for (let call = 0; call < 4; call++) answers.push(await answer(`${url}/busy`));
    expect(answers).toContainEqual({
      status: 503,
      retryAfter: '1',
      body: expect.stringContaining('ADAPTIVE_THROTTLE') as unknown,
    });
  });

  it('with hedging calls the handler once, and says why', async () => {
    const { url, events } = await start();
    const call = answer(`${url}/slow`);
    await until(() => events.some(({ type }) => type === 'diagnostic'));
    held.runs[0]?.resolve('slow');
    expect(await call).toMatchObject({ status: 200, body: 'slow' });
    expect(held.runs).toHaveLength(1);
    expect(events).toContainEqual(
      expect.objectContaining({
        source: 'hedge',
        message: expect.stringContaining(
          'EdgeController.slow runs without a hedge: handlers, streams and loops make one invocation after the other',
        ) as unknown,
      }),
    );
  });
});
