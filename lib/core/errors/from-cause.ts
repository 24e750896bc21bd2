import { brandOf } from './brand.js';
import { failureStatusOf } from './http-status.js';
import type { ErrorHeaders } from './resilience-error.js';

/** Answered when nothing is known of what the dependency said. */
const BAD_GATEWAY = 502;

/** The status of an error that only wraps another: that of the cause, else 502. */
export function statusFromCause(cause: unknown): number {
  return failureStatusOf(cause) ?? BAD_GATEWAY;
}

/** The headers of an error that only wraps another: passed on from this library's errors, never from foreign ones. */
export function headersFromCause(cause: unknown): ErrorHeaders {
  return brandOf(cause) === undefined ? {} : { ...(cause as { headers?: ErrorHeaders }).headers };
}
