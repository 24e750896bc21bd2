import {
  concat,
  EMPTY,
  firstValueFrom,
  interval,
  lastValueFrom,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  take,
  toArray,
  throwError,
} from 'rxjs';
import { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import { Fallback, FallbackValue } from '../../../../lib/nest/decorators/fallback.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { CircuitBreaker, TimeLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { closeApps, startApp, type DecoratedApp } from '../../../support/decorated-app.js';
import { noBackoff } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = {
  instant: { retry: { maxAttempts: 3, backoff: noBackoff } },
  limited: {
    retry: { maxAttempts: 2, backoff: noBackoff },
    timeout: { total: '10s', attempt: '4s', stream: { idle: '2s', total: '5s' } },
  },
};

/** What each call of the service's methods subscribes to, in order; the last one stays. */
class Feed {
  subscriptions = 0;
  calls = 0;
  readonly contexts: AttemptContext[] = [];
  sources: Observable<unknown>[] = [];

  protected next(context?: AttemptContext): Observable<unknown> {
    this.calls++;
    if (context !== undefined) this.contexts.push(context);
    return new Observable((subscriber) => {
      this.subscriptions++;
      const source = this.sources.length > 1 ? this.sources.shift() : this.sources[0];
      return source?.subscribe(subscriber);
    });
  }
}

class Declared extends Feed {
  @Retryable('instant')
  items(): Observable<unknown> {
    return this.next();
  }

  @Resilient('limited')
  @CircuitBreaker({ window: { type: 'count', size: 10 }, failureRatio: 1, minimumCalls: 2 })
  limited(@Attempt() context?: AttemptContext): Observable<unknown> {
    return this.next(context);
  }

  @Retryable('instant')
  @FallbackValue('cached')
  withValue(): Observable<unknown> {
    return this.next();
  }

  @Retryable('instant')
  @Fallback(() => of('a', 'b'))
  withStream(): Observable<unknown> {
    return this.next();
  }

  @Retryable('instant', { retryResult: (item: unknown) => item === 'pending' })
  untilReady(@Attempt() context?: AttemptContext): Observable<unknown> {
    return this.next(context);
  }
}

/** The same, with return types that only a call can tell. */
class Undeclared extends Feed {
  @Retryable('instant')
  items() {
    return this.next();
  }

  @Resilient('limited')
  @CircuitBreaker({ window: { type: 'count', size: 10 }, failureRatio: 1, minimumCalls: 2 })
  limited(@Attempt() context?: AttemptContext) {
    return this.next(context);
  }

  @Retryable('instant')
  @FallbackValue('cached')
  withValue() {
    return this.next();
  }

  @Retryable('instant')
  @Fallback(() => of('a', 'b'))
  withStream() {
    return this.next();
  }

  @Retryable('instant', { retryResult: (item: unknown) => item === 'pending' })
  untilReady(@Attempt() context?: AttemptContext) {
    return this.next(context);
  }
}

/** Everything that a subscriber hears. */
function heard(source: Observable<unknown>) {
  const items: unknown[] = [];
  const state: { error?: unknown; completed: boolean } = { completed: false };
  const subscription = source.subscribe({
    next: (item) => items.push(item),
    error: (error: unknown) => Object.assign(state, { error }),
    complete: () => Object.assign(state, { completed: true }),
  });
  return { items, state, subscription };
}

const down = () => throwError(() => new Error('down'));

describe.each([Declared, Undeclared])('a method that returns an Observable (%p)', (type) => {
  let app: DecoratedApp;
  let feed: Declared;

  beforeEach(async () => {
    app = await startApp({ providers: [type], options: { policies } });
    feed = app.get<Declared>(type);
  });
  afterEach(() => {
    expect(app.clock.pending).toBe(0);
  });

  it('gives an Observable, and does nothing more than once until it is subscribed to', () => {
    feed.sources = [of(1)];
    expect(feed.items()).toBeInstanceOf(Observable);
    expect(feed.subscriptions).toBe(0);
    expect(app.service.stats().calls).toBe(0);
  });

  it('makes each subscription a call of its own', async () => {
    feed.sources = [of(1, 2)];
    const items = feed.items();
    expect(await lastValueFrom(items)).toBe(2);
    expect(await lastValueFrom(items)).toBe(2);
    expect(feed.calls).toBe(2);
    expect(app.service.stats()).toMatchObject({ calls: 2, attempts: 2 });
  });

  it('retries what fails before its first item, by asking for the source again', async () => {
    feed.sources = [down(), down(), of('a', 'b')];
    const { items, state } = heard(feed.items());
    await app.clock.advance(0);
    expect(items).toEqual(['a', 'b']);
    expect(state).toEqual({ completed: true });
    expect(feed.calls).toBe(3);
  });

  it('passes on what fails after its first item, unrecorded', async () => {
    const { events } = app;
    feed.sources = [concat(of('a'), down())];
    const { items, state } = heard(feed.limited());
    await app.clock.advance(0);
    expect(items).toEqual(['a']);
    expect(state.error).toEqual(new Error('down'));
    expect(feed.subscriptions).toBe(1);
    expect(events.map((event) => event.type)).toContain('success');
    expect(events.map((event) => event.type)).not.toContain('failure');
    expect(app.service.breakers()[0]).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('counts the first item as the one success of the attempt, however many follow', async () => {
    feed.sources = [of(1, 2, 3)];
    await lastValueFrom(feed.limited());
    expect(app.service.stats()).toMatchObject({ calls: 1, attempts: 1, successes: 1 });
    expect(app.service.breakers()[0]).toMatchObject({ successes: 1 });
  });

  it('counts an end without an item as a success', async () => {
    feed.sources = [EMPTY];
    const { items, state } = heard(feed.limited());
    await app.clock.advance(0);
    expect(items).toEqual([]);
    expect(state).toEqual({ completed: true });
    expect(app.service.stats()).toMatchObject({ successes: 1 });
  });

  it('stops a source that gives items at once and would never end', async () => {
    feed.sources = [range(0, Infinity)];
    const { items } = heard(feed.items().pipe(take(3)));
    expect(items).toEqual([0, 1, 2]);
    await app.clock.advance(0);
    expect(app.service.stats()).toMatchObject({ calls: 1, successes: 1 });
  });

  it('gives many items that come at once in their order', async () => {
    feed.sources = [range(0, 100)];
    expect(await lastValueFrom(feed.items().pipe(toArray()))).toEqual([...Array(100).keys()]);
  });

  it('counts a subscriber that has enough with the first item as a success', async () => {
    const { events } = app;
    feed.sources = [of('a', 'b')];
    await firstValueFrom(feed.limited());
    expect(app.service.stats()).toMatchObject({ calls: 1, successes: 1 });
    expect(events.at(-1)?.type).toBe('success');
  });

  it('fails after the last attempt with the error as it is', async () => {
    const error = new Error('down');
    feed.sources = [throwError(() => error)];
    const { state } = heard(feed.items());
    await app.clock.advance(0);
    expect(state.error).toBe(error);
    expect(feed.subscriptions).toBe(3);
  });

  it('asks the source no more while the circuit is open', async () => {
    feed.sources = [down()];
    heard(feed.limited());
    heard(feed.limited());
    await app.clock.advance(0);
    const before = feed.calls;
    const { state } = heard(feed.limited());
    await app.clock.advance(0);
    expect(state.error).toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect(feed.calls).toBe(before);
  });

  describe('with a fallback', () => {
    it('answers with one value', async () => {
      feed.sources = [down()];
      const { items, state } = heard(feed.withValue());
      await app.clock.advance(0);
      expect(items).toEqual(['cached']);
      expect(state).toEqual({ completed: true });
    });

    it('answers with a stream', async () => {
      feed.sources = [down()];
      const { items, state } = heard(feed.withStream());
      await app.clock.advance(0);
      expect(items).toEqual(['a', 'b']);
      expect(state).toEqual({ completed: true });
    });
  });

  describe('with limits of time', () => {
    it('bounds the wait for the first item by timeout.attempt, then retries', async () => {
      feed.sources = [NEVER, of('late')];
      const { items } = heard(feed.limited());
      await app.clock.advance('4s');
      expect(items).toEqual(['late']);
      expect(feed.contexts.at(-2)?.signal.aborted).toBe(true);
    });

    it('bounds the wait over all attempts by timeout.total', async () => {
      feed.sources = [NEVER];
      const { state } = heard(feed.limited());
      await app.clock.advance('8s');
      expect(state.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'attempt', timeout: 4000 });
    });

    it('stops both with the first item', async () => {
      feed.sources = [concat(of('a'), interval(10_000_000))];
      const { state, subscription } = heard(feed.items());
      await app.clock.advance('1h');
      expect(state).toEqual({ completed: false });
      subscription.unsubscribe();
    });

    it('bounds each pause after the first item by timeout.stream.idle', async () => {
      const source = new Subject();
      feed.sources = [source];
      const { items, state } = heard(feed.limited());
      source.next('a');
      await app.clock.advance('1500ms');
      source.next('b');
      await app.clock.advance('1999ms');
      expect(state.error).toBeUndefined();
      await app.clock.advance('1ms');
      expect(items).toEqual(['a', 'b']);
      expect(state.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'stream', timeout: 2000 });
      expect(source.observed).toBe(false);
      expect(feed.contexts[0]?.signal.aborted).toBe(true);
      expect(feed.contexts[0]?.signal.reason).toBe(state.error);
    });

    it('bounds all that follows the first item by timeout.stream.total', async () => {
      const source = new Subject();
      feed.sources = [source];
      const { state } = heard(feed.limited());
      for (let second = 0; second < 5; second++) {
        source.next(second);
        await app.clock.advance('1s');
      }
      expect(state.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'stream', timeout: 5000 });
      expect(app.service.stats()).toMatchObject({ calls: 1, successes: 1 });
    });

    it('lets go of its timers at the end', async () => {
      const source = new Subject();
      feed.sources = [source];
      heard(feed.limited());
      source.next('a');
      await app.clock.advance('1s');
      expect(app.clock.pending).toBe(2);
      source.complete();
      expect(app.clock.pending).toBe(0);
    });

    it('ends with the application, at the latest', async () => {
      const source = new Subject();
      feed.sources = [source];
      const { state } = heard(feed.limited());
      source.next('a');
      await app.clock.advance(0);
      await app.app.close();
      expect(app.clock.pending).toBe(0);
      expect(source.observed).toBe(false);
      expect(state.error).toMatchObject({ code: 'SHUTDOWN', policy: 'limited' });
      expect(feed.contexts[0]?.signal.reason).toBe(state.error);
    });
  });

  describe('unsubscribed', () => {
    it('before the first item aborts the call: the signal is aborted, nothing is recorded, nothing retried', async () => {
      const { events } = app;
      const source = new Subject();
      feed.sources = [source];
      const { subscription } = heard(feed.limited());
      await app.clock.advance('1s');
      subscription.unsubscribe();
      await app.clock.advance('1h');
      expect(source.observed).toBe(false);
      expect(feed.subscriptions).toBe(1);
      expect(feed.contexts[0]?.signal.aborted).toBe(true);
      expect(app.service.breakers()[0]).toMatchObject({ state: 'closed', failures: 0, successes: 0 });
      expect(events.at(-1)).toMatchObject({ type: 'failure', outcome: 'aborted' });
    });

    it('after the first item ends the source and aborts the signal; the success stays', async () => {
      const source = new Subject();
      feed.sources = [source];
      const { subscription } = heard(feed.limited());
      source.next('a');
      await app.clock.advance('1s');
      subscription.unsubscribe();
      expect(source.observed).toBe(false);
      expect(feed.contexts[0]?.signal.aborted).toBe(true);
      expect(app.clock.pending).toBe(0);
      expect(app.service.stats()).toMatchObject({ calls: 1, successes: 1 });
      expect(app.service.breakers()[0]).toMatchObject({ failures: 0, successes: 1 });
    });

    it('while the policy takes the first item in, arms no timer', async () => {
      const source = new Subject();
      feed.sources = [source];
      const { subscription } = heard(feed.limited());
      source.next('a');
      subscription.unsubscribe();
      await app.clock.advance(0);
      expect(app.clock.pending).toBe(0);
    });

    it('at its own end leaves the signal as it is', async () => {
      feed.sources = [of('a')];
      await lastValueFrom(feed.limited());
      await app.clock.advance(0);
      expect(feed.contexts.at(-1)?.signal.aborted).toBe(false);
    });

    it('in a backoff asks the source no more', async () => {
      feed.sources = [down()];
      const { subscription } = heard(feed.items());
      subscription.unsubscribe();
      await app.clock.advance('1h');
      expect(feed.subscriptions).toBe(1);
    });
  });

  describe('with a retryResult', () => {
    it('is asked about the first item, and the refused source is let go', async () => {
      const first = new Subject();
      const second = new Subject();
      feed.sources = [first, second];
      const { items } = heard(feed.untilReady());
      first.next('pending');
      await app.clock.advance(0);
      expect(first.observed).toBe(false);
      second.next('ready');
      second.next('more');
      await app.clock.advance(0);
      expect(items).toEqual(['ready', 'more']);
    });

    it('gives the last one when the attempts run out', async () => {
      feed.sources = [of('pending', 'more')];
      const { items, state } = heard(feed.untilReady());
      await app.clock.advance(0);
      expect(items).toEqual(['pending', 'more']);
      expect(state).toEqual({ completed: true });
      expect(feed.subscriptions).toBe(3);
    });
  });
});

