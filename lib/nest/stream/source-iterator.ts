import { isAsyncIterable } from '../method/result-kind.js';

type Result = IteratorResult<unknown, unknown>;

/** The iterator of a source, of which nothing is known but that it may be one: asked once, closed once. */
export class SourceIterator {
  /** What the first `next()` gave. */
  first: Result = { done: true, value: undefined };
  private readonly iterator: AsyncIterator<unknown>;
  private lastNext: unknown;
  private isClosed = false;

  /**
   * @param onEnd told, at least once, when the source has ended: by itself, by an error, or when it is closed
   * @param run calls what the source is, in the context that it belongs to
   */
  constructor(
    source: unknown,
    private readonly onEnd: () => void = noop,
    private readonly run: <T>(code: () => T) => T = atOnce,
  ) {
    this.iterator = isAsyncIterable(source) ? run(() => source[Symbol.asyncIterator]()) : once(source);
  }

  async begin(): Promise<Result> {
    return (this.first = await this.next());
  }

  next(...given: [] | [unknown]): Promise<Result> {
    return this.watch(() => this.ask(given));
  }

  get canThrow(): boolean {
    return typeof this.iterator.throw === 'function';
  }

  throw(error: unknown): Promise<Result> {
    return this.watch(
      async () => (await this.run(() => this.iterator.throw?.(error))) ?? { done: true, value: undefined },
    );
  }

  async return(value: unknown): Promise<Result> {
    this.isClosed = true;
    if (typeof this.iterator.return !== 'function') return this.leave(value);
    try {
      return (await this.run(() => this.iterator.return?.(value))) ?? { done: true, value };
    } finally {
      this.onEnd();
    }
  }

  /** Nobody wants the rest; how the source takes it harms nobody. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    try {
      await this.return(undefined);
    } catch {
      // nobody waits for it any more
    }
  }

  private ask(given: [] | [unknown]): Promise<Result> {
    const next = this.run(() => this.iterator.next(...given));
    this.lastNext = next;
    return next;
  }

  /** An iterator that ends with an error has ended, as `for await` sees it, too. */
  private async watch(step: () => Promise<Result>): Promise<Result> {
    let hasEnded = true;
    try {
      const result = await step();
      hasEnded = result.done === true;
      return result;
    } finally {
      if (hasEnded) {
        this.isClosed = true;
        this.onEnd();
      }
    }
  }

  /** A source that cannot be closed works on until it has given what it was asked for last. */
  private leave(value: unknown): Result {
    Promise.resolve(this.lastNext).then(this.onEnd, this.onEnd);
    return { done: true, value };
  }
}

function atOnce<T>(code: () => T): T {
  return code();
}

async function* once(value: unknown): AsyncGenerator<unknown> {
  yield value;
}

function noop(): void {
  // nobody asked
}
