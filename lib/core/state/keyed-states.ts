/**
 * The states of one identity by key, at most `maxKeys` of them besides the unkeyed one.
 *
 * When a further key comes, the least recently used idle state goes; where none is idle, the least recently used one.
 */
export class KeyedStates<T extends { readonly isIdle: boolean }> {
  // Both in order of use, the least recent first.
  private readonly idle = new Map<string, T>();
  private readonly busy = new Map<string, T>();
  private unkeyed: T | undefined;

  constructor(
    private readonly create: (key: string | undefined) => T,
    public maxKeys: number,
  ) {}

  /** The state of this key, made on first use; `undefined` means the unkeyed one. */
  get(key: string | undefined): T {
    if (key === undefined) return (this.unkeyed ??= this.create(undefined));
    const known = this.peek(key);
    if (known !== undefined) {
      this.place(key, known);
      return known;
    }
    while (this.keys >= this.maxKeys) this.evict();
    const made = this.create(key);
    this.place(key, made);
    return made;
  }

  /** The state of this key if there is one; a look does not count as a use. */
  peek(key: string | undefined): T | undefined {
    return key === undefined ? this.unkeyed : (this.idle.get(key) ?? this.busy.get(key));
  }

  /** To be told when the state of a key has become idle or busy. */
  resort(key: string | undefined): void {
    const state = this.peek(key);
    if (key !== undefined && state !== undefined) this.place(key, state);
  }

  *all(): Iterable<T> {
    if (this.unkeyed !== undefined) yield this.unkeyed;
    yield* this.idle.values();
    yield* this.busy.values();
  }

  /** Number of keyed states. */
  get keys(): number {
    return this.idle.size + this.busy.size;
  }

  private place(key: string, state: T): void {
    this.idle.delete(key);
    this.busy.delete(key);
    (state.isIdle ? this.idle : this.busy).set(key, state);
  }

  private evict(): void {
    const from = this.idle.size > 0 ? this.idle : this.busy;
    const [oldest] = from.keys();
    if (oldest !== undefined) from.delete(oldest);
  }
}
