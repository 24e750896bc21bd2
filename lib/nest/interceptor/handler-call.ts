import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { isObservable, Observable, type Observer, type Subscriber } from 'rxjs';
import type { AdapterAttempt } from '../../core/attempt.js';
import { outsideOfAttempt } from '../stream/in-attempt.js';
import { Client } from './client.js';
import { HandlerAttempt } from './handler-attempt.js';
import type { ProtectedHandler } from './handler-policies.js';
import { attempts } from './shared-memory.js';
import { unsentAnswer } from './unsent-answer.js';

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
    this.handler.pipeline
      .runFor((context) => this.attempt(context), options)
      .then(
        (value) => this.answer(value),
        (error: unknown) => this.fail(error),
      );
    return () => this.end();
  }

  private attempt(context: AdapterAttempt): Promise<unknown> {
    const current = new HandlerAttempt(context, this.observer, this.handler.traits.givesPromise);
    this.current = current;
    const ask = (): Promise<unknown> => current.untilFirstItem(() => this.next.handle());
    return this.handler.traits.wantsAttempt ? attempts.run(context, ask) : ask();
  }

  private answer(value: unknown): void {
    this.isOver = true;
    const { current, subscriber } = this;
    if (current?.gave(value) === true) return current.forward();
    current?.stop();
    if (isObservable(value)) {
      subscriber.add(value.subscribe(subscriber));
      return;
    }
    const fault = unsentAnswer(this.handler, this.context, value);
    if (fault !== undefined) return subscriber.error(fault);
    subscriber.next(value);
    subscriber.complete();
  }

  private fail(error: unknown): void {
    this.isOver = true;
    this.subscriber.error(error);
  }

  /** The subscriber has its answer, or wants none any more. */
  private end(): void {
    this.client.release();
    if (!this.isOver) this.client.leave();
    this.current?.stop();
  }
}
