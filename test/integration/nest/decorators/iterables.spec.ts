import { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import { Fallback, FallbackValue } from '../../../../lib/nest/decorators/fallback.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { CircuitBreaker } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { closeApps, startApp, type DecoratedApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection, watched } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = {
  instant: { retry: { maxAttempts: 3, backoff: noBackoff } },
  limited: {
    retry: { maxAttempts: 2, backoff: noBackoff },
    timeout: { total: '10s', attempt: '4s', stream: { idle: '2s', total: '5s' } },
  },
};

/** What a generator does at one step: gives a value, throws an error, or waits for good. */
const HANGS = Symbol('hangs');

class Feed {
  calls = 0;
  /** How many generators ran their `finally`. */
  closed = 0;
  readonly contexts: AttemptContext[] = [];
  /** The steps of each call, in order; the last ones stay. */
  scripts: unknown[][] = [];
  release: (value: unknown) => void = () => undefined;

  protected async *play(context?: AttemptContext): AsyncGenerator<unknown, string, unknown> {
    this.calls++;
    if (context !== undefined) this.contexts.push(context);
    const script = (this.scripts.length > 1 ? this.scripts.shift() : this.scripts[0]) ?? [];
    try {
      for (const step of script) {
        if (step instanceof Error) throw step;
        if (step === HANGS) await new Promise((resolve) => (this.release = resolve));
        else yield step;
      }
      return 'end';
    } finally {
      this.closed++;
    }
  }
}

class Generators extends Feed {
  @Retryable('instant')
  async *items(): AsyncGenerator<unknown> {
    return yield* this.play();
  }

  @Resilient('limited')
  @CircuitBreaker({ window: { type: 'count', size: 10 }, failureRatio: 1, minimumCalls: 2 })
  async *limited(@Attempt() context?: AttemptContext): AsyncGenerator<unknown> {
    return yield* this.play(context);
  }

  @Retryable('instant')
  @FallbackValue('cached')
  async *withValue(): AsyncGenerator<unknown> {
    return yield* this.play();
  }

  @Retryable('instant')
  @Fallback(async function* () {
    yield 'a';
    yield 'b';
  })
  async *withStream(): AsyncGenerator<unknown> {
    return yield* this.play();
  }

  @Retryable('instant', { retryResult: (item: unknown) => item === 'pending' })
  async *untilReady(): AsyncGenerator<unknown> {
    return yield* this.play();
  }
}

/** The same as methods that are no generators: what they give shows when they are called. */
class Iterables extends Feed {
  @Retryable('instant')
  items(): AsyncIterable<unknown> {
    return new OnlyIterable(this.play());
  }

  @Resilient('limited')
  @CircuitBreaker({ window: { type: 'count', size: 10 }, failureRatio: 1, minimumCalls: 2 })
  limited(@Attempt() context?: AttemptContext): AsyncIterable<unknown> {
    return new OnlyIterable(this.play(context));
  }

  @Retryable('instant')
  @FallbackValue('cached')
  withValue(): AsyncIterable<unknown> {
    return new OnlyIterable(this.play());
  }

  @Retryable('instant')
  @Fallback(async function* () {
    yield 'a';
    yield 'b';
  })
  withStream(): AsyncIterable<unknown> {
    return new OnlyIterable(this.play());
  }

  @Retryable('instant', { retryResult: (item: unknown) => item === 'pending' })
  untilReady(): AsyncIterable<unknown> {
    return new OnlyIterable(this.play());
  }
}

/** An iterable that is no iterator itself. */
class OnlyIterable implements AsyncIterable<unknown> {
  constructor(private readonly generator: AsyncGenerator<unknown>) {}

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return this.generator;
  }
}

