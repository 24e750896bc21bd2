import type { Wait } from '../interruption.js';
import { type Linked, LinkedList } from './linked-list.js';

/** One who stands in a {@link WaitLine}. */
export class Waiter<W extends Waiter<W> = any> implements Wait, Linked<W> {
  /** Resolves when its turn has come and when it has left the line; {@link isAdmitted} tells which. */
  readonly over: Promise<void>;
  /** Its turn has come: it got what it waited for, and gives it back if it does not want it any more. */
  isAdmitted = false;
  /** @internal The line it stands in; `undefined` once it does not any more. */
  line: WaitLine<W> | undefined = undefined;
  /** @internal */
  previous: W | undefined = undefined;
  /** @internal */
  next: W | undefined = undefined;
  private end!: () => void;

  constructor() {
    this.over = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** Its turn has come. */
  admit(): void {
    if (this.line === undefined) return;
    this.isAdmitted = true;
    this.leaveLine();
  }

  /** Leaves the line at once; those behind move up. Does nothing once its turn has come. */
  interrupt(): void {
    this.leaveLine();
  }

  /** Whatever the reason is: it stands in the line no longer, and `over` resolves. */
  protected leaveLine(): void {
    if (this.line === undefined) return;
    this.line.remove(this as unknown as W);
    this.line = undefined;
    this.end();
  }
}

/** Those who wait for something, in the order in which they came. */
export class WaitLine<W extends Waiter<W>> extends LinkedList<W> {
  join(waiter: W): void {
    waiter.line = this;
    this.append(waiter);
  }
}
