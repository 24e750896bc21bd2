import type { Caller } from '../../core/caller.js';
import type { Interruption } from '../../core/interruption.js';
import type { AbortWatcher } from '../../core/signal-hub.js';

/** The subscriber of a stream as the caller of its call, where the call has a signal of its user's beside that. */
export class SubscriberCaller implements Caller {
  constructor(private readonly unsubscribed: AbortSignal) {}

  get left(): Interruption | null {
    return this.unsubscribed.aborted ? { kind: 'aborted', error: this.unsubscribed.reason } : null;
  }

  watch(call: AbortWatcher): void {
    const tell = (): void => call.aborted({ kind: 'aborted', error: this.unsubscribed.reason });
    this.unsubscribed.addEventListener('abort', tell, { once: true });
  }

  mayRepeat(): boolean {
    return true;
  }
}
