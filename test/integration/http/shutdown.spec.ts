import { Controller, Get } from '@nestjs/common';
import type { AttemptContext } from '../../../lib/core/attempt-context.js';
import { Attempt } from '../../../lib/nest/decorators/attempt.decorator.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, unavailable, until } from './support.js';

const running: AttemptContext[] = [];

@UsePolicy('edge')
@Controller()
class OrdersController {
  @Get('sleeps')
  sleeps(): never {
    throw unavailable();
  }

  @Get('hangs')
  hangs(@Attempt() attempt?: AttemptContext): Promise<never> {
    if (attempt?.signal.aborted === false) running.push(attempt);
    return new Promise(() => undefined);
  }
}

afterAll(closeAll);

describe.each(platforms)('the shutdown of an application on %s', (_, Adapter) => {
  it.each(['sleeps', 'hangs'])('ends a request whose handler %s', async (path) => {
    running.length = 0;
    const { app, url, events } = await listen(
      Adapter,
      {
        policies: { edge: { retry: { backoff: { initialDelay: '1h', maxDelay: '1h' } } } },
        shutdownGrace: '5ms',
        httpErrors: true,
        logging: false,
      },
      { controllers: [OrdersController] },
    );
    const answer = fetch(`${url}/${path}`, { headers: { connection: 'close' } });
    await until(() => running.length === 1 || events.some(({ type }) => type === 'retry'));
    await app.close();

    const response = await answer;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'SHUTDOWN' });
  });
});
