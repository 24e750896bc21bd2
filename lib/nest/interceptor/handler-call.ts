import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { isObservable, Observable, type Observer, type Subscriber } from 'rxjs';
import type { Attempt } from '../../core/attempt.js';
import { outsideOfAttempt } from '../stream/in-attempt.js';
import { Client } from './client.js';
import { HandlerAttempt } from './handler-attempt.js';
import type { ProtectedHandler } from './handler-policies.js';
import { hasSentHeaders } from './inbound.js';
import { attempts } from './shared-memory.js';

/** What a handler gives, under its policy; each subscription is a call of its own. */
export function callHandler(
  handler: ProtectedHandler,
  context: ExecutionContext,
  next: CallHandler,
): Observable<unknown> {
  return new Observable((subscriber) => new HandlerCall(handler, context, next, subscriber).start());
}

/** One call of a handler. */
class HandlerCall {
  private readonly client: Client;
  private readonly observer: Observer<unknown>;
  private current: HandlerAttempt | null = null;
  private isOver = false;

  constructor(
    private readonly handler: ProtectedHandler,
    private readonly context: ExecutionContext,
    private readonly next: CallHandler,
    private readonly subscriber: Subscriber<unknown>,
  ) {
    this.client = new Client(context, handler);
    this.observer = outsideOfAttempt(handler.pipeline.plan.engine.context, subscriber);
  }

  /** Gives what ends it. */
  start(): () => void {
    const options = { args: [this.context], caller: this.client };
    this.handler.pipeline.run(this.attempt, undefined, null, options).then(this.answer, this.fail);
    return this.end;
  }

  private readonly attempt = (context: Attempt): Promise<unknown> => {
    this.current?.stop();
    const current = new HandlerAttempt(context, this.observer);
    this.current = current;
    const ask = (): Promise<unknown> => current.untilFirstItem(this.next.handle());
    return this.handler.traits.wantsAttempt ? attempts.run(context, ask) : ask();
  };

  private readonly answer = (value: unknown): void => {
    this.isOver = true;
    const { current, subscriber } = this;
    if (current?.gave(value) === true) return current.forward();
    current?.stop();
    if (isObservable(value)) {
      subscriber.add(value.subscribe(subscriber));
      return;
    }
    if (this.isUnsent(value)) return subscriber.error(this.unsent());
    subscriber.next(value);
    subscriber.complete();
  };

  /** Nest does not send a fallback's value for a handler that answers by itself: the client would wait for ever. */
  private isUnsent(value: unknown): boolean {
    return this.handler.traits.ownsResponse && value !== undefined && !hasSentHeaders(this.context);
  }

  private unsent(): Error {
    return new Error(
      `${this.handler.pipeline.plan.operation.name} answers through @Res() or @Next(), so nobody sends what its ` +
        'fallback gave: let the fallback answer, or add { passthrough: true }',
    );
  }

  private readonly fail = (error: unknown): void => {
    this.isOver = true;
    this.subscriber.error(error);
  };

  /** The subscriber has its answer, or wants none any more. */
  private readonly end = (): void => {
    this.client.release();
    if (!this.isOver) this.client.leave();
    this.current?.stop();
  };
}
