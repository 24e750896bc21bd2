import { Attempt } from '../../core/attempt.js';
import type { AttemptContext } from '../../core/attempt-context.js';
import type { AdapterCallOptions } from '../../core/caller.js';
import type { Plan } from '../../core/plan.js';
import { isThenable } from '../../core/sync-result.js';
import type { TimeoutSettings } from '../../core/timeout/timeout-options.js';

/** Runs an attempt function as a call under the policy. */
export type RunStream = (
  attempt: (context: AttemptContext) => Promise<unknown>,
  options: AdapterCallOptions,
) => Promise<unknown>;

/** Asks the source of one attempt. */
export type OpenStream = (context: AttemptContext) => unknown;

/** What protecting a stream needs of the policy. */
export interface StreamTools {
  readonly run: RunStream;
  readonly limits: TimeoutSettings;
  readonly scope: Plan;
}

/** Tells an operation whose attempt has its success already that nobody wants the rest. */
export function abortRest(context: AttemptContext, reason: unknown): void {
  if (context instanceof Attempt) context.abort(reason);
}

/** An item as an attempt may resolve with it: a promise would be waited for. */
export function asResult(item: unknown): unknown {
  return isThenable(item) ? undefined : item;
}
