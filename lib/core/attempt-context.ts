/**
 * What an operation may know of the attempt it runs in.
 *
 * `execute` hands it to the function; a decorated method gets it on a parameter marked `@Attempt()`. Every attempt has
 * its own context, so a late one keeps telling the truth about itself.
 */
export abstract class AttemptContext {
  /** The number of this attempt, 1 for the first. */
  abstract readonly attempt: number;
  /** The most attempts the call may make; `Infinity` where only time bounds them, 1 without a retry. */
  abstract readonly maxAttempts: number;
  /**
   * Aborted when nobody waits for this attempt any more: on its timeout, the call's timeout or deadline, the caller's
   * abort, or the end of the shutdown grace. Made only when read; hand it to `fetch` and the like.
   */
  abstract readonly signal: AbortSignal;
  /** Error of the attempt before this one; `undefined` in the first. */
  abstract readonly lastError: unknown;
  /** Name of the policy. */
  abstract readonly policy: string;
  /** Name of the operation. */
  abstract readonly operation: string;
  /** Milliseconds until this attempt or its call runs out of time; `Infinity` without a limit, never below 0. */
  abstract remaining(): number;
}

/** The context of a call that no policy protects: one attempt, no limit, a signal that never aborts. */
export class BareContext extends AttemptContext {
  readonly attempt = 1;
  readonly maxAttempts = 1;
  readonly lastError = undefined;
  private neverAborts: AbortSignal | undefined;

  constructor(
    readonly policy: string,
    readonly operation: string,
  ) {
    super();
  }

  get signal(): AbortSignal {
    return (this.neverAborts ??= new AbortController().signal);
  }

  remaining(): number {
    return Infinity;
  }
}
