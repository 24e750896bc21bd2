import type { Attempt } from '../../core/attempt.js';
import { IterableAttempt } from './iterable-attempt.js';
import type { OpenStream, StreamTools } from './run-stream.js';
import { Pull } from './pull.js';
import { SourceIterator } from './source-iterator.js';
import { StreamLimits } from './stream-limits.js';

type Result = IteratorResult<unknown, unknown>;

/**
 * An async iterable under a policy; the first `next()` starts the call.
 *
 * An attempt succeeds with its first item, or by ending without one; it may be retried until then. Whatever follows
 * passes as it is, bounded by `timeout.stream`, whose idle time counts while an item is waited for. `return()` before
 * the first item ends the call as an abort; at any time it aborts the signal of the attempt. The slot of a bulkhead is
 * held until the source has ended or is closed.
 */
export function protectIterable(open: OpenStream, tools: StreamTools): AsyncGenerator<unknown> {
  return new ProtectedIterator(open, tools) as unknown as AsyncGenerator<unknown>;
}

class ProtectedIterator {
  private readonly abort = new AbortController();
  private readonly limits: StreamLimits;
  /** Those who wait for an item that a limit may spare them. */
  private readonly pulls = new Set<Pull>();
  private current: IterableAttempt | undefined;
  private opened: Promise<SourceIterator> | undefined;
  private isOver = false;
  /** A limit that was reached while nobody waited; the next one to ask is told. */
  private missed: { readonly error: unknown } | undefined;

  constructor(
    private readonly open: OpenStream,
    private readonly tools: StreamTools,
  ) {
    this.limits = new StreamLimits(tools, this);
  }

  async next(...given: [] | [unknown]): Promise<Result> {
    if (this.isOver) return this.afterEnd();
    if (this.opened === undefined) return this.first();
    const source = await this.opened.catch(() => undefined);
    if (this.isOver || source === undefined) return this.afterEnd();
    return this.pull(() => source.next(...given));
  }

  async return(value?: unknown): Promise<Result> {
    const { isOver, opened } = this;
    this.finish();
    this.missed = undefined;
    if (isOver || opened === undefined) return { done: true, value };
    this.abort.abort();
    const source = await opened.catch(() => undefined);
    if (source === undefined) return { done: true, value };
    // In this order: a `finally` of the operation begins with a signal that is not aborted.
    const closed = source.return(value);
    this.tell(this.abort.signal.reason);
    return closed;
  }

  async throw(error: unknown): Promise<Result> {
    const source = this.isOver ? undefined : await this.opened?.catch(() => undefined);
    if (source?.canThrow === true) return this.pull(() => source.throw(error));
    this.finish();
    void source?.close();
    throw error;
  }

  private async first(): Promise<Result> {
    this.opened = this.tools
      .run((context) => this.attempt(context), { signal: this.abort.signal, givesItems: true })
      .then((given) => this.accepted(given));
    try {
      const source = await this.opened;
      return this.isOver ? this.afterEnd() : this.passed(source.first);
    } catch (error) {
      if (this.isOver) return this.afterEnd();
      this.finish();
      throw error;
    }
  }

  private attempt(context: Attempt): Promise<unknown> {
    this.current = new IterableAttempt(context, this.tools.scope.engine.context);
    return this.current.untilFirstItem(this.open);
  }

  /** The call has its success; a fallback's answer is a stream of its own, or one value. */
  private async accepted(given: unknown): Promise<SourceIterator> {
    const { current } = this;
    if (current?.source !== undefined && current.gave(given)) {
      this.limits.start(current.goOn());
      return current.source;
    }
    current?.close();
    const answer = new SourceIterator(given);
    await answer.begin();
    return answer;
  }

  /** Waits for an item, unless a limit is reached before. */
  private async pull(step: () => Promise<Result>): Promise<Result> {
    const pull = new Pull(step);
    this.pulls.add(pull);
    this.limits.waiting();
    try {
      return this.passed(await pull.result);
    } catch (error) {
      this.finish();
      throw error;
    } finally {
      this.pulls.delete(pull);
      if (this.pulls.size === 0) this.limits.resting();
      else this.limits.waiting();
    }
  }

  private passed(result: Result): Result {
    if (result.done === true) this.finish();
    return result;
  }

  timeoutError(limitMs: number): unknown {
    return this.current?.context.streamTimeout(limitMs);
  }

  end(error: unknown): void {
    const [first, ...others] = this.pulls;
    this.finish();
    if (first === undefined) this.missed = { error };
    first?.fail(error);
    for (const pull of others) pull.end();
    this.tell(error);
    this.current?.close();
  }

  private afterEnd(): Result {
    const { missed } = this;
    this.missed = undefined;
    if (missed !== undefined) throw missed.error;
    return { done: true, value: undefined };
  }

  private tell(reason: unknown): void {
    this.current?.context.abort(reason);
  }

  private finish(): void {
    this.isOver = true;
    this.limits.stop();
  }
}

async function* generator(): AsyncGenerator<never> {}

// As what `async *` gives: its own iterable, and disposable where the platform knows of that.
Object.setPrototypeOf(
  ProtectedIterator.prototype,
  Object.getPrototypeOf(Object.getPrototypeOf(generator.prototype)) as object,
);
