import { isAsyncIterable } from '../method/result-kind.js';

type Result = IteratorResult<unknown, unknown>;

/** The iterator of a source, of which nothing is known but that it may be one: asked once, closed once. */
export class SourceIterator {
  /** What the first `next()` gave. */
  first: Result = { done: true, value: undefined };
  private readonly iterator: AsyncIterator<unknown>;
  private isClosed = false;

  /** @param run calls what the source is, in the context that it belongs to */
  constructor(
    source: unknown,
    private readonly run: <T>(code: () => T) => T = atOnce,
  ) {
    this.iterator = isAsyncIterable(source) ? run(() => source[Symbol.asyncIterator]()) : once(source);
  }

  async begin(): Promise<Result> {
    return (this.first = await this.next());
  }

  async next(...given: [] | [unknown]): Promise<Result> {
    const result = await this.run(() => this.iterator.next(...given));
    if (result.done === true) this.isClosed = true;
    return result;
  }

  get canThrow(): boolean {
    return typeof this.iterator.throw === 'function';
  }

  async throw(error: unknown): Promise<Result> {
    return (await this.run(() => this.iterator.throw?.(error))) ?? { done: true, value: undefined };
  }

  async return(value: unknown): Promise<Result> {
    this.isClosed = true;
    return (await this.run(() => this.iterator.return?.(value))) ?? { done: true, value };
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
}

function atOnce<T>(code: () => T): T {
  return code();
}

async function* once(value: unknown): AsyncGenerator<unknown> {
  yield value;
}
