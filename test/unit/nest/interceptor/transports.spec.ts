import { throwError } from 'rxjs';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeApps } from '../../../support/decorated-app.js';
import { executionContext } from '../../../support/execution-context.js';
import { startIntercepted } from '../../../support/interceptors.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

const down = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

@UsePolicy('edge')
class OrdersHandlers {
  usual(): void {
    // what it does, the test says
  }

  @UsePolicy('edge', { idempotent: true })
  idempotent(): void {
    // what it does, the test says
  }

  @UsePolicy('edge', { idempotent: false })
  fragile(): void {
    // what it does, the test says
  }
}

const info = (operation: string): unknown => ({ operation: { operation } });
const graphql = (operation: string): unknown[] => [{}, {}, {}, info(operation)];

afterEach(closeApps);

describe('a handler that fails, of the type', () => {
  it.each([
    ['http', 'usual', [{ method: 'GET' }, {}], 3],
    ['http', 'usual', [{ method: 'POST' }, {}], 1],
    ['http', 'idempotent', [{ method: 'POST' }, {}], 3],
    ['http', 'idempotent', [undefined, {}], 3],
    ['http', 'fragile', [{ method: 'GET' }, {}], 1],
    ['http', 'usual', [{ method: 'GET' }, { headersSent: true }], 1],
    ['http', 'usual', [{ method: 'GET' }, { sent: true, raw: { headersSent: false } }], 1],
    ['http', 'usual', [{ method: 'GET' }, { sent: false, raw: { headersSent: true } }], 1],
    ['http', 'idempotent', [{ method: 'POST' }, { headersSent: true }], 1],
    ['graphql', 'usual', graphql('query'), 3],
    ['graphql', 'usual', graphql('mutation'), 1],
    ['graphql', 'usual', graphql('subscription'), 1],
    ['graphql', 'usual', [{}, {}, {}], 1],
    ['graphql', 'idempotent', graphql('mutation'), 3],
    ['rpc', 'usual', [{ id: 7 }, {}], 1],
    ['rpc', 'idempotent', [{ id: 7 }, {}], 3],
    ['ws', 'usual', [{}, { id: 7 }, 'orders'], 1],
    ['ws', 'idempotent', [{}, { id: 7 }, 'orders'], 3],
    ['telegram', 'usual', [], 1],
  ])('%s and the policy "%s" with %j is called %i times', async (type, key, args, times) => {
    const { answer } = await startIntercepted({
      options: { policies: { edge: { retry: { backoff: noBackoff } } } },
      controllers: [OrdersHandlers],
    });
    const handle = jest.fn(() => throwError(() => down));

    expect(await rejection(answer(executionContext(type, [OrdersHandlers, key], args), handle))).toBe(down);
    expect(handle).toHaveBeenCalledTimes(times);
  });
});

describe('a handler without @UsePolicy', () => {
  class PlainHandlers {
    list(): void {
      // what it does, the test says
    }
  }

  const retry = { backoff: noBackoff };
  const routes = [{ path: '/orders', policy: 'edge' }];
  const list = [PlainHandlers, 'list'] as const;

  it.each<[string, string, unknown[], object, number]>([
    ['nothing where there are no routes', 'http', [{ method: 'GET', url: '/orders' }, {}], {}, 1],
    ['its route', 'http', [{ method: 'GET', url: '/orders' }, {}], { routes }, 3],
    [
      'the route that the client asked for',
      'http',
      [{ method: 'GET', url: '/', originalUrl: '/orders' }, {}],
      { routes },
      3,
    ],
    ['nothing where the request has no path', 'http', [{ method: 'GET' }, {}], { routes }, 1],
    ['nothing where no route matches', 'http', [{ method: 'GET', url: '/users' }, {}], { routes }, 1],
    ['nothing where messages have no path', 'rpc', [{ url: '/orders' }, {}], { routes }, 1],
  ])('obeys %s (%s)', async (_, type, args, options, times) => {
    const { answer } = await startIntercepted({
      options: { policies: { edge: { retry } }, ...options },
      controllers: [PlainHandlers],
    });
    const handle = jest.fn(() => throwError(() => down));

    expect(await rejection(answer(executionContext(type, list, args), handle))).toBe(down);
    expect(handle).toHaveBeenCalledTimes(times);
  });

  it('obeys the policy of its route as it is after a reload', async () => {
    const { answer, service } = await startIntercepted({
      options: { policies: { edge: { retry } }, routes },
      controllers: [PlainHandlers],
    });
    const handle = jest.fn(() => throwError(() => down));
    const context = executionContext('http', list, [{ method: 'GET', url: '/orders' }, {}]);
    await rejection(answer(context, handle));
    service.update('edge', { retry: { maxAttempts: 2 } });
    await rejection(answer(context, handle));

    expect(handle).toHaveBeenCalledTimes(3 + 2);
  });
});

