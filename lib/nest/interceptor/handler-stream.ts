import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { defer, finalize, Observable } from 'rxjs';
import type { AttemptContext } from '../../core/attempt-context.js';
import type { AdapterCallOptions } from '../../core/caller.js';
import { protectObservable } from '../stream/protect-observable.js';
import { Client } from './client.js';
import type { ProtectedHandler } from './handler-policies.js';
import type { HandlerTraits } from './handler-traits.js';
import { attempts } from './shared-memory.js';
import { unsentAnswer } from './unsent-answer.js';

/**
 * A handler that gives items one by one, each subscription a call of its own; `timeout.stream` bounds what follows the
 * first.
 */
export function streamHandler(
  handler: ProtectedHandler,
  context: ExecutionContext,
  next: CallHandler,
): Observable<unknown> {
  const { pipeline, traits } = handler;
  const open = (attempt: AttemptContext): Observable<unknown> =>
    traits.wantsAttempt
      ? new Observable((subscriber) => attempts.run(attempt, () => next.handle().subscribe(subscriber)))
      : next.handle();
  return defer(() => {
    const client = new Client(context, handler);
    const stream = protectObservable(open, {
      run: (attempt, options) =>
        pipeline.run(attempt, undefined, null, {
          ...itemsOf(traits, options),
          args: [context],
          caller: client,
        }),
      limits: pipeline.plan.settings.timeout ?? {},
      scope: pipeline.plan,
      endsByItself: traits.givesPromise,
      faultOf: (answer) => unsentAnswer(handler, context, answer),
    });
    return stream.pipe(finalize(() => client.release()));
  });
}

/** What an Observable gives is a handler's answer, such as a file, unless it is an event. */
function itemsOf(
  { isEventStream }: HandlerTraits,
  { givesItems, ...options }: AdapterCallOptions,
): AdapterCallOptions {
  return isEventStream && givesItems ? { ...options, givesItems } : options;
}

/** Whether what a handler gives has to be watched item by item, which costs more than a single answer. */
export function isStream({ pipeline, traits }: ProtectedHandler): boolean {
  const { streamIdleMs, streamTotalMs } = pipeline.plan.settings.timeout ?? {};
  return traits.isEventStream || streamIdleMs !== undefined || streamTotalMs !== undefined;
}
