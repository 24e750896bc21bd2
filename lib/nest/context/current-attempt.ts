import { Logger } from '@nestjs/common';
import type { AttemptContext } from '../../core/attempt-context.js';
import { liveAttempt } from '../../core/attempt-storage.js';
import { LOG_CONTEXT } from '../resilience.constants.js';
import { InboundCall } from './inbound-call.js';
import { nodeAttemptStorage, sharedContext } from './node-attempt-storage.js';

let hasSaid = false;

/**
 * The attempt that the calling code is part of, what `@Attempt()` would give: however deep it is called, after any
 * `await`, in timers and streams.
 *
 * Only with `propagateContext` of `ResilienceModule.forRoot()`. `undefined` outside of calls, and for what goes on after
 * its operation has settled, unless an outer attempt still runs.
 *
 * @public
 */
export function currentAttempt(): AttemptContext | undefined {
  const found = surroundings();
  return found instanceof InboundCall ? undefined : found;
}

/** What bounds the calling code: its attempt, or the service that asked for it. */
export function surroundings(): AttemptContext | undefined {
  if (!sharedContext.isUsed) sayUnused();
  return liveAttempt(nodeAttemptStorage.current());
}

function sayUnused(): void {
  if (hasSaid) return;
  hasSaid = true;
  new Logger(LOG_CONTEXT).debug(
    'currentAttempt() and outgoingHeaders() have nothing to tell: no ResilienceModule.forRoot() has propagateContext on',
  );
}
