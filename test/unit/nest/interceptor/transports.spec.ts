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

describe("a GraphQL client's disconnect", () => {
  /** A response that a test lets close. */
  function response() {
    const listeners = new Set<() => void>();
    return {
      headersSent: false,
      writableFinished: false,
      destroyed: false,
      once: (_event: string, listener: () => void) => listeners.add(listener),
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
});
