import { isAsyncIterable } from '../method/result-kind.js';

type Result = IteratorResult<unknown, unknown>;

/** The iterator of a source, of which nothing is known but that it may be one: asked once, closed once. */
export class SourceIterator {
  /** What the first `next()` gave. */
  first: Result = { done: true, value: undefined };
  private readonly iterator: AsyncIterator<unknown>;
  private isClosed = false;

  constructor(source: unknown) {
    this.iterator = isAsyncIterable(source) ? source[Symbol.asyncIterator]() : once(source);
  }

  async begin(): Promise<Result> {
    return (this.first = await this.next());
  }

  async next(...given: [] | [unknown]): Promise<Result> {
    const result = await this.iterator.next(...given);
    if (result.done === true) this.isClosed = true;
    return result;
  }

  get canThrow(): boolean {
    return typeof this.iterator.throw === 'function';
  }

  async throw(error: unknown): Promise<Result> {
    return (await this.iterator.throw?.(error)) ?? { done: true, value: undefined };
  }

  async return(value: unknown): Promise<Result> {
    this.isClosed = true;
    return (await this.iterator.return?.(value)) ?? { done: true, value };
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

async function* once(value: unknown): AsyncGenerator<unknown> {
  yield value;
}
