import type { ExecutionContext } from '@nestjs/common';
import type { ProtectedHandler } from './handler-policies.js';
import { hasSentHeaders } from './inbound.js';

/**
 * What is wrong with a fallback's value for a handler that answers by itself: Nest does not send it, and the client would
 * wait for ever.
 */
export function unsentAnswer(
  { pipeline, traits }: ProtectedHandler,
  context: ExecutionContext,
  value: unknown,
): Error | undefined {
  if (!traits.ownsResponse || value === undefined || hasSentHeaders(context)) return undefined;
  return new Error(
    `${pipeline.plan.operation.name} answers through @Res() or @Next(), so nobody sends what its ` +
      'fallback gave: let the fallback answer, or add { passthrough: true }',
  );
}
