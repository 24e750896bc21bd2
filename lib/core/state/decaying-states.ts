import { IndexedHeap, type Ranked } from './indexed-heap.js';
import { type Linked, LinkedList } from './linked-list.js';

/** State that loses its meaning by the passing of time alone. */
export interface Decaying {
  /** From when on nothing is lost when it is forgotten, on the monotonic clock; `Infinity`: not by time alone. */
  readonly idleAt: number;
}

interface Entry<T> extends Ranked, Linked<Entry<T>> {
  readonly key: string;
  readonly state: T;
  /** Not later than the state's `idleAt`, which moves on with each use: looked at only when its time has come. */
  rank: number;
}

/**
 * The states of one identity by key, at most `maxKeys` of them besides the unkeyed one.
 *
 * When a further key comes, one that has become idle goes, among the first to become so; where none is idle, the least
 * recently used one. Finding it takes O(log n) on average, however many keys there are.
 */
export class DecayingStates<T extends Decaying> {
  private readonly entries = new Map<string, Entry<T>>();
  /** The least recently used first. */
  private readonly byUse = new LinkedList<Entry<T>>();
  private readonly byIdleness = new IndexedHeap<Entry<T>>();
  private unkeyed: T | undefined;

  constructor(
    private readonly create: (key: string | undefined) => T,
    public maxKeys: number,
    private readonly now: () => number,
  ) {}

  /** The state of this key, made on first use; `undefined` means the unkeyed one. */
  get(key: string | undefined): T {
    if (key === undefined) return (this.unkeyed ??= this.create(undefined));
    const known = this.entries.get(key);
    if (known === undefined) return this.make(key);
    this.byUse.remove(known);
    this.byUse.append(known);
    return known.state;
  }

  /** To be told when a state's `idleAt` has become earlier, or has ceased to be `Infinity`. */
  sooner(key: string | undefined): void {
    const entry = key === undefined ? undefined : this.entries.get(key);
    if (entry !== undefined) this.rank(entry);
  }

  /** To be told when `idleAt` of any state may have become earlier. */
  allSooner(): void {
    for (const entry of this.byUse) this.rank(entry);
  }

  /** All of them as they are now, however they are used meanwhile. */
  all(): Iterable<T> {
    const keyed = [...this.byUse].map(({ state }) => state);
    return this.unkeyed === undefined ? keyed : [this.unkeyed, ...keyed];
  }

  /** Number of keyed states. */
  get keys(): number {
    return this.entries.size;
  }

  private make(key: string): T {
    while (this.entries.size >= this.maxKeys) this.evict();
    const state = this.create(key);
    const entry: Entry<T> = { key, state, rank: -Infinity, index: 0, previous: undefined, next: undefined };
    this.entries.set(key, entry);
    this.byUse.append(entry);
    this.byIdleness.add(entry);
    return state;
  }

  private evict(): void {
    const victim = this.idle() ?? this.byUse.first;
    if (victim === undefined) return;
    this.entries.delete(victim.key);
    this.byUse.remove(victim);
    this.byIdleness.remove(victim);
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
