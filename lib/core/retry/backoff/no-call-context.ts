import { AttemptContext } from '../../attempt-context.js';

/** What a backoff function is given when no call asks: the attempt alone, without limits. */
export class NoCallContext extends AttemptContext {
  readonly maxAttempts = Infinity;
  readonly lastError = undefined;
  readonly policy = 'backoffDelay';
  readonly operation = 'backoffDelay';

  constructor(readonly attempt: number) {
    super();
  }

  get signal(): AbortSignal {
    return new AbortController().signal;
  }

  remaining(): number {
    return Infinity;
  }
}
