import type { ExecutionContext } from '@nestjs/common';
import type { Caller } from '../../core/caller.js';
import type { Interruption } from '../../core/interruption.js';
import type { AbortWatcher } from '../../core/signal-hub.js';
import { ClientGoneException } from './client-gone.exception.js';
import type { ProtectedHandler } from './handler-policies.js';
import { isUnread, mayRepeat, rawResponse, type RawResponse } from './inbound.js';
import { setProtected } from './shared-memory.js';

/** Who waits for the answer of one request: its call ends when the response is lost before it was sent. */
export class Client implements Caller {
  left: Interruption | null = null;
  private call: AbortWatcher | null = null;
  private readonly response: RawResponse | undefined;
  private readonly wasUnread: boolean;
  private readonly onClose: () => void;

  constructor(
    private readonly context: ExecutionContext,
    private readonly handler: ProtectedHandler,
  ) {
    this.response = rawResponse(context);
    this.wasUnread = isUnread(context);
    setProtected(context, true);
    this.onClose = this.closed.bind(this);
    this.response?.on('close', this.onClose);
    if (this.response?.destroyed === true) this.onClose();
  }

  watch(call: AbortWatcher): void {
    this.call = call;
  }

  mayRepeat(): boolean {
    return mayRepeat(this.context, this.handler, this.wasUnread);
  }

  /** Nobody waits any more; only the first time, and before {@link release}, does this end the call. */
  leave(): void {
    if (this.left !== null) return;
    this.left = { kind: 'aborted', error: new ClientGoneException() };
    this.call?.aborted(this.left);
  }

  /** The request has its answer. */
  release(): void {
    this.response?.removeListener('close', this.onClose);
    setProtected(this.context, false);
  }

  private closed(): void {
    if (this.response?.writableFinished !== true) this.leave();
  }
}
