import { AttemptContext } from '../../attempt-context.js';

/** What a backoff function is given when no call asks: the attempt and what it failed with, without limits. */
export class NoCallContext extends AttemptContext {
  readonly maxAttempts = Infinity;
  readonly lastError: unknown;
  readonly policy = 'backoffDelay';
  readonly operation = 'backoffDelay';

  constructor(
    readonly attempt: number,
    error?: unknown,
  ) {
    super();
    this.lastError = error;
  }

  get signal(): AbortSignal {
    return new AbortController().signal;
  }

  remaining(): number {
    return Infinity;
  }
}