async function collect(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const down = () => new Error('down');

describe.each([Generators, Iterables])('a method that gives an async iterable (%p)', (type) => {
  let app: DecoratedApp;
  let feed: Generators;

  beforeEach(async () => {
    app = await startApp({ providers: [type], options: { policies } });
    feed = app.get(type as typeof Generators);
  });
  afterEach(() => {
    expect(app.clock.pending).toBe(0);
  });

  it('begins its call with the first next()', async () => {
    feed.scripts = [['a', 'b']];
    const items = feed.items();
    await app.clock.advance('1s');
    expect(app.service.stats().calls).toBe(0);
    expect(await collect(items)).toEqual(['a', 'b']);
    expect(app.service.stats()).toMatchObject({ calls: 1, attempts: 1, successes: 1 });
  });

  it('retries what fails before its first item', async () => {
    feed.scripts = [[down()], [down()], ['a', 'b']];
    expect(await collect(feed.items())).toEqual(['a', 'b']);
    expect(feed.calls).toBe(3);
  });

  it('passes on what fails after its first item, unrecorded, and is done then', async () => {
    const { events } = app;
    const error = down();
    feed.scripts = [['a', error]];
    const items = feed.limited()[Symbol.asyncIterator]();
    expect(await items.next()).toEqual({ done: false, value: 'a' });
    expect(await rejection(items.next())).toBe(error);
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(events.map((event) => event.type)).not.toContain('failure');
    expect(app.service.breakers()[0]).toMatchObject({ failures: 0, successes: 1 });
  });

  it('counts an end without an item as a success', async () => {
    feed.scripts = [[]];
    expect(await collect(feed.limited())).toEqual([]);
    expect(app.service.stats()).toMatchObject({ successes: 1 });
  });

  it('fails after the last attempt with the error as it is, once, and is done then', async () => {
    const error = down();
    feed.scripts = [[error]];
    const items = feed.items()[Symbol.asyncIterator]();
    expect(await rejection(items.next())).toBe(error);
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(feed.calls).toBe(3);
  });

  it('gives the value of return, and takes the arguments of next', async () => {
    feed.scripts = [['a']];
    const items = feed.items();
    await items.next();
    expect(await items.next()).toEqual({ done: true, value: 'end' });
  });

  it('gives items asked for at once in their order', async () => {
    feed.scripts = [['a', 'b']];
    const items = feed.items();
    expect(await Promise.all([items.next(), items.next(), items.next()])).toEqual([
      { done: false, value: 'a' },
      { done: false, value: 'b' },
      { done: true, value: 'end' },
    ]);
  });

  it('refuses the first next() while the circuit is open', async () => {
    feed.scripts = [[down()]];
    await rejection(collect(feed.limited()));
    await rejection(collect(feed.limited()));
    const before = feed.calls;
    expect(await rejection(collect(feed.limited()))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect(feed.calls).toBe(before);
  });

  describe('with a fallback', () => {
    it('answers with one value', async () => {
      feed.scripts = [[down()]];
      expect(await collect(feed.withValue())).toEqual(['cached']);
    });

    it('answers with a stream', async () => {
      feed.scripts = [[down()]];
      expect(await collect(feed.withStream())).toEqual(['a', 'b']);
    });
  });

  describe('left early', () => {
    it('by break closes the source and aborts the signal; the success stays', async () => {
      feed.scripts = [['a', 'b', 'c']];
      for await (const item of feed.limited()) {
        expect(item).toBe('a');
        break;
      }
      expect(feed.closed).toBe(1);
      expect(feed.contexts.at(-1)?.signal.aborted).toBe(true);
      expect(app.service.stats()).toMatchObject({ calls: 1, successes: 1 });
      expect(app.clock.pending).toBe(0);
    });

    it('by return() before the first next() never begins', async () => {
      feed.scripts = [['a']];
      const items = feed.items();
      expect(await items.return('enough')).toEqual({ done: true, value: 'enough' });
      expect(await items.next()).toEqual({ done: true, value: undefined });
      expect(app.service.stats().calls).toBe(0);
    });

    it('by return() before the first item aborts the call: nothing is recorded, nothing retried', async () => {
      const { events } = app;
      feed.scripts = [[HANGS, 'late']];
      const items = feed.limited();
      const first = items.next();
      await app.clock.advance('1s');
      expect(await items.return('enough')).toEqual({ done: true, value: 'enough' });
      expect(await first).toEqual({ done: true, value: undefined });
      expect(feed.contexts.at(-1)?.signal.aborted).toBe(true);
      expect(events.at(-1)).toMatchObject({ type: 'failure', outcome: 'aborted' });
      expect(app.service.breakers()[0]).toMatchObject({ failures: 0, successes: 0 });
      feed.release(undefined);
      await app.clock.advance(0);
      expect(feed.closed).toBe(1);
    });

    it('by throw() ends the source with the error', async () => {
      feed.scripts = [['a', 'b']];
      const items = feed.limited();
      await items.next();
      const error = down();
      expect(await rejection(items.throw(error))).toBe(error);
      expect(await items.next()).toEqual({ done: true, value: undefined });
      expect(feed.closed).toBe(1);
      expect(app.clock.pending).toBe(0);
    });

    it('by throw() before the first next() never begins', async () => {
      feed.scripts = [['a']];
      const items = feed.items();
      const error = down();
      expect(await rejection(items.throw(error))).toBe(error);
      expect(await items.next()).toEqual({ done: true, value: undefined });
      expect(app.service.stats().calls).toBe(0);
    });
  });

  describe('with limits of time', () => {
    it('bounds the wait for the first item by timeout.attempt, then retries, and closes the source it gave up', async () => {
      feed.scripts = [[HANGS], ['late']];
      const items = feed.limited();
      const first = items.next();
      await app.clock.advance('3999ms');
      const { release } = feed;
      await app.clock.advance('1ms');
      expect(await first).toEqual({ done: false, value: 'late' });
      release(undefined);
      await app.clock.advance(0);
      expect(feed.closed).toBe(1);
      await items.return(undefined);
    });

    it('bounds each wait for a further item by timeout.stream.idle', async () => {
      feed.scripts = [['a', HANGS]];
      const items = feed.limited();
      await items.next();
      const second = watched(items.next());
      await app.clock.advance('1999ms');
      expect(second.settled).toBe(false);
      await app.clock.advance('1ms');
      expect(second.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'stream', timeout: 2000 });
      expect(feed.contexts.at(-1)?.signal.reason).toBe(second.error);
      expect(await items.next()).toEqual({ done: true, value: undefined });
      feed.release(undefined);
      await app.clock.advance(0);
      expect(feed.closed).toBe(1);
    });

    it('does not count the time that the consumer takes as idle', async () => {
      feed.scripts = [['a', 'b']];
      const items = feed.limited();
      await items.next();
      await app.clock.advance('4s');
      expect(await items.next()).toEqual({ done: false, value: 'b' });
      await items.return(undefined);
    });

    it('bounds all that follows the first item by timeout.stream.total, and tells whoever asks next', async () => {
      feed.scripts = [['a', 'b']];
      const items = feed.limited();
      await items.next();
      await app.clock.advance('5s');
      expect(feed.closed).toBe(1);
      expect(await rejection(items.next())).toMatchObject({ scope: 'stream', timeout: 5000 });
      expect(await items.next()).toEqual({ done: true, value: undefined });
    });

    it('fails one of several waits, and ends the others', async () => {
      feed.scripts = [['a', HANGS]];
      const items = feed.limited();
      await items.next();
      const second = watched(items.next());
      const third = watched(items.next());
      await app.clock.advance('2s');
      expect(second.error).toMatchObject({ scope: 'stream' });
      expect(third.value).toEqual({ done: true, value: undefined });
    });

    it('ends with the application, at the latest', async () => {
      feed.scripts = [['a', HANGS]];
      const items = feed.limited();
      await items.next();
      const second = watched(items.next());
      await app.clock.advance(0);
      await app.app.close();
      expect(second.error).toMatchObject({ code: 'SHUTDOWN' });
      expect(app.clock.pending).toBe(0);
    });

    it('observes what a source that was given up rejects with later', async () => {
      feed.scripts = [['a', HANGS, down()]];
      const items = feed.limited();
      await items.next();
      const second = watched(items.next());
      await app.clock.advance('2s');
      expect(second.error).toMatchObject({ scope: 'stream' });
      feed.release(undefined);
      await app.clock.advance(0);
    });
  });

  describe('with a retryResult', () => {
    it('is asked about the first item, and the refused source is closed', async () => {
      feed.scripts = [
        ['pending', 'x'],
        ['ready', 'more'],
      ];
      expect(await collect(feed.untilReady())).toEqual(['ready', 'more']);
      expect(feed.closed).toBe(2);
    });
  });
});

describe('a method that TypeScript does not record to return an iterable', () => {
  class Pages extends Feed {
    failures = 0;
    refusals: unknown[] = [];

    @Resilient('instant')
    pages(): AsyncIterable<unknown> {
      if (this.failures-- > 0) throw this.refusals.shift();
      return this.play();
    }

    @CircuitBreaker({ failureThreshold: 1 })
    refused(): AsyncIterable<unknown> {
      throw new Error('down');
    }

    @FallbackValue('cached')
    answered(): AsyncIterable<string> {
      throw new Error('down');
    }
  }
  const start = async () => {
    const { get } = await startApp({ providers: [Pages], options: { policies } });
    return Object.assign(get(Pages), { scripts: [['a', 'b']] });
  };

  it('can be iterated on its first call, though that fails before it gives one', async () => {
    const pages = Object.assign(await start(), { failures: 2, refusals: [new Error('1'), new Error('2')] });
    expect(await collect(pages.pages())).toEqual(['a', 'b']);
    expect(await collect(pages.pages())).toEqual(['a', 'b']);
    expect([pages.calls, pages.closed]).toEqual([2, 2]);
  });

  it('closes its source when the consumer leaves', async () => {
    const pages = Object.assign(await start(), { failures: 1, refusals: [new Error('1')] });
    for await (const item of pages.pages()) {
      expect(item).toBe('a');
      break;
    }
    expect(pages.closed).toBe(1);
  });

  it('tells who iterates why its first call failed, or was refused', async () => {
    const pages = await start();
    await expect(collect(pages.refused())).rejects.toThrow('down');
    await expect(collect(pages.refused())).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it('gives the value of its fallback as an item', async () => {
    expect(await collect((await start()).answered())).toEqual(['cached']);
  });
});

describe('the error of an iterable that ends with the application', () => {
  it.each([true, false])('says where it was made only with captureStacks: %p', async (captureStacks) => {
    const { app, clock, get } = await startApp({
      providers: [Generators],
      options: { policies, captureStacks },
    });
    const feed = Object.assign(get(Generators), { scripts: [['a', HANGS]] });
    const items = feed.limited();
    await items.next();
    const second = watched(items.next());
    await clock.advance(0);
    await app.close();
    expect(second.error).toMatchObject({ code: 'SHUTDOWN' });
    expect((second.error as Error).stack?.includes('\n    at ')).toBe(captureStacks);
  });
});

describe('the iterable of a source of its own making', () => {
  /** The items of an iterator that has `next()` and these. */
  async function itemsOf(more: object) {
    class Source {
      @Retryable('instant')
      items(): AsyncIterable<unknown> {
        const iterator = { next: async () => ({ done: false, value: 'a' }), ...more };
        return { [Symbol.asyncIterator]: () => iterator as AsyncIterator<unknown> };
      }
    }
    const { get } = await startApp({ providers: [Source], options: { policies } });
    return get(Source).items() as AsyncGenerator<unknown>;
  }

  it.each(['return', 'throw'] as const)('ends with a %s() that gives nothing', async (name) => {
    const items = await itemsOf({ [name]: async () => undefined });
    await items.next();
    const value = name === 'return' ? 'enough' : undefined;
    expect(await items[name]('enough')).toEqual({ done: true, value });
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with what throw() is given where it takes no errors, though it cannot be closed', async () => {
    const close = jest.fn(() => Promise.reject(down()));
    const items = await itemsOf({ return: close });
    await items.next();
    const error = down();
    expect(await rejection(items.throw(error))).toBe(error);
    expect(close).toHaveBeenCalledTimes(1);
    expect(await rejection(items.throw(error))).toBe(error);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('is done for who asks beside the first item, which fails', async () => {
    const fault = down();
    const items = await itemsOf({ next: () => Promise.reject(fault) });
    const [first, second] = [watched(items.next()), items.next()];
    expect(await second).toEqual({ done: true, value: undefined });
    expect(first.error).toBe(fault);
  });
});

describe('the iterable of a protected generator', () => {
  it('is its own iterator, like any generator', async () => {
    const { get } = await startApp({ providers: [Generators], options: { policies } });
    const items = get(Generators).items();
    expect(items[Symbol.asyncIterator]()).toBe(items);
  });

  it('takes what next() is given to the generator', async () => {
    class Echo {
      @Retryable('instant')
      async *items(): AsyncGenerator<unknown, void, unknown> {
        const given = yield 'first';
        yield given;
      }
    }
    const { get } = await startApp({ providers: [Echo], options: { policies } });
    const items = get(Echo).items();
    await items.next();
    expect(await items.next('echo')).toEqual({ done: false, value: 'echo' });
  });

  it('holds on to nothing for each item', async () => {
    class Endless {
      @Resilient('limited')
      async *items(): AsyncGenerator<number> {
        for (let n = 0; ; n++) yield n;
      }
    }
    const { get, clock } = await startApp({ providers: [Endless], options: { policies } });
    const items = get(Endless).items();
    for (let n = 0; n < 1000; n++) await items.next();
    expect(clock.pending).toBe(1);
    await items.return(undefined);
    expect(clock.pending).toBe(0);
  });
});
