/** What can end a call from outside while it waits for something. */
export interface Interruption {
  readonly kind: 'total' | 'deadline' | 'aborted' | 'shutdown';
  /** What the caller gets: the abort's reason, or the error of a limit. */
  readonly error: unknown;
}

/** What a call waits for at present: a running attempt or a backoff. */
export interface Interruptible {
  interrupt(interruption: Interruption): void;
}

/** What a call can wait for. */
export interface Wait extends Interruptible {
  /** Resolves when the wait has ended, be it by an interruption. */
  readonly over: Promise<unknown>;
}
