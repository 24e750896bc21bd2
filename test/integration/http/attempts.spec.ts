import { Controller, Get, Param, Post } from '@nestjs/common';
import { AttemptContext } from '../../../lib/core/attempt-context.js';
import { Attempt } from '../../../lib/nest/decorators/attempt.decorator.js';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, threeAttempts, unavailable } from './support.js';

const told = (attempt: AttemptContext | undefined): string =>
  `${attempt?.operation} ${attempt?.attempt}/${attempt?.maxAttempts} under "${attempt?.policy}"`;

class BaseController {
  @Get('inherited')
  inherited(@Attempt() attempt?: AttemptContext): string {
    return told(attempt);
  }
}

@UsePolicy('edge')
@Controller('orders')
class OrdersController extends BaseController {
  @Get('plain/:id')
  plain(@Param('id') id: string, @Attempt() attempt?: AttemptContext): string {
    if (attempt?.attempt !== 3) throw unavailable();
    return `${id}: ${told(attempt)}`;
  }

  @Get('protected')
  @Retryable('inner')
  async protected(@Attempt() attempt?: AttemptContext): Promise<string> {
    return told(attempt);
  }
}

@Controller('bare')
class BareController {
  @Post()
  bare(@Attempt() attempt?: AttemptContext): string {
    return `${told(attempt)}, ${attempt instanceof AttemptContext}, ${attempt?.signal.aborted}`;
  }
}

afterAll(closeAll);

describe.each(platforms)('@Attempt() on a parameter of a handler on %s', (_, Adapter) => {
  let url: string;

  beforeAll(async () => {
    ({ url } = await listen(
      Adapter,
      { policies: { edge: threeAttempts, inner: { retry: { maxAttempts: 5 } } }, logging: false },
      { controllers: [OrdersController, BareController] },
    ));
  });

  it.each([
    ['gives the attempt under way', 'GET', 'orders/plain/7', '7: OrdersController.plain 3/3 under "edge"'],
    ['is inherited', 'GET', 'orders/inherited', 'OrdersController.inherited 1/3 under "edge"'],
    [
      'gives the attempt of the method where that is protected itself',
      'GET',
      'orders/protected',
      'OrdersController.protected 1/5 under "inner"',
    ],
    ['says that nothing protects it', 'POST', 'bare', 'BareController.bare 1/1 under "", true, false'],
  ])('%s', async (_what, method, path, answer) => {
    const response = await fetch(`${url}/${path}`, { method });

    expect(await response.text()).toBe(answer);
  });
});
