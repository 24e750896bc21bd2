import type { Attempt, AttemptWatcher } from '../../core/attempt.js';
import type { AttemptStorage } from '../../core/attempt-storage.js';
import { inAttempt } from './in-attempt.js';
import { asResult, type OpenStream } from './run-stream.js';
import { SourceIterator } from './source-iterator.js';

/** One turn of asking the protected source. */
export class IterableAttempt implements AttemptWatcher {
  /** There once it has given its first item, or ended without one. */
  source: SourceIterator | undefined;
  private asked: SourceIterator | undefined;
  private abandoned: { readonly reason: unknown } | undefined;
  private giveUp: (reason: unknown) => void = noop;
  private hasEnded = false;
  private readonly releaseSlot: (() => void) | undefined;

  /** @param storage carries the attempt to the source, whoever asks for items */
  constructor(
    readonly context: Attempt,
    private readonly storage: AttemptStorage | undefined,
  ) {
    this.releaseSlot = context.keepSlot();
    context.watcher = this;
  }

  /** Resolves with the first item; rejects, too, when an abandoned source has been closed without giving it. */
  untilFirstItem(open: OpenStream): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.giveUp = reject;
      this.firstItem(open).then(resolve, reject);
    });
  }

  /** Whether the call ended with what this attempt gave, not with a fallback's answer. */
  gave(given: unknown): boolean {
    const { done, value } = this.source?.first ?? {};
    return done === true ? given === undefined : Object.is(asResult(value), given);
  }

  /** The call has its success; gives the milliseconds that what is around the call leaves to the rest. */
  goOn(): number {
    const { context } = this;
    context.goesOn = true;
    const leftMs = context.remaining();
    context.goesOn = !this.hasEnded;
    return leftMs;
  }

  abandon(reason: unknown): void {
    this.abandoned = { reason };
    this.close();
  }

  close(): void {
    void this.asked?.close();
  }

  private async firstItem(open: OpenStream): Promise<unknown> {
    // Read, so that the end of the application aborts it while the first item is waited for.
    void this.context.signal;
    const source = (this.asked = await this.opened(open));
    if (this.abandoned !== undefined) {
      this.close();
      throw this.abandoned.reason;
    }
    const { done, value } = await source.begin();
    this.source = source;
    return done === true ? undefined : asResult(value);
  }

  private async opened(open: OpenStream): Promise<SourceIterator> {
    try {
      return new SourceIterator(
        await open(this.context),
        () => this.ended(),
        (code) => inAttempt(this.storage, this.context, code),
      );
    } catch (error) {
      this.ended();
      throw error;
    }
  }

  private ended(): void {
    this.hasEnded = true;
    this.context.goesOn = false;
    this.releaseSlot?.();
    if (this.abandoned !== undefined) this.giveUp(this.abandoned.reason);
  }
}

function noop(): void {
  // replaced before anything can call it
}
