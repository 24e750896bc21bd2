import type { ErrorLike, Recogniser } from '../recogniser.js';

/** Messages under which `fetch` hides what happened: undici on connecting and while reading the body, and MSW. */
const messages: ReadonlySet<unknown> = new Set(['fetch failed', 'terminated', 'Failed to fetch']);

/**
 * The `TypeError` of `fetch`, and axios' `Network Error` on top of fetch: a network error, unless the cause says more (a
 * timeout, say).
 */
export const fetchFailure: Recogniser = (error) => (isFetchFailure(error) ? 'network' : undefined);

export function isFetchFailure({ name, code, message }: ErrorLike): boolean {
  return code === 'ERR_NETWORK' || (name === 'TypeError' && messages.has(message));
}
