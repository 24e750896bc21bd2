import type { AttemptContext } from '../attempt-context.js';
import type { Caller } from '../caller.js';
import type { Interruption } from '../interruption.js';
import type { AbortWatcher } from '../signal-hub.js';
import { openBody, releaseBody } from './answer-body.js';
import { AttemptSignal } from './attempt-signal.js';
import { isConsumed } from './one-shot-body.js';

/** What a call needs to know of a client and of the request. */
export interface HttpExchange<A> {
  /** The request's body. */
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
  /** The body of an answer. */
  readonly bodyOf: (answer: A) => unknown;
  /** The answer that an error of the client carries. */
  readonly answerIn: (error: unknown) => A | undefined;
}

/**
 * One call of an HTTP client, with the answers of its attempts. An answer that is given up is released at once; so are
 * at the end all that the caller does not get. The request's body is not sent again once it was read.
 */
export class HttpCall<A extends object> implements Caller {
  private readonly answers = new Map<A, AttemptSignal>();
  private wasSent = false;
  private isOver = false;

  constructor(private readonly exchange: HttpExchange<A>) {}

  get left(): Interruption | null {
    return null;
  }

  watch(_call: AbortWatcher): void {
    // The caller's signal is watched by the call itself.
  }

  mayRepeat(): boolean {
    return !this.wasSent || !isConsumed(this.exchange.body);
  }

  willRepeat(): void {
    this.releaseAllBut(undefined);
  }

  /** Makes the request once. */
  async attempt(context: AttemptContext, send: (signal: AbortSignal) => PromiseLike<A>): Promise<A> {
    this.wasSent = true;
    const signal = new AttemptSignal(context, this.exchange.signal);
    try {
      const answer = await send(signal.signal);
      this.take(answer, signal);
      return answer;
    } catch (error) {
      const answer = this.exchange.answerIn(error);
      if (answer === undefined) signal.end();
      else this.take(answer, signal);
      throw error;
    }
  }

  /** Whether this is an answer of the call that was not given up. */
  holds(answer: unknown): answer is A {
    return this.answers.has(answer as A);
  }

  /** @param given - the answer that the caller gets, if any */
  end(given: unknown): void {
    this.isOver = true;
    this.releaseAllBut(given);
  }

  private take(answer: A, signal: AttemptSignal): void {
    this.answers.set(answer, signal);
    if (this.isOver) this.release(answer, signal);
  }

  private releaseAllBut(given: unknown): void {
    for (const [answer, signal] of this.answers) {
      if (answer === given) this.keep(answer, signal);
      else this.release(answer, signal);
    }
  }

  private keep(answer: A, signal: AttemptSignal): void {
    const body = openBody(this.exchange.bodyOf(answer));
    if (body === undefined) signal.end();
    else signal.outlive(body);
  }

  private release(answer: A, signal: AttemptSignal): void {
    this.answers.delete(answer);
    signal.end();
    const body = openBody(this.exchange.bodyOf(answer));
    if (body !== undefined) releaseBody(body);
  }
}
