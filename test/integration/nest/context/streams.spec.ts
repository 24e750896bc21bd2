import { PassThrough } from 'node:stream';
import { NEVER, Observable, Subject } from 'rxjs';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { currentAttempt } from '../../../../lib/nest/context/current-attempt.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import { RESILIENCE_HANDLE } from '../../../../lib/nest/resilience.constants.js';
import type { ResilienceHandle } from '../../../../lib/nest/runtime/resilience.handle.js';
import { closeApps } from '../../../support/decorated-app.js';
import { executionContext } from '../../../support/execution-context.js';
import { settled } from '../../../support/held-operation.js';
import { startIntercepted } from '../../../support/interceptors.js';
import { watched } from '../../../support/virtual-policy.js';

const bulkhead = { name: 'pool', maxConcurrent: 1 };
const policies = {
  edge: { bulkhead, timeout: { attempt: '1s' } },
  bounded: { bulkhead, timeout: { attempt: '1s', stream: { total: '1m' } } },
  inner: {},
};

class Files {
  @UsePolicy('edge')
  plain(): void {
    // what it does, the test says
  }

  @UsePolicy('edge')
  async promised(): Promise<void> {
    // what it does, the test says
  }

  @UsePolicy('bounded')
  bounded(): void {
    // what it does, the test says
  }
}

class Folder {
  @Resilient('bounded')
  async *items(item: PassThrough): AsyncGenerator<PassThrough> {
    yield item;
  }
}

type Handler = 'plain' | 'promised' | 'bounded';

const request = (handler: Handler) => executionContext('http', [Files, handler], [{ method: 'GET' }, {}]);

async function start() {
  const options = { policies, propagateContext: true };
  const app = await startIntercepted({ options, controllers: [Files], providers: [Folder] });
  const { engine } = app.get<ResilienceHandle>(RESILIENCE_HANDLE).runtime;
  const held = () => {
    const slots = engine.bulkheads.get('pool')?.of(undefined);
    return [slots?.inFlight, slots?.abandoned];
  };
  return { ...app, held };
}

afterEach(closeApps);

const ignored = { error: () => undefined };

describe('a stream that holds a slot, with propagateContext', () => {
  it.each<[Handler, string]>([
    ['plain', 'Files.plain'],
    ['bounded', 'Files.bounded'],
  ])(
    'is its attempt (%s) for as long as the slot is held, and outside of both after that',
    async (handler, name) => {
      const { intercept, held } = await start();
      const seen: unknown[] = [];
      const note = (): void => void seen.push([currentAttempt()?.operation, currentAttempt()?.remaining()]);
      let go = (): void => {};
      const source = new Observable<unknown>((subscriber) => {
        const waiting = new Promise<void>((resolve) => {
          go = resolve;
        });
        void (async () => {
          subscriber.next('first');
          await waiting;
          note();
          subscriber.complete();
          await nextTurn();
          note();
        })();
      });
      intercept(request(handler), () => source).subscribe(ignored);
      await settled();
      expect(held()).toEqual([1, 0]);
      go();
      await settled();
      await nextTurn();

      expect(held()).toEqual([0, 0]);
      expect(seen).toEqual([
        [name, Infinity],
        [undefined, undefined],
      ]);
    },
  );

  it('refuses inner calls of a promise that outlives its attempt, as long as it holds the slot', async () => {
    const { answer, held, clock, service } = await start();
    const source = new Subject<unknown>();
    let ask = (): Promise<unknown> => Promise.resolve();
    let go = (): void => {};
    const call = watched(
      answer(request('promised'), () => {
        const asked = new Promise<void>((resolve) => {
          go = resolve;
        }).then(() => service.execute('inner', () => 'made'));
        ask = () => asked;
        return source;
      }),
    );
    await clock.advance('1s');
    expect(call.error).toMatchObject({ scope: 'attempt' });
    expect(held()).toEqual([1, 1]);
    go();
    const refused = watched(ask());
    await settled();
    source.complete();

    expect(refused.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'deadline' });
    expect(held()).toEqual([0, 0]);
  });

  it.each<[Handler]>([['plain'], ['bounded']])(
    'gives it back when its client leaves before (%s)',
    async (handler) => {
      const { intercept, held } = await start();
      intercept(request(handler), () => NEVER)
        .subscribe()
        .unsubscribe();
      await settled();

      expect(held()).toEqual([0, 0]);
    },
  );

  it('of Node streams leaves those alone: timeout.stream.total bounds it, not its items', async () => {
    const { get, clock, held } = await start();
    const item = new PassThrough();
    for await (const given of get(Folder).items(item)) expect(given).toBe(item);
    expect([held(), clock.pending]).toEqual([[0, 0], 0]);
    await clock.advance('2m');

    expect(item.destroyed).toBe(false);
  });
});
