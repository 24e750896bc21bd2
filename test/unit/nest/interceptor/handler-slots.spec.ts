import { PassThrough, Readable } from 'node:stream';
import { Res, Sse, StreamableFile } from '@nestjs/common';
import { concat, from, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import { RESILIENCE_HANDLE } from '../../../../lib/nest/resilience.constants.js';
import type { ResilienceHandle } from '../../../../lib/nest/runtime/resilience.handle.js';
import { closeApps } from '../../../support/decorated-app.js';
import { executionContext } from '../../../support/execution-context.js';
import { settled } from '../../../support/held-operation.js';
import { startIntercepted } from '../../../support/interceptors.js';
import { noBackoff, rejection, watched } from '../../../support/virtual-policy.js';

@UsePolicy('edge')
class FilesController {
  plain(): void {
    // what it does, the test says
  }

  async promised(): Promise<void> {
    // what it does, the test says
  }

  @Sse()
  async events(): Promise<void> {
    // what it does, the test says
  }

  raw(@Res() _response: unknown): void {
    // what it does, the test says
  }
}
Reflect.defineMetadata('design:returntype', Promise, FilesController.prototype, 'events');

type Handler = 'plain' | 'promised' | 'events' | 'raw';

const request = (handler: Handler) =>
  executionContext('http', [FilesController, handler], [{ method: 'GET' }, {}]);

const pool = { bulkhead: { name: 'pool', maxConcurrent: 1 } };
/** With it, handlers are watched item by item. */
const limited = { timeout: { attempt: '1s', stream: { total: '1m' } } } as const;

async function start(edge: PolicyOptions) {
  const app = await startIntercepted({
    options: { policies: { edge: { ...pool, ...edge } } },
    controllers: [FilesController],
  });
  const { engine } = app.get<ResilienceHandle>(RESILIENCE_HANDLE).runtime;
  const held = () => {
    const slots = engine.bulkheads.get('pool')?.of(undefined);
    return [slots?.inFlight, slots?.abandoned];
  };
  return { ...app, held };
}

afterEach(closeApps);

const ignored = { error: () => undefined };
const down = new Error('down');

describe.each<[string, PolicyOptions]>([
  ['without limits of the stream', { timeout: { attempt: '1s' } }],
  ['with limits of the stream', limited],
])('the slot of a handler %s', (_, edge) => {
  it.each<[string, (source: Subject<unknown>, leave: () => void) => void]>([
    ['completes', (source) => source.complete()],
    ['fails', (source) => source.error(down)],
    ['is left', (_source, leave) => leave()],
  ])('is held until its Observable %s', async (_end, end) => {
    const { intercept, held } = await start(edge);
    const source = new Subject<unknown>();
    const subscription = intercept(request('plain'), () => source).subscribe(ignored);
    source.next('a');
    await settled();
    expect(held()).toEqual([1, 0]);
    end(source, () => subscription.unsubscribe());

    expect(held()).toEqual([0, 0]);
  });

  it.each<[string, () => Observable<unknown>]>([
    ['fails', () => throwError(() => down)],
    [
      'throws',
      () => {
        throw down;
      },
    ],
  ])('is free when it %s before it gave anything', async (_end, handle) => {
    const { answer, held } = await start(edge);
    await rejection(answer(request('plain'), handle));

    expect(held()).toEqual([0, 0]);
  });

  it('is free when a timeout tears its Observable down', async () => {
    const { answer, held, clock } = await start(edge);
    const call = watched(answer(request('plain'), () => NEVER));
    await clock.advance('1s');

    expect(call.error).toMatchObject({ scope: 'attempt' });
    expect(held()).toEqual([0, 0]);
  });

  it.each<[string, (source: Subject<unknown>) => void]>([
    ['has its answer', (source) => (source.next('late'), source.complete())],
    ['fails', (source) => source.error(down)],
    ['gives the first of many items', (source) => source.next('late')],
  ])('is held after a timeout until its promise %s', async (_end, end) => {
    const { answer, held, clock } = await start(edge);
    const source = new Subject<unknown>();
    const call = watched(answer(request('promised'), () => source));
    await clock.advance('1s');
    expect(call.error).toMatchObject({ scope: 'attempt' });
    expect(held()).toEqual([1, 1]);
    end(source);

    expect(held()).toEqual([0, 0]);
    expect(source.observed).toBe(false);
  });

  it('is held when its client has gone until its promise has settled', async () => {
    const { intercept, held } = await start(edge);
    const source = new Subject<unknown>();
    intercept(request('promised'), () => source)
      .subscribe()
      .unsubscribe();
    await settled();
    expect(held()).toEqual([1, 1]);
    source.complete();

    expect(held()).toEqual([0, 0]);
  });

  it('releases a file that its promise gives too late', async () => {
    const { answer, clock } = await start(edge);
    let give = (_: StreamableFile): void => {};
    const late = new Promise<StreamableFile>((resolve) => (give = resolve));
    const call = watched(answer(request('promised'), () => from(late)));
    await clock.advance('1s');
    expect(call.settled).toBe(true);
    const file = new StreamableFile(new PassThrough());
    give(file);
    await settled();

    expect(file.getStream().destroyed).toBe(true);
  });

  it.each<[string, (stream: Readable) => unknown]>([
    ['a Node stream', (stream) => stream],
    ['a StreamableFile', (stream) => new StreamableFile(stream)],
  ])('is held until %s has been sent', async (_kind, give) => {
    const { answer, held } = await start(edge);
    const stream = Readable.from(['some', 'bytes']);
    const given = give(stream);
    expect(await answer(request('promised'), () => of(given))).toBe(given);
    expect(held()).toEqual([1, 0]);
    expect(await rejection(answer(request('promised'), () => of('x')))).toMatchObject({
      code: 'BULKHEAD_FULL',
    });
    await stream.toArray();
    await new Promise((resolve) => setImmediate(resolve));

    expect(held()).toEqual([0, 0]);
  });
});

describe('a handler with timeout.stream', () => {
  it('has its file ended by total', async () => {
    const { answer, clock, held } = await start(limited);
    const stream = new PassThrough();
    await answer(request('promised'), () => of(new StreamableFile(stream)));
    await clock.advance('59999ms');
    expect(stream.destroyed).toBe(false);
    await clock.advance('1ms');
    await new Promise((resolve) => setImmediate(resolve));

    expect(stream.errored).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'stream', timeout: 60_000 });
    expect(held()).toEqual([0, 0]);
  });

  it.each(['events', 'plain'] as const)('of %s is ended by it, and its slot is free', async (handler) => {
    const { intercept, clock, held } = await start(limited);
    const source = concat(of({ data: 'one' }), NEVER);
    const end = watched(
      new Promise((_, reject) => intercept(request(handler), () => source).subscribe({ error: reject })),
    );
    await clock.advance('59s');
    expect(held()).toEqual([1, 0]);
    await clock.advance('1s');

    expect(end.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'stream' });
    expect(held()).toEqual([0, 0]);
  });

  it('refuses the value of a fallback that nobody sends for a handler with @Res()', async () => {
    const { answer } = await start({ ...limited, fallback: { value: 'cached' } });
    const fail = () => throwError(() => down);

    await expect(answer(request('raw'), fail)).rejects.toThrow(/@Res\(\).*passthrough/);
    expect(await answer(request('plain'), fail)).toBe('cached');
  });
});

describe('a handler of events', () => {
  it('is torn down by a timeout, though it is asynchronous', async () => {
    const { intercept, clock, held } = await start({ timeout: { attempt: '1s' } });
    const source = new Subject<unknown>();
    intercept(request('events'), () => source).subscribe(ignored);
    await clock.advance('1s');

    expect(source.observed).toBe(false);
    expect(held()).toEqual([0, 0]);
  });

  it('holds its slot until the last event', async () => {
    const { intercept, held } = await start({});
    const source = new Subject<unknown>();
    intercept(request('events'), () => source).subscribe();
    source.next({ data: 'one' });
    await settled();
    expect(held()).toEqual([1, 0]);
    source.complete();

    expect(held()).toEqual([0, 0]);
  });

  it('is not retried after its first event', async () => {
    const { intercept } = await start({ retry: { backoff: noBackoff }, bulkhead: 5 });
    const handle = jest.fn(() =>
      concat(
        of({ data: 'one' }),
        throwError(() => down),
      ),
    );
    intercept(request('events'), handle).subscribe(ignored);
    await settled();

    expect(handle).toHaveBeenCalledTimes(1);
  });
});
