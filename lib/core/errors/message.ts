import { printable } from '../printable.js';
import { formatDuration } from '../time/duration.js';

/** The end of a message: which policy was at work. */
export function underPolicy(policy: string | undefined): string {
  return policy === undefined ? '' : ` (policy=${printable(policy)})`;
}

/** The part of a message that says when another try may help; empty when unknown. */
export function tryAgain(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? '' : `, try again in ${formatDuration(retryAfterMs)}`;
}
