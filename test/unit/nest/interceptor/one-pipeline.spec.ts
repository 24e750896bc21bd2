import type { CallHandler, NestInterceptor } from '@nestjs/common';
import { lastValueFrom, of } from 'rxjs';
import { RESILIENCE_HANDLE } from '../../../../lib/nest/resilience.constants.js';
import { ResilienceInterceptor } from '../../../../lib/nest/interceptor/resilience.interceptor.js';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeApps } from '../../../support/decorated-app.js';
import { executionContext } from '../../../support/execution-context.js';
import { startIntercepted } from '../../../support/interceptors.js';

@UsePolicy('edge')
class OrdersController {
  list(): void {
    // what it does, the test says
  }
}

/** The interceptor as a second copy of the package has it. */
function interceptorOfAnotherCopy(handle: unknown): NestInterceptor {
  let Copy: typeof ResilienceInterceptor | undefined;
  jest.isolateModules(() => {
    ({ ResilienceInterceptor: Copy } = jest.requireActual<{
      ResilienceInterceptor: typeof ResilienceInterceptor;
    }>('../../../../lib/nest/interceptor/resilience.interceptor.js'));
  });
  if (Copy === undefined || Copy === ResilienceInterceptor)
    throw new TypeError('the test needs a second copy');
  return new Copy(handle);
}

afterEach(closeApps);

describe('a request whose handler several interceptors are bound to', () => {
  const parts = { options: { policies: { edge: { retry: {} } } }, controllers: [OrdersController] };
  const context = () =>
    executionContext('http', [OrdersController, 'list'], [{ method: 'GET', url: '/orders' }, {}]);

  it.each([
    ['another instance', (handle: unknown) => new ResilienceInterceptor(handle)],
    ['one of another copy of the package', interceptorOfAnotherCopy],
  ])('runs through one pipeline with %s inside', async (_, make) => {
    const { interceptor, service, get } = await startIntercepted(parts);
    const inner = make(get<unknown>(RESILIENCE_HANDLE));
    const request = context();
    const handler: CallHandler = { handle: () => of('list') };
    const answer = interceptor.intercept(request, {
      handle: () => inner.intercept(request, handler) as ReturnType<CallHandler['handle']>,
    });

    expect(await lastValueFrom(answer)).toBe('list');
    expect(service.stats('edge').calls).toBe(1);
  });

  it('is protected again when it comes again', async () => {
    const { answer, service } = await startIntercepted(parts);
    const request = context();
    await answer(request, () => of('list'));
    await answer(request, () => of('list'));

    expect(service.stats('edge').calls).toBe(2);
  });
});
