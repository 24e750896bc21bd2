/** A call as those see it who surround what it invokes. */
export interface SurroundedCall {
  readonly callId: string;
  readonly policy: string;
  readonly operation: string;
  /** Milliseconds since the call began; `{}` where the clock was not read. */
  elapsed(): { duration?: number };
}

/**
 * Runs an invocation of an operation, at once, and gives what it returns or throws: in an async context that traces what
 * the operation does as part of its call. Must not fail by itself.
 */
export type Surround = (call: SurroundedCall, invoke: () => unknown) => unknown;
