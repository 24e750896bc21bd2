import { concat, EMPTY, NEVER, Observable, of, Subject, throwError, toArray, lastValueFrom } from 'rxjs';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { closeApps } from '../../../support/decorated-app.js';
import { executionContext } from '../../../support/execution-context.js';
import { startIntercepted } from '../../../support/interceptors.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

const down = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

@UsePolicy('edge')
class OrdersController {
  list(): void {
    // what it does, the test says
  }
}

const request = () => executionContext('http', [OrdersController, 'list'], [{ method: 'GET' }, {}]);

const start = (edge: PolicyOptions) =>
  startIntercepted({ options: { policies: { edge } }, controllers: [OrdersController] });

/** Lets promises settle. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

afterEach(closeApps);

describe('what a handler gives', () => {
  it.each([
    ['one item', of(1), [1]],
    ['several items', of(1, 2, 3), [1, 2, 3]],
    ['undefined', of(undefined), [undefined]],
    ['nothing', EMPTY, []],
  ])('passes as it is: %s', async (_, source, items) => {
    const { intercept } = await start({ retry: {} });

    expect(await lastValueFrom(intercept(request(), () => source).pipe(toArray()))).toEqual(items);
  });

  it('is asked for when somebody subscribes, each time anew', async () => {
    const { intercept, service } = await start({});
    const handle = jest.fn(() => of('list'));
    const answer = intercept(request(), handle);
    expect(handle).not.toHaveBeenCalled();
    await lastValueFrom(answer);
    await lastValueFrom(answer);

    expect(handle).toHaveBeenCalledTimes(2);
    expect(service.stats('edge').calls).toBe(2);
  });

  it('keeps its order where items come while the first are passed on', async () => {
    const { intercept } = await start({});
    const source = new Subject<number>();
    const seen: number[] = [];
    intercept(request(), () => source).subscribe((item) => {
      seen.push(item as number);
      if (item === 1) source.next(3);
    });
    source.next(1);
    source.next(2);
    await settled();
    source.next(4);

    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('fails with an error that comes right after the first item, and is not asked for again', async () => {
    const { intercept } = await start({ retry: { backoff: noBackoff } });
    const handle = jest.fn(() =>
      concat(
        of(1),
        throwError(() => down),
      ),
    );
    const seen: unknown[] = [];
    const answer = intercept(request(), handle);
    await new Promise<void>((resolve) => {
      answer.subscribe({
        next: (item) => seen.push(item),
        error: (error: unknown) => resolve(void seen.push(error)),
      });
    });

    expect(seen).toEqual([1, down]);
    expect(handle).toHaveBeenCalledTimes(1);
  });

  it('may be a promise in an Observable, which passes unopened', async () => {
    const { intercept } = await start({});
    const promise = Promise.resolve(1);

    expect(await lastValueFrom(intercept(request(), () => of(promise)).pipe(toArray()))).toEqual([promise]);
  });
});

describe('an attempt that is given up', () => {
  it('lets go of its source at once when its time is up, before the backoff', async () => {
    const { answer, clock } = await start({
      timeout: { attempt: '1s' },
      retry: { maxAttempts: 2, backoff: { type: 'fixed', initialDelay: '1m', jitter: false } },
    });
    const released: number[] = [];
    let attempts = 0;
    const handle = () =>
      ++attempts === 1 ? new Observable<never>(() => () => released.push(clock.now())) : of('second');
    const call = answer(request(), handle);
    const begun = clock.now();
    await clock.advance('1s');
    expect(released).toEqual([begun + 1000]);
    await clock.advance('1m');

    expect(await call).toBe('second');
  });

  it('lets go of its source when the call runs out of time', async () => {
    const { answer, clock } = await start({ timeout: '1s' });
    const release = jest.fn();
    const call = answer(request(), () => new Observable<never>(() => release));
    call.catch(() => undefined);
    await clock.advance('1s');

    expect(await rejection(call)).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'total' });
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('lets go of its source, and the call ends, when the subscriber leaves', async () => {
    const { intercept, service, clock } = await start({ timeout: '1s' });
    const release = jest.fn();
    const subscription = intercept(request(), () => new Observable<never>(() => release)).subscribe();
    subscription.unsubscribe();
    await settled();

    expect(release).toHaveBeenCalledTimes(1);
    expect(service.stats('edge')).toMatchObject({ calls: 1, aborted: 1 });
    expect(clock.pending).toBe(0);
  });

  it('is answered by the fallback', async () => {
    const { answer, clock } = await start({ timeout: '1s', fallback: { value: 'cached' } });
    const call = answer(request(), () => NEVER);
    await clock.advance('1s');

    expect(await call).toBe('cached');
  });
});

describe('a reload', () => {
  it('takes effect with the next request and keeps the state', async () => {
    const { answer, service } = await start({ circuitBreaker: { failureThreshold: 2 } });
    await rejection(answer(request(), () => throwError(() => down)));
    service.update('edge', { fallback: { value: 'cached' } });

    expect(await answer(request(), () => throwError(() => down))).toBe('cached');
    expect(service.breaker('OrdersController.list').snapshot().state).toBe('open');
  });
});
