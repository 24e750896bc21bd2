/** What a heap sorts: by rank, the lowest first. */
export interface Ranked {
  rank: number;
  /** @internal Where it is in its heap. */
  index: number;
}

/** A binary heap that knows where each of its members is, so that any of them may move and go in O(log n). */
export class IndexedHeap<T extends Ranked> {
  private readonly items: T[] = [];

  /** One of the lowest rank. */
  get first(): T | undefined {
    return this.items[0];
  }

  get size(): number {
    return this.items.length;
  }

  add(item: T): void {
    this.items.push(item);
    this.put(item, this.items.length - 1);
    this.rise(item);
  }

  remove(item: T): void {
    const last = this.items.pop();
    if (last === undefined || last === item) return;
    this.put(last, item.index);
    this.moved(last);
  }

  /** To be told when the rank of a member has changed. */
  moved(item: T): void {
    this.rise(item);
    this.sink(item);
  }

  private rise(item: T): void {
    for (let parent = this.parentOf(item); parent && parent.rank > item.rank; parent = this.parentOf(item))
      this.swap(parent, item);
  }

  private sink(item: T): void {
    for (
      let child = this.lowerChildOf(item);
      child && child.rank < item.rank;
      child = this.lowerChildOf(item)
    )
      this.swap(item, child);
  }

  private parentOf({ index }: T): T | undefined {
    return index === 0 ? undefined : this.items[(index - 1) >> 1];
  }

  private lowerChildOf({ index }: T): T | undefined {
    const left = this.items[2 * index + 1];
    const right = this.items[2 * index + 2];
    return left !== undefined && right !== undefined && right.rank < left.rank ? right : left;
  }

  private swap(a: T, b: T): void {
    const { index } = a;
    this.put(a, b.index);
    this.put(b, index);
  }

  private put(item: T, index: number): void {
    this.items[index] = item;
    item.index = index;
  }
}
