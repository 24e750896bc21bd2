import type { AttemptContext } from '../attempt-context.js';
import { unwatch, watch, type AbortWatcher } from '../signal-hub.js';
import { whenDone } from './answer-body.js';

/**
 * The signal that one attempt hands to its client: aborted when nobody waits for the attempt any more and, as the
 * client would have it without a policy, by the caller's abort for as long as the answer's body is open.
 *
 * Not `AbortSignal.any`: on Node 20 what it makes stays as long as a caller's signal that many requests share.
 */
export class AttemptSignal implements AbortWatcher {
  readonly signal: AbortSignal;
  private readonly controller: AbortController | undefined;

  constructor(
    context: AttemptContext,
    private readonly caller: AbortSignal | undefined,
  ) {
    const { signal } = context;
    if (caller === undefined) {
      this.signal = signal;
      return;
    }
    const controller = new AbortController();
    this.controller = controller;
    this.signal = controller.signal;
    const obey = (): void => controller.abort(signal.reason);
    if (signal.aborted) obey();
    else signal.addEventListener('abort', obey, { once: true });
    if (caller.aborted) this.aborted();
    else watch(caller, this);
  }

  aborted(): void {
    this.controller?.abort(this.caller?.reason);
  }

  /** The answer has gone to the caller, whose abort ends the reading of it still. */
  outlive(body: object): void {
    if (this.caller !== undefined) whenDone(body, () => this.end());
  }

  /** Nothing of the attempt is left. */
  end(): void {
    if (this.caller !== undefined) unwatch(this.caller, this);
  }
}
