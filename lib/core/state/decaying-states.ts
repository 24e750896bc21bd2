import { IndexedHeap, type Ranked } from './indexed-heap.js';
import { type Linked, LinkedList } from './linked-list.js';
import { type StateEntry, StatesByKey } from './states-by-key.js';

/** State that loses its meaning by the passing of time alone. */
export interface Decaying {
  /** From when on nothing is lost when it is forgotten, on the monotonic clock; `Infinity`: not by time alone. */
  readonly idleAt: number;
}

interface Entry<T> extends Ranked, Linked<Entry<T>>, StateEntry<T> {
  /** Not later than the state's `idleAt`, which moves on with each use: looked at only when its time has come. */
  rank: number;
}

/**
 * States that become idle by the passing of time.
 *
 * When a further key comes, one that has become idle goes, among the first to become so; where none is idle, the least
 * recently used one. Finding it takes O(log n) on average, however many keys there are.
 */
export class DecayingStates<T extends Decaying> extends StatesByKey<T, Entry<T>> {
  /** The least recently used first. */
  private readonly byUse = new LinkedList<Entry<T>>();
  private readonly byIdleness = new IndexedHeap<Entry<T>>();

  constructor(
    create: (key: string | undefined) => T,
    maxKeys: number,
    private readonly now: () => number,
  ) {
    super(create, maxKeys);
  }

  /** To be told when a state's `idleAt` has become earlier, or has ceased to be `Infinity`. */
  sooner(key: string | undefined): void {
    const entry = this.entry(key);
    if (entry !== undefined) this.rank(entry);
  }

  /** To be told when `idleAt` of any state may have become earlier. */
  allSooner(): void {
    for (const entry of this.byUse) this.rank(entry);
  }

  protected enter(key: string, state: T): Entry<T> {
    const entry: Entry<T> = { key, state, rank: -Infinity, index: 0, previous: undefined, next: undefined };
    this.byUse.append(entry);
    this.byIdleness.add(entry);
    return entry;
  }

  protected used(entry: Entry<T>): void {
    this.byUse.remove(entry);
    this.byUse.append(entry);
  }

  protected ordered(): Iterable<Entry<T>> {
    return this.byUse;
  }

  protected victim(): Entry<T> {
    return this.idle() ?? (this.byUse.first as Entry<T>);
  }

  protected left(entry: Entry<T>): void {
    this.byUse.remove(entry);
    this.byIdleness.remove(entry);
  }

  private idle(): Entry<T> | undefined {
    const now = this.now();
    for (let first = this.byIdleness.first; first && first.rank <= now; first = this.byIdleness.first) {
      this.rank(first);
      if (first.rank <= now) return first;
    }
    return undefined;
  }

  private rank(entry: Entry<T>): void {
    entry.rank = entry.state.idleAt;
    this.byIdleness.moved(entry);
  }
}