describe('a method that returns an Observable of promises', () => {
  it('passes them as they are', async () => {
    class Pages {
      @Retryable('instant')
      pages(): Observable<Promise<number>> {
        return of(Promise.resolve(1), Promise.resolve(2));
      }
    }
    const { get, clock } = await startApp({ providers: [Pages], options: { policies } });
    const { items } = heard(get(Pages).pages());
    await clock.advance(0);
    expect(items).toEqual([expect.any(Promise), expect.any(Promise)]);
  });
});

describe('a method of undeclared result', () => {
  class Changing {
    results: unknown[] = [];

    @Resilient('limited')
    @TimeLimit('1s')
    anything(): any {
      const result = this.results.shift();
      if (result instanceof Error) throw result;
      return result;
    }
  }
  const start = () => startApp({ providers: [Changing], options: { policies } });

  it('gives a promise of a plain value', async () => {
    const { get } = await start();
    get(Changing).results = ['plain'];
    await expect(get(Changing).anything()).resolves.toBe('plain');
  });

  it('is known by its first stream, also one that a retry gave', async () => {
    const { get, clock } = await start();
    get(Changing).results = [new Error('down'), of(1), of(2)];
    const first: unknown = get(Changing).anything();
    expect(first).toBeInstanceOf(Promise);
    expect(await lastValueFrom((await first) as Observable<number>)).toBe(1);
    const second: unknown = get(Changing).anything();
    expect(second).toBeInstanceOf(Observable);
    expect(await lastValueFrom(second as Observable<number>)).toBe(2);
    await clock.advance(0);
  });
});

