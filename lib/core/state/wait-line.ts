import type { Wait } from '../interruption.js';

/** One who stands in a {@link WaitLine}. */
export class Waiter implements Wait {
  /** Resolves when its turn has come and when it has left the line; {@link isAdmitted} tells which. */
  readonly over: Promise<void>;
  /** Its turn has come: it got what it waited for, and gives it back if it does not want it any more. */
  isAdmitted = false;
  /** @internal The line it stands in; `undefined` once it does not any more. */
  line: WaitLine | undefined = undefined;
  /** @internal */
  previous: Waiter | undefined = undefined;
  /** @internal */
  next: Waiter | undefined = undefined;
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
    this.line.remove(this);
    this.end();
  }
}

/** Those who wait for something, in the order in which they came. Joining and leaving costs a few pointer writes. */
export class WaitLine {
  first: Waiter | undefined = undefined;
  /** How many stand in it. */
  length = 0;
  private last: Waiter | undefined = undefined;

  join(waiter: Waiter): void {
    waiter.line = this;
    waiter.previous = this.last;
    if (this.last === undefined) this.first = waiter;
    else this.last.next = waiter;
    this.last = waiter;
    this.length++;
  }

  /** @internal Leaving is up to the one who waits. */
  remove(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    // One that somebody keeps must not keep its neighbours.
    waiter.line = waiter.previous = waiter.next = undefined;
    this.length--;
  }
}
