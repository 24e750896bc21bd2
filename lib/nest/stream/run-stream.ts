import type { Attempt } from '../../core/attempt.js';
import type { AttemptContext } from '../../core/attempt-context.js';
import type { AdapterCallOptions } from '../../core/caller.js';
import type { Plan } from '../../core/plan.js';
import { isThenable } from '../../core/sync-result.js';
import type { TimeoutSettings } from '../../core/timeout/timeout-options.js';

/** Runs an attempt function as a call under the policy. */
export type RunStream = (
  attempt: (context: Attempt) => Promise<unknown>,
  options: AdapterCallOptions,
) => Promise<unknown>;

/** Asks the source of one attempt. */
export type OpenStream = (context: AttemptContext) => unknown;

/** What protecting a stream needs of the policy. */
export interface StreamTools {
  readonly run: RunStream;
  readonly limits: TimeoutSettings;
  readonly scope: Plan;
  /** Unsubscribing does not end the work of the source, as where it is a promise's: it ends with that. */
  readonly endsByItself?: boolean;
  /** What speaks against a fallback's answer that is no stream. */
  readonly faultOf?: (answer: unknown) => Error | undefined;
}

/** An item as an attempt may resolve with it: a promise would be waited for. */
export function asResult(item: unknown): unknown {
  return isThenable(item) ? undefined : item;
}
