import type { ErrorHeaders } from './resilience-error.js';

/** A pause in milliseconds that can be told to somebody: finite and not negative; everything else is unknown. */
export function knownPause(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 && ms < Infinity ? ms : undefined;
}

/** @see RFC 9110, section 10.2.3: whole seconds; rounded up, so that nobody comes back too early. */
export function retryAfterHeaders(ms: number | undefined): ErrorHeaders {
  return ms === undefined ? {} : { 'retry-after': String(Math.ceil(ms / 1000)) };
}
