import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { defer, finalize, Observable } from 'rxjs';
import type { AttemptContext } from '../../core/attempt-context.js';
import { protectObservable } from '../stream/protect-observable.js';
import { Client } from './client.js';
import type { ProtectedHandler } from './handler-policies.js';
import { attempts } from './shared-memory.js';

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
      run: (attempt, call) =>
        pipeline.run(attempt, undefined, null, { ...call, args: [context], caller: client }),
      limits: pipeline.plan.settings.timeout ?? {},
      scope: pipeline.plan,
    });
    return stream.pipe(finalize(() => client.release()));
  });
}

/** Whether what a handler gives has to be watched item by item, which costs more than a single answer. */
export function isStream({ pipeline, traits }: ProtectedHandler): boolean {
  const { streamIdleMs, streamTotalMs } = pipeline.plan.settings.timeout ?? {};
  return traits.isEventStream || streamIdleMs !== undefined || streamTotalMs !== undefined;
}
