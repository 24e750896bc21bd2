/** The call that a {@link BackoffError} ended. */
export interface BackoffErrorData {
  /** What the function gave back. */
  returned: unknown;
  /** The attempt it was asked about, from 1. */
  attempt: number;
  policy?: string | undefined;
  operation?: string | undefined;
}

/**
 * A backoff function gave back something other than a delay, and the call ended with this.
 *
 * A mistake in the function, not in what the policy protects.
 */
export class BackoffError extends TypeError {
  override readonly name = 'BackoffError';
  readonly policy: string | undefined;
  readonly operation: string | undefined;

  constructor({ returned, attempt, policy, operation }: BackoffErrorData) {
    super(
      `The backoff function returned ${describe(returned)} after attempt ${attempt}` +
        `${operation === undefined ? '' : ` of ${operation}`}; expected finite milliseconds >= 0` +
        `${policy === undefined ? '' : ` (policy=${policy})`}.`,
    );
    this.policy = policy;
    this.operation = operation;
  }
}

/** Shows what is short, and names the rest by its kind alone: anything may throw when it is turned into text. */
function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null)
    return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
