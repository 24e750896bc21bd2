import { AsyncLocalStorage } from 'node:async_hooks';
import { EMPTY, NEVER, Observable, Subject } from 'rxjs';
import { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import { Fallback } from '../../../../lib/nest/decorators/fallback.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { plainBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = {
  slow: {
    retry: { maxAttempts: 2, backoff: plainBackoff },
    timeout: { attempt: '4s', stream: { idle: '2s' } },
  },
};
const context = new AsyncLocalStorage<string>();

/** Where each piece of user code found itself. */
class Service {
  readonly seen: (string | undefined)[] = [];
  readonly items = new Subject<string>();

  private note(): void {
    this.seen.push(context.getStore());
  }

  @Resilient('slow')
  @Fallback(function (this: Service) {
    this.note();
  })
  async promise(@Attempt() attempt?: AttemptContext): Promise<void> {
    this.note();
    attempt?.signal.addEventListener('abort', () => this.note());
    await new Promise(() => undefined);
  }

  @Resilient('slow')
  observable(@Attempt() attempt?: AttemptContext): Observable<string> {
    this.note();
    attempt?.signal.addEventListener('abort', () => this.note());
    return attempt?.attempt === 1 ? NEVER : this.items;
  }

  @Resilient('slow')
  async *iterable(@Attempt() attempt?: AttemptContext): AsyncGenerator<string> {
    this.note();
    attempt?.signal.addEventListener('abort', () => this.note());
    if (attempt?.attempt === 1) throw new Error('down');
    try {
      yield 'a';
      yield 'b';
    } finally {
      this.note();
    }
  }
}

describe('the async context of the caller', () => {
  const start = async () => {
    const { get, clock } = await startApp({ providers: [Service], options: { policies } });
    return { service: get(Service), clock };
  };

  it('is that of attempts, abort listeners and fallbacks of a promise', async () => {
    const { service, clock } = await start();
    const result = context.run('mine', () => service.promise());
    await context.run('the clock', () => clock.advance('10s'));
    await result;
    expect(service.seen).toEqual(['mine', 'mine', 'mine', 'mine', 'mine']);
  });

  it('is that of attempts, abort listeners and subscribers of an Observable', async () => {
    const { service, clock } = await start();
    const heard: unknown[] = [];
    context.run('mine', () => {
      service.observable().subscribe({ error: () => heard.push(context.getStore()) });
    });
    await context.run('the clock', () => clock.advance('5s'));
    service.items.next('a');
    await context.run('the clock', () => clock.advance('2s'));
    expect(service.seen).toEqual(['mine', 'mine', 'mine', 'mine']);
    expect(heard).toEqual(['mine']);
  });

  it('is that of attempts, abort listeners and `finally` of an async generator', async () => {
    const { service, clock } = await start();
    const items = context.run('mine', () => service.iterable());
    const first = context.run('mine', () => items.next());
    await context.run('the clock', () => clock.advance('1s'));
    await first;
    const waits = context.run('mine', () => items.next());
    await waits;
    await context.run('mine', () => items.return(undefined));
    expect(service.seen).toEqual(['mine', 'mine', 'mine', 'mine']);
  });
});

describe('a stream that ends by itself', () => {
  it('leaves nothing behind', async () => {
    class Quiet {
      @Resilient('slow')
      observable(): Observable<never> {
        return EMPTY;
      }

      @Resilient('slow')
      async *iterable(): AsyncGenerator<never> {
        yield await Promise.reject<never>(new Error('down'));
      }
    }
    const { get, clock } = await startApp({ providers: [Quiet], options: { policies } });
    get(Quiet).observable().subscribe();
    const failed = rejection(get(Quiet).iterable().next());
    await clock.advance('1s');
    await failed;
    expect(clock.pending).toBe(0);
  });
});
