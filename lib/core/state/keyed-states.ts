import { type Linked, LinkedList } from './linked-list.js';

interface Entry<T> extends Linked<Entry<T>> {
  readonly key: string;
  readonly state: T;
  /** Where it stands, the least recently used first. */
  list: LinkedList<Entry<T>>;
}

/**
 * The states of one identity by key, at most `maxKeys` of them besides the unkeyed one.
 *
 * When a further key comes, the least recently used idle state goes; where none is idle, the least recently used one.
 */
export class KeyedStates<T extends { readonly isIdle: boolean }> {
  // The order is kept in lists, because a Map is slow to find its first key once many before it were deleted.
  private readonly entries = new Map<string, Entry<T>>();
  private readonly idle = new LinkedList<Entry<T>>();
  private readonly busy = new LinkedList<Entry<T>>();
  private unkeyed: T | undefined;

  constructor(
    private readonly create: (key: string | undefined) => T,
    public maxKeys: number,
    private readonly forgotten: (key: string) => void = () => {},
  ) {}

  /** The state of this key, made on first use; `undefined` means the unkeyed one. */
  get(key: string | undefined): T {
    if (key === undefined) return (this.unkeyed ??= this.create(undefined));
    const known = this.entries.get(key);
    if (known === undefined) return this.make(key);
    this.place(known);
    return known.state;
  }

  /** The state of this key if there is one; a look does not count as a use. */
  peek(key: string | undefined): T | undefined {
    return key === undefined ? this.unkeyed : this.entries.get(key)?.state;
  }

  /** To be told when the state of a key has become idle or busy. */
  resort(key: string | undefined): void {
    const entry = key === undefined ? undefined : this.entries.get(key);
    if (entry !== undefined) this.place(entry);
  }

  /** All of them as they are now, however they are used meanwhile. */
  all(): Iterable<T> {
    const keyed = [...this.idle, ...this.busy].map(({ state }) => state);
    return this.unkeyed === undefined ? keyed : [this.unkeyed, ...keyed];
  }

  /** Number of keyed states. */
  get keys(): number {
    return this.entries.size;
  }

  private make(key: string): T {
    while (this.entries.size >= this.maxKeys) this.evict();
    const state = this.create(key);
    const entry: Entry<T> = { key, state, list: this.listOf(state), previous: undefined, next: undefined };
    this.entries.set(key, entry);
    entry.list.append(entry);
    return state;
  }

  private place(entry: Entry<T>): void {
    entry.list.remove(entry);
    entry.list = this.listOf(entry.state);
    entry.list.append(entry);
  }

  private listOf(state: T): LinkedList<Entry<T>> {
    return state.isIdle ? this.idle : this.busy;
  }

  private evict(): void {
    const oldest = this.idle.first ?? this.busy.first;
    if (oldest === undefined) return;
    oldest.list.remove(oldest);
    this.entries.delete(oldest.key);
    this.forgotten(oldest.key);
  }
}
