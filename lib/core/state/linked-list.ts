/** A member of a {@link LinkedList}, of one at a time. */
export interface Linked<T> {
  /** @internal */
  previous: T | undefined;
  /** @internal */
  next: T | undefined;
}

/** A list that knows both of its ends: joining it and leaving it from anywhere costs a few pointer writes. */
export class LinkedList<T extends Linked<T>> {
  first: T | undefined = undefined;
  length = 0;
  private last: T | undefined = undefined;

  append(item: T): void {
    item.previous = this.last;
    if (this.last === undefined) this.first = item;
    else this.last.next = item;
    this.last = item;
    this.length++;
  }

  remove(item: T): void {
    const { previous, next } = item;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    // One that somebody keeps must not keep its neighbours.
    item.previous = item.next = undefined;
    this.length--;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let item = this.first; item !== undefined; item = item.next) yield item;
  }
}
