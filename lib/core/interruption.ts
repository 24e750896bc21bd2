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
