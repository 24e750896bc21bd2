/** What is kept of one key. */
export interface StateEntry<T> {
  readonly key: string;
  readonly state: T;
}

/**
 * The states of one identity by key, at most `maxKeys` of them besides the unkeyed one.
 *
 * Those who extend it say which of them goes when a further key comes.
 */
export abstract class StatesByKey<T, E extends StateEntry<T>> {
  private readonly entries = new Map<string, E>();
  private unkeyed: T | undefined;

  constructor(
    private readonly create: (key: string | undefined) => T,
    public maxKeys: number,
  ) {}

  /** The state of this key, made on first use; `undefined` means the unkeyed one. */
  get(key: string | undefined): T {
    if (key === undefined) return (this.unkeyed ??= this.create(undefined));
    const known = this.entries.get(key);
    if (known === undefined) return this.make(key);
    this.used(known);
    return known.state;
  }

  /** The state of this key if there is one; a look does not count as a use. */
  peek(key: string | undefined): T | undefined {
    return key === undefined ? this.unkeyed : this.entry(key)?.state;
  }

  /** All of them as they are now, however they are used meanwhile. */
  all(): Iterable<T> {
    const keyed = Array.from(this.ordered(), ({ state }) => state);
    return this.unkeyed === undefined ? keyed : [this.unkeyed, ...keyed];
  }

  /** Number of keyed states. */
  get keys(): number {
    return this.entries.size;
  }

  protected entry(key: string | undefined): E | undefined {
    return key === undefined ? undefined : this.entries.get(key);
  }

  /** Makes the entry of a new key and gives it its place. */
  protected abstract enter(key: string, state: T): E;
  protected abstract used(entry: E): void;
  protected abstract ordered(): Iterable<E>;
  /** Which one goes; there is at least one. */
  protected abstract victim(): E;
  /** It has gone. */
  protected abstract left(entry: E): void;

  private make(key: string): T {
    while (this.entries.size > 0 && this.entries.size >= this.maxKeys) this.evict();
    const entry = this.enter(key, this.create(key));
    this.entries.set(key, entry);
    return entry.state;
  }

  private evict(): void {
    const victim = this.victim();
    this.entries.delete(victim.key);
    this.left(victim);
  }
}
