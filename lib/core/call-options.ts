import type { CallReport } from './call-report.js';

/** What one call may say about itself; `null` is as if not given, as `fetch` takes its signal. */
export interface CallOptions {
  /** Name of the operation, for state, events and metrics. @defaultValue the policy's name */
  readonly operation?: string;
  /** The caller's signal: its abort ends the call at once with its reason, wherever the call is. */
  readonly signal?: AbortSignal;
  /** Which state of a keyed strategy the call uses; replaces the policy's `key`. */
  readonly key?: string;
  /** What the policy's `key` function and the fallbacks get as arguments. */
  readonly args?: readonly unknown[];
  /** `false` retries only what proves that nothing was sent; replaces the policy's. */
  readonly idempotent?: boolean;
  /** The instant (a Date, or epoch milliseconds) after which nobody waits for the answer. Counts as no failure. */
  readonly deadline?: Date | number;
}

/** A call that never throws: what it ended with, and the report of how. */
export type CallResult<T> =
  | { readonly ok: true; readonly value: T; readonly report: CallReport }
  | { readonly ok: false; readonly error: unknown; readonly report: CallReport };