describe('a handler that its class does not have', () => {
  it('runs under the policy of the class, by its own name', async () => {
    const { answer, events } = await startIntercepted({
      options: { policies: { edge: { retry: { backoff: noBackoff } } } },
      controllers: [OrdersHandlers],
    });
    const context = executionContext('http', [OrdersHandlers, 'usual'], [{ method: 'GET' }, {}]);
    const stranger = { ...context, getHandler: () => function stranger() {} } as typeof context;
    await rejection(answer(stranger, () => throwError(() => down)));

    expect(events.at(-1)).toMatchObject({ operation: 'OrdersHandlers.stranger' });
  });
});

describe('@UsePolicy twice', () => {
  it('with one name is no contradiction; the outer one has the say', async () => {
    class Twice {
      @UsePolicy('edge', { retry: { maxAttempts: 2 } })
      @UsePolicy('edge', { retry: { maxAttempts: 5 } })
      list(): void {
        // what it does, the test says
      }
    }
    const { answer } = await startIntercepted({
      options: { policies: { edge: { retry: { backoff: noBackoff } } } },
      controllers: [Twice],
    });
    const handle = jest.fn(() => throwError(() => down));
    await rejection(answer(executionContext('http', [Twice, 'list'], [{ method: 'GET' }, {}]), handle));

    expect(handle).toHaveBeenCalledTimes(2);
  });
});

describe("a GraphQL client's disconnect", () => {
  /** A response that a test lets close. */
  function response() {
    const listeners = new Set<() => void>();
    return {
      headersSent: false,
      writableFinished: false,
      destroyed: false,
      on: (_event: string, listener: () => void) => listeners.add(listener),
      removeListener: (_event: string, listener: () => void) => listeners.delete(listener),
      close: () => listeners.forEach((listener) => listener()),
    };
  }

  it.each([
    ['Apollo on Express', (raw: unknown) => ({ req: { res: raw } })],
    ['Apollo on Express with res', (raw: unknown) => ({ res: raw })],
    ['Mercurius and Apollo on Fastify', (raw: unknown) => ({ reply: { raw } })],
  ])('aborts the call on %s', async (_, contextOf) => {
    const { answer, clock } = await startIntercepted({
      options: { policies: { edge: { retry: { backoff: { type: 'fixed' } } } } },
      controllers: [OrdersHandlers],
    });
    const raw = response();
    const args = [{}, {}, contextOf(raw), info('query')];
    const handle = jest.fn(() => throwError(() => down));
    const call = answer(executionContext('graphql', [OrdersHandlers, 'usual'], args), handle);
    call.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    raw.close();

    expect(await rejection(call)).toMatchObject({ status: 499 });
    expect(handle).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
  });

  it('that came before the call began aborts it, too', async () => {
    const { answer, clock } = await startIntercepted({
      options: { policies: { edge: { retry: { backoff: { type: 'fixed' } } } } },
      controllers: [OrdersHandlers],
    });
    const args = [{}, {}, { res: { ...response(), destroyed: true } }, info('query')];
    const handle = jest.fn(() => throwError(() => down));

    expect(
      await rejection(answer(executionContext('graphql', [OrdersHandlers, 'usual'], args), handle)),
    ).toMatchObject({ status: 499 });
    expect(handle).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });
});
