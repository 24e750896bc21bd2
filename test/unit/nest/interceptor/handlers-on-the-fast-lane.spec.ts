import { EventEmitter } from 'node:events';
import { NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { callReport } from '../../../../lib/core/call-report.js';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import { attempts } from '../../../../lib/nest/interceptor/shared-memory.js';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import { RESILIENCE_HANDLE } from '../../../../lib/nest/resilience.constants.js';
import type { ResilienceHandle } from '../../../../lib/nest/runtime/resilience.handle.js';
import { RESILIENCE_SOURCE, type ResilienceSource } from '../../../../lib/metrics/resilience-source.js';
import type { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { closeApps } from '../../../support/decorated-app.js';
import { executionContext } from '../../../support/execution-context.js';
import { settled } from '../../../support/held-operation.js';
import { startIntercepted } from '../../../support/interceptors.js';
import { noBackoff, rejection, watched } from '../../../support/virtual-policy.js';

@UsePolicy('edge')
class OrdersController {
  list(@Attempt() _attempt?: AttemptContext): void {
    // what it does, the test says
  }
}

const down = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** A response whose loss a test makes up. */
class Response extends EventEmitter {
  writableFinished = false;
  headersSent = false;
  destroyed = false;
}

/** Nobody listens to events here: each call that can takes the fast lane. */
async function start(edge: PolicyOptions) {
  const app = await startIntercepted({
    options: { policies: { edge: { bulkhead: { name: 'pool', maxConcurrent: 1 }, ...edge } } },
    controllers: [OrdersController],
  });
  const response = new Response();
  const request = () => executionContext('http', [OrdersController, 'list'], [{ method: 'GET' }, response]);
  const { engine } = app.get<ResilienceHandle>(RESILIENCE_HANDLE).runtime;
  const held = () => {
    const slots = engine.bulkheads.get('pool')?.of(undefined);
    return [slots?.inFlight, slots?.abandoned];
  };
  return { ...app, request, response, held };
}

/** The attempt that runs, as a parameter of the handler gets it. */
const current = (): AttemptContext => attempts.getStore() as AttemptContext;

afterEach(closeApps);

describe.each<[string, PolicyOptions]>([
  ['without a limit', {}],
  ['with a limit of the attempt', { timeout: { attempt: '1s' } }],
  ['with a limit of the call', { timeout: '1s', retry: { backoff: noBackoff } }],
])('a handler whose client goes away, %s', (_, edge) => {
  it('is aborted: it counts as aborted and as no failure', async () => {
    const { answer, request, response, service, held, clock } = await start({
      ...edge,
      circuitBreaker: { failureThreshold: 1 },
    });
    const call = watched(answer(request(), () => NEVER));
    response.emit('close');
    await settled();

    expect(call.error).toMatchObject({ message: 'the client went away before it was answered' });
    expect(service.stats('edge')).toMatchObject({ calls: 1, attempts: 1, aborted: 1 });
    expect(service.breaker('OrdersController.list').snapshot()).toMatchObject({
      state: 'closed',
      failures: 0,
    });
    expect(held()).toEqual([0, 0]);
    expect(clock.pending).toBe(0);
    expect(response.listenerCount('close')).toBe(0);
  });

  it('hears of it by the signal that it has read', async () => {
    const { answer, request, response } = await start(edge);
    let signal: AbortSignal | undefined;
    const call = watched(
      answer(request(), () => {
        ({ signal } = current());
        return NEVER;
      }),
    );
    expect(signal?.aborted).toBe(false);
    response.emit('close');
    await settled();

    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toBe(call.error);
  });

  it('is not begun where the client has gone before', async () => {
    const { answer, request, response, service } = await start(edge);
    response.destroyed = true;
    const handle = jest.fn(() => of('list'));
    await rejection(answer(request(), handle));

    expect(handle).not.toHaveBeenCalled();
    expect(service.stats('edge')).toMatchObject({ aborted: 1 });
  });

  it('is made no further attempt of', async () => {
    const { answer, request, response, service } = await start({
      ...edge,
      retry: { backoff: { initialDelay: '500ms' } },
    });
    const handle = jest.fn(() => throwError(() => down));
    const call = watched(answer(request(), handle));
    await settled();
    response.emit('close');
    await settled();

    expect(call.settled).toBe(true);
    expect(handle).toHaveBeenCalledTimes(1);
    expect(service.stats('edge')).toMatchObject({ aborted: 1 });
  });
});

describe('a handler on the fast lane', () => {
  it('keeps its slot while its Observable goes on, whether its context is read or not', async () => {
    const { intercept, request, held } = await start({ timeout: { attempt: '1s' } });
    for (const read of [() => undefined, () => current().signal]) {
      const source = new Subject<number>();
      const seen: unknown[] = [];
      intercept(request(), () => (read(), source)).subscribe((item) => seen.push(item));
      source.next(1);
      await settled();
      source.next(2);
      expect([seen, held()]).toEqual([
        [1, 2],
        [1, 0],
      ]);
      source.complete();
      expect(held()).toEqual([0, 0]);
    }
  });

  it('gives the slot back once, though its context is read only while the Observable goes on', async () => {
    const { intercept, answer, request, held } = await start({ timeout: { attempt: '1s' } });
    const source = new Subject<number>();
    let context: AttemptContext | undefined;
    intercept(request(), () => ((context = current()), source)).subscribe();
    source.next(1);
    await settled();
    expect([context?.signal.aborted, context?.remaining()]).toEqual([false, Infinity]);
    source.complete();
    expect(held()).toEqual([0, 0]);

    expect(await answer(request(), () => of('next'))).toBe('next');
    expect(context?.remaining()).toBeLessThanOrEqual(1000);
  });

  it('is torn down by its limit, and made another attempt of', async () => {
    const { answer, request, clock, held, service } = await start({
      timeout: { attempt: '1s' },
      retry: { backoff: noBackoff },
    });
    const release = jest.fn();
    let made = 0;
    const call = answer(request(), () =>
      ++made === 1 ? new Observable<never>(() => release) : of('second'),
    );
    await clock.advance('1s');

    expect(await call).toBe('second');
    expect(release).toHaveBeenCalledTimes(1);
    expect(held()).toEqual([0, 0]);
    expect(service.stats('edge')).toMatchObject({ calls: 1, attempts: 2, retries: 1, successes: 1 });
  });

  it('fails as every call does, and its fallback gets the request', async () => {
    const seen: unknown[] = [];
    const { answer, request, held } = await start({
      retry: { maxAttempts: 2, backoff: noBackoff },
      fallback: (error: unknown, context: unknown) => {
        seen.push(callReport(error)?.attempts, context);
        return 'cached';
      },
    });
    const context = request();

    expect(await answer(context, () => throwError(() => down))).toBe('cached');
    expect(seen).toEqual([2, context]);
    expect(held()).toEqual([0, 0]);
  });

  it('throws what its handler throws at once', async () => {
    const { answer, request, held } = await start({ timeout: { attempt: '1s' } });
    const call = answer(request(), () => {
      throw down;
    });

    expect(await rejection(call)).toBe(down);
    expect(held()).toEqual([0, 0]);
  });

  it.each<[string, PolicyOptions]>([
    ['without a limit', {}],
    ['with one', { timeout: { attempt: '1s' } }],
  ])('tells its duration to a meter, %s', async (_, edge) => {
    const { answer, request, clock, get } = await start(edge);
    const told: unknown[] = [];
    const meter = {
      succeeded: (attempt: number, durationMs: number) => told.push([attempt, durationMs]),
      attempted: () => undefined,
      refused: () => undefined,
      fellBack: () => undefined,
      ended: (outcome: string, durationMs: number) => told.push([outcome, durationMs]),
    };
    get<ResilienceSource>(RESILIENCE_SOURCE).measure(() => meter);
    const source = new Subject<string>();
    const call = watched(answer(request(), () => source));
    await clock.advance(7);
    source.next('list');
    source.complete();
    await settled();
    expect(call.value).toBe('list');
    await rejection(answer(request(), () => throwError(() => down)));

    expect(told).toEqual([
      [1, 7],
      ['failure', 0],
    ]);
  });
});
