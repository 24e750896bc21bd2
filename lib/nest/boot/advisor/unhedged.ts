import type { PolicySettings } from '../../../core/policy-options.js';

/** A decorated method with hedges that never come. Calls of `execute` may say `idempotent` themselves. */
export function unhedgedMethodAdvice({ hedge, idempotent }: PolicySettings): string | undefined {
  if (hedge === undefined || hedge.maxHedges === 0 || idempotent === true) return undefined;
  return 'its hedges never come, for only what has idempotent: true is hedged; say so if it may run twice, or leave hedge out';
}

/** An interceptor takes one answer of the handler after the other. */
export function unhedgedHandlerAdvice({ hedge }: PolicySettings): string | undefined {
  if (hedge === undefined || hedge.maxHedges === 0) return undefined;
  return 'handlers are never hedged; put @Hedge on the method that makes the call, or leave hedge out';
}