describe('the first call of a method of undeclared result', () => {
  class Feeds {
    readonly contexts: AttemptContext[] = [];
    readonly items = new Subject<unknown>();

    @Resilient('limited')
    first(@Attempt() context?: AttemptContext) {
      this.contexts.push(context as AttemptContext);
      return this.items.asObservable();
    }

    @Resilient('instant')
    unlimited(@Attempt() context?: AttemptContext) {
      this.contexts.push(context as AttemptContext);
      return this.items.asObservable();
    }

    @Resilient('limited')
    second(@Attempt() context?: AttemptContext) {
      this.contexts.push(context as AttemptContext);
      return this.items.asObservable();
    }

    @Resilient('chaotic')
    delayed() {
      return of('x');
    }
  }
  const chaotic = { chaos: { latency: '1s', enabled: true } };
  const start = () => startApp({ providers: [Feeds], options: { policies: { ...policies, chaotic } } });

  it.each(['first', 'unlimited'] as const)(
    'invokes the method once, and the signal that it saw belongs to the subscription: %s',
    async (method) => {
      const { get, clock } = await start();
      const feeds = get(Feeds);
      const { subscription } = heard(feeds[method]());
      feeds.items.next('a');
      await clock.advance(0);
      expect(feeds.contexts).toHaveLength(1);
      expect(feeds.contexts[0]?.signal.aborted).toBe(false);
      subscription.unsubscribe();
      expect(feeds.contexts[0]?.signal.aborted).toBe(true);
    },
  );

  it('gives the stream to its first subscriber, and a new one to each other', async () => {
    const { get, clock, service } = await start();
    const feeds = get(Feeds);
    const stream = feeds.second();
    const { items } = heard(stream);
    heard(stream);
    feeds.items.next('a');
    await clock.advance(0);
    expect(feeds.contexts).toHaveLength(2);
    expect(items).toEqual(['a']);
    expect(service.stats('limited')).toMatchObject({ calls: 2, attempts: 2, successes: 2 });
    await clock.advance('2s');
  });

  it('gives a promise of the stream where chaos delays it, for nothing is known by then', async () => {
    const { get, clock } = await start();
    const first: unknown = get(Feeds).delayed();
    await clock.advance('1s');
    expect(await lastValueFrom((await first) as Observable<string>)).toBe('x');
    const { items } = heard(get(Feeds).delayed());
    await clock.advance('1s');
    expect(items).toEqual(['x']);
  });
});

describe('under a kill switch', () => {
  it('methods give what they give', async () => {
    class Bare {
      readonly items = of(1);

      @Retryable('instant')
      observable(): Observable<number> {
        return this.items;
      }

      @Resilient('instant')
      anything(value: unknown): any {
        return value;
      }
    }
    const { get } = await startApp({ providers: [Bare], options: { policies, enabled: false } });
    expect(get(Bare).observable()).toBe(get(Bare).items);
    expect(get(Bare).anything('plain')).toBe('plain');
  });
});
