import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { concat, defer, EMPTY, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { RESILIENCE_HANDLE } from '../../../../lib/nest/resilience.constants.js';
import type { ResilienceHandle } from '../../../../lib/nest/runtime/resilience.handle.js';
import { closeApps, startApp, type DecoratedApp } from '../../../support/decorated-app.js';
import { settled } from '../../../support/held-operation.js';
import { noBackoff, rejection, watched } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const bulkhead = { name: 'pool', maxConcurrent: 1 };
const policies = {
  one: { bulkhead, timeout: { attempt: '4s', stream: { idle: '2s', total: '10s' } } },
  answered: { bulkhead: { name: 'pool', releaseOn: 'answered' } },
  retrying: { bulkhead, timeout: { attempt: '1s' }, retry: { maxAttempts: 2, backoff: noBackoff } },
  picky: {
    bulkhead,
    retry: { maxAttempts: 2, backoff: { type: 'fixed', initialDelay: '1s', jitter: false } },
  },
} as const;

const HANGS = Symbol('hangs');
const down = new Error('down');

/** Slots held, and those of them that nobody waits for. */
function gaugeOf({ get }: DecoratedApp): () => (number | undefined)[] {
  const { engine } = get<ResilienceHandle>(RESILIENCE_HANDLE).runtime;
  return () => {
    const pool = engine.bulkheads.get('pool')?.of(undefined);
    return [pool?.inFlight, pool?.abandoned];
  };
}

async function start<T>(type: new () => T) {
  const app = await startApp({ providers: [type], options: { policies, logging: false } });
  return { ...app, feed: app.get(type), held: gaugeOf(app) };
}

class Observables {
  source: Observable<unknown> = EMPTY;

  @Resilient('one')
  items(): Observable<unknown> {
    return defer(() => this.source);
  }

  @Resilient('answered')
  answered(): Observable<unknown> {
    return defer(() => this.source);
  }

  @Resilient('retrying')
  retrying(): Observable<unknown> {
    return defer(() => this.source);
  }

  @Resilient('picky', { retry: { retryResult: (item: unknown) => item === 'pending' } })
  picky(): Observable<unknown> {
    return defer(() => this.source);
  }
}

const ignored = { error: () => undefined };

describe('the slot of a method that returns an Observable', () => {
  it.each<[string, (source: Subject<unknown>, leave: () => void) => void]>([
    ['completes', (source) => source.complete()],
    ['fails', (source) => source.error(down)],
    ['is left by its subscriber', (_, leave) => leave()],
  ])('is held until it %s', async (_, end) => {
    const { feed, held, clock } = await start(Observables);
    const source = new Subject<unknown>();
    feed.source = source;
    const subscription = feed.items().subscribe(ignored);
    source.next('a');
    await clock.advance(0);
    expect(held()).toEqual([1, 0]);
    const refused = watched(new Promise((_, reject) => feed.items().subscribe({ error: reject })));
    await clock.advance(0);
    expect(refused.error).toMatchObject({ code: 'BULKHEAD_FULL' });
    end(source, () => subscription.unsubscribe());

    expect(held()).toEqual([0, 0]);
  });

  it('is held until timeout.stream ends it, or the application', async () => {
    const { feed, held, clock, app } = await start(Observables);
    feed.source = concat(of('a'), NEVER);
    feed.items().subscribe(ignored);
    await clock.advance('1999ms');
    expect(held()).toEqual([1, 0]);
    await clock.advance('1ms');
    expect(held()).toEqual([0, 0]);
    feed.items().subscribe(ignored);
    await clock.advance(0);
    expect(held()).toEqual([1, 0]);
    await app.close();
    expect(held()).toEqual([0, 0]);
  });

  it.each([
    ['fails', throwError(() => down)],
    ['ends', EMPTY],
    ['gives all at once and ends', of('a', 'b')],
  ])('is free when it %s without having been waited for', async (_, source) => {
    const { feed, held, clock } = await start(Observables);
    feed.source = source;
    feed.items().subscribe(ignored);
    await clock.advance(0);

    expect(held()).toEqual([0, 0]);
  });

  it('is free before its subscriber hears of the end', async () => {
    const { feed, clock } = await start(Observables);
    feed.source = of('a');
    const items: unknown[] = [];
    feed.items().subscribe({
      complete: () => feed.items().subscribe((item) => items.push(item)),
    });
    await clock.advance(0);

    expect(items).toEqual(['a']);
  });

  it('is free when the source is asked without an answer, which a timeout tears down', async () => {
    const { feed, held, clock } = await start(Observables);
    feed.source = NEVER;
    feed.items().subscribe(ignored);
    await clock.advance('4s');

    expect(held()).toEqual([0, 0]);
  });

  it('is free for the retry after a timeout', async () => {
    const { feed, clock } = await start(Observables);
    const sources = [NEVER, of('late')];
    feed.source = defer(() => sources.shift() as Observable<unknown>);
    const items: unknown[] = [];
    feed.retrying().subscribe((item) => items.push(item));
    await clock.advance('1s');

    expect(items).toEqual(['late']);
  });

  it('is free, and the source torn down, while a retryResult waits for another first item', async () => {
    const { feed, held, clock } = await start(Observables);
    const source = new Subject<unknown>();
    feed.source = source;
    feed.picky().subscribe(ignored);
    source.next('pending');
    await clock.advance(500);
    expect(source.observed).toBe(false);
    expect(held()).toEqual([0, 0]);
    await clock.advance(500);
    source.next('ready');
    await clock.advance(0);
    expect(held()).toEqual([1, 0]);
    source.complete();
    expect(held()).toEqual([0, 0]);
  });

  it("is held until the first item with releaseOn: 'answered'", async () => {
    const { feed, held, clock } = await start(Observables);
    const source = new Subject<unknown>();
    feed.source = source;
    feed.answered().subscribe();
    await clock.advance(0);
    expect(held()).toEqual([1, 0]);
    source.next('a');
    await clock.advance(0);
    expect(held()).toEqual([0, 0]);
    source.complete();
    expect(held()).toEqual([0, 0]);
  });
});

class Iterables {
  script: unknown[] = [];
  release: (value?: unknown) => void = () => undefined;

  @Resilient('one')
  async *items(): AsyncGenerator<unknown> {
    for (const step of this.script) {
      if (step === HANGS) await new Promise((resolve) => (this.release = resolve));
      else if (step instanceof Error) throw step;
      else yield step;
    }
  }

  custom: AsyncIterator<unknown> = { next: () => Promise.resolve({ done: true, value: undefined }) };

  @Resilient('one')
  iterate(): AsyncIterable<unknown> {
    return { [Symbol.asyncIterator]: () => this.custom };
  }
}

describe('the slot of a method that gives an async iterable', () => {
  it.each<[string, (items: AsyncGenerator<unknown>) => Promise<unknown>]>([
    ['has given its last item', (items) => items.next()],
    ['is left', (items) => items.return(undefined)],
    ['is told to throw', (items) => rejection(items.throw(down))],
  ])('is held until it %s', async (_, end) => {
    const { feed, held } = await start(Iterables);
    feed.script = ['a'];
    const items = feed.items();
    await items.next();
    expect(held()).toEqual([1, 0]);
    expect(await rejection(feed.items().next())).toMatchObject({ code: 'BULKHEAD_FULL' });
    await end(items);

    expect(held()).toEqual([0, 0]);
  });

  it.each<[string, unknown[]]>([
    ['after its first item', ['a', down]],
    ['before its first item', [down]],
  ])('is free when it fails %s', async (_, script) => {
    const { feed, held } = await start(Iterables);
    feed.script = script;
    await rejection(
      (async () => {
        for await (const item of feed.items()) void item;
      })(),
    );

    expect(held()).toEqual([0, 0]);
  });

  it('is held after timeout.attempt until the generator has ended, and is abandoned', async () => {
    const { feed, held, clock } = await start(Iterables);
    feed.script = [HANGS];
    const first = watched(feed.items().next());
    await clock.advance('4s');
    expect(first.error).toMatchObject({ scope: 'attempt' });
    expect(held()).toEqual([1, 1]);
    feed.release();
    await settled();

    expect(held()).toEqual([0, 0]);
  });

  it('is held after timeout.stream until the generator has ended', async () => {
    const { feed, held, clock } = await start(Iterables);
    feed.script = ['a', HANGS, 'late'];
    const items = feed.items();
    await items.next();
    const second = watched(items.next());
    await clock.advance('2s');
    expect(second.error).toMatchObject({ scope: 'stream' });
    expect(held()).toEqual([1, 0]);
    feed.release();
    await settled();

    expect(held()).toEqual([0, 0]);
  });

  it('is free when an iterator that hangs has been closed', async () => {
    const { feed, held, clock } = await start(Iterables);
    const close = jest.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    feed.custom = { next: () => new Promise(() => undefined), return: close };
    const first = watched(feed.iterate()[Symbol.asyncIterator]().next());
    await clock.advance('4s');

    expect(first.error).toMatchObject({ scope: 'attempt' });
    expect(close).toHaveBeenCalledTimes(1);
    expect(held()).toEqual([0, 0]);
  });

  it('is held by an iterator that cannot be closed until it has given what it was asked for', async () => {
    const { feed, held, clock } = await start(Iterables);
    let give = (_: IteratorResult<unknown>): void => {};
    feed.custom = { next: () => new Promise((resolve) => (give = resolve)) };
    const first = watched(feed.iterate()[Symbol.asyncIterator]().next());
    await clock.advance('4s');
    expect(first.settled).toBe(true);
    expect(held()).toEqual([1, 1]);
    give({ done: false, value: 'late' });
    await settled();

    expect(held()).toEqual([0, 0]);
  });

  it('is free when the application has ended', async () => {
    const { feed, held, app } = await start(Iterables);
    feed.script = ['a', 'b'];
    await feed.items().next();
    await app.close();
    await settled();

    expect(held()).toEqual([0, 0]);
  });
});

describe('a source that comes after its attempt was given up', () => {
  class Late {
    give: (source: AsyncIterable<unknown>) => void = () => undefined;

    @Resilient('one')
    items(): any {
      const late = new Promise<AsyncIterable<unknown>>((resolve) => (this.give = resolve));
      return { [Symbol.asyncIterator]: () => iterateLate(late) };
    }
  }
  async function* iterateLate(source: Promise<AsyncIterable<unknown>>): AsyncGenerator<unknown> {
    yield* await source;
  }

  it('is closed, and holds its slot until then', async () => {
    const { feed, held, clock } = await start(Late);
    const first = watched((feed.items() as AsyncIterable<unknown>)[Symbol.asyncIterator]().next());
    await clock.advance('4s');
    expect(first.settled).toBe(true);
    expect(held()).toEqual([1, 1]);
    const items = new PassThrough({ objectMode: true });
    items.write('late');
    feed.give(items);
    await new Promise((resolve) => setImmediate(resolve));

    expect(items.destroyed).toBe(true);
    expect(held()).toEqual([0, 0]);
  });
});

describe('the slot of a method that promises', () => {
  class Files {
    @Resilient('one')
    async stream(): Promise<Readable> {
      return createReadStream(__filename);
    }

    @Resilient('one')
    async file(): Promise<StreamableFile> {
      return new StreamableFile(createReadStream(__filename));
    }

    give: (file: StreamableFile) => void = () => undefined;

    @Resilient('one')
    async lateFile(): Promise<StreamableFile> {
      return new Promise((resolve) => (this.give = resolve));
    }
  }

  it('a Node stream is held until that has been read', async () => {
    const { feed, held } = await start(Files);
    const stream = await feed.stream();
    expect(held()).toEqual([1, 0]);
    await stream.toArray();
    await new Promise((resolve) => setImmediate(resolve));

    expect(held()).toEqual([0, 0]);
  });

  it('a StreamableFile is held until its stream has ended', async () => {
    const { feed, held, clock } = await start(Files);
    const stream = (await feed.file()).getStream();
    const closed = new Promise((resolve) => stream.once('close', resolve));
    expect(held()).toEqual([1, 0]);
    await clock.advance('10s');
    expect(stream.destroyed).toBe(true);
    await closed;

    expect(held()).toEqual([0, 0]);
  });

  it('a StreamableFile that comes too late is free, and the file is released', async () => {
    const { feed, held, clock } = await start(Files);
    const call = watched(feed.lateFile());
    await clock.advance('4s');
    expect(call.error).toMatchObject({ scope: 'attempt' });
    const late = new StreamableFile(createReadStream(__filename));
    feed.give(late);
    await settled();

    expect(late.getStream().destroyed).toBe(true);
    expect(held()).toEqual([0, 0]);
  });
});

describe('the slot of a stream under the service', () => {
  it('is held by observe() until the stream ends, with a signal of the caller, too', async () => {
    const app = await startApp({ options: { policies } });
    const held = gaugeOf(app);
    const source = new Subject<unknown>();
    const { signal } = new AbortController();
    for (const options of [{}, { signal }]) {
      const subscription = app.service.observe('one', () => source, options).subscribe();
      source.next('a');
      await settled();
      expect(held()).toEqual([1, 0]);
      subscription.unsubscribe();
      expect(held()).toEqual([0, 0]);
    }
  });

  it('is held by withPolicy() until the stream ends', async () => {
    const app = await startApp({ options: { policies } });
    const held = gaugeOf(app);
    const source = new Subject<unknown>();
    source.pipe(app.service.withPolicy('one')).subscribe();
    source.next('a');
    await settled();
    expect(held()).toEqual([1, 0]);
    source.complete();

    expect(held()).toEqual([0, 0]);
  });

  it('does not follow streams that are items of an Observable', async () => {
    const app = await startApp({ options: { policies } });
    const held = gaugeOf(app);
    const socket = new PassThrough();
    app.service.observe('one', () => of(socket)).subscribe();
    await app.clock.advance('10s');

    expect(held()).toEqual([0, 0]);
    expect(socket.destroyed).toBe(false);
  });
});

describe('timeout.stream of an Observable', () => {
  it('is told by an event', async () => {
    const { feed, clock, events } = await start(Observables);
    feed.source = concat(of('a'), NEVER);
    feed.items().subscribe(ignored);
    await clock.advance('2s');

    expect(events.at(-1)).toMatchObject({
      type: 'timeout',
      scope: 'stream',
      timeout: 2000,
      attempt: 1,
      operation: 'Observables.items',
    });
  });
});
