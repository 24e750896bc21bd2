import type { AdmissionControl } from './admission-control.js';
import { AttemptContext } from './attempt-context.js';
import type { Bulkhead } from './bulkhead/bulkhead.js';

/** An attempt's hold on the slot of its bulkhead: until its caller has been answered and nobody does its work any more. */
export abstract class SlotHolder extends AttemptContext {
  /** What has let it pass behind the breaker; `null` where it holds nothing. */
  admittedBy: AdmissionControl | null = null;
  /** Who does its work still: the operation until it has settled, a stream until its end. */
  private workers = 0;
  /** The slot that is held though the caller has been answered. */
  private heldSlot: Bulkhead | null = null;
  private isAbandoned = false;

  /** Somebody does its work still. */
  get isAtWork(): boolean {
    return this.workers > 0;
  }

  /**
   * Keeps the slot beyond the attempt's answer, for what goes on after it, such as a stream; to be asked for while the
   * operation runs. What it gives ends that, however often it is called; `undefined` where there is no slot to keep.
   */
  keepSlot(): (() => void) | undefined {
    if (this.admittedBy?.holdsUntilSettled !== true) return undefined;
    this.beginWork();
    let isKept = true;
    return () => {
      if (isKept) this.endWork();
      isKept = false;
    };
  }

  /**
   * Its caller has been answered, and its work goes on: the slot is held until that has ended.
   *
   * @param isAbandoned nobody waits for what the work still gives
   */
  leaveBehind(bulkhead: Bulkhead, isAbandoned: boolean): void {
    this.heldSlot = bulkhead;
    this.isAbandoned = isAbandoned;
    if (isAbandoned) bulkhead.abandon();
  }

  protected beginWork(): void {
    this.workers++;
  }

  protected endWork(): void {
    if (--this.workers > 0) return;
    this.heldSlot?.leave(this.isAbandoned);
    this.heldSlot = null;
  }
}
