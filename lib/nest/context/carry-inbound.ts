import type { CallHandler } from '@nestjs/common';
import { finalize, Observable, tap } from 'rxjs';
import type { InboundCall } from './inbound-call.js';
import { nodeAttemptStorage } from './node-attempt-storage.js';

/**
 * Runs a handler as part of the attempt that asked for it. That waits for the first item only: a stream goes on without
 * its deadline.
 *
 * @param run what the interceptor makes of the handler
 */
export function carryInbound(
  inbound: InboundCall,
  next: CallHandler,
  run: (next: CallHandler) => Observable<unknown>,
): Observable<unknown> {
  const answered = (): void => inbound.answered();
  const handler: CallHandler = {
    handle: () => next.handle().pipe(tap({ next: answered, complete: answered })),
  };
  return new Observable<unknown>((subscriber) =>
    nodeAttemptStorage.run(inbound, () => run(handler).subscribe(subscriber)),
  ).pipe(finalize(answered));
}
