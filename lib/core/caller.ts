import type { CallOptions } from './call-options.js';
import type { Interruption } from './interruption.js';
import type { AbortWatcher } from './signal-hub.js';

/**
 * Who waits for the answer of a call that an adapter makes, such as the client of a request: cheaper than a signal, and
 * asked whether the call may be made again.
 */
export interface Caller {
  /** Why nobody waits any more; `null` as long as somebody does. */
  readonly left: Interruption | null;
  /** The call to tell, once, when the caller leaves. */
  watch(call: AbortWatcher): void;
  /** Asked after each attempt that would be followed by another one: `false` ends the call. */
  mayRepeat(): boolean;
  /** Several invocations of one attempt may run beside each other; without it there are no hedges. */
  readonly takesHedges?: true;
  /** Told that another attempt follows, before its backoff: what the last one gave is of no use any more. */
  willRepeat?(): void;
}

/** All that an adapter says of a call that somebody waits for: it takes the fast lane. */
export interface CallerOptions {
  readonly args: readonly unknown[];
  readonly caller: Caller;
}

/** What an adapter says of a call beside what users may. */
export interface AdapterCallOptions extends CallOptions {
  readonly caller?: Caller;
  /** Whether the operation may be made twice, where neither the call nor the policy says so. */
  readonly presumedIdempotent?: boolean;
  /**
   * What an attempt resolves with is the first item of a stream that the adapter looks after: it takes one invocation after
   * the other, without hedges.
   */
  readonly givesItems?: true;
}
