import { type Linked, LinkedList } from './linked-list.js';
import { type StateEntry, StatesByKey } from './states-by-key.js';

interface Entry<T> extends Linked<Entry<T>>, StateEntry<T> {
  /** Where it stands, the least recently used first. */
  list: LinkedList<Entry<T>>;
}

/**
 * States that are idle or busy until something happens to them.
 *
 * When a further key comes, the least recently used idle state goes; where none is idle, the least recently used one.
 */
export class KeyedStates<T extends { readonly isIdle: boolean }> extends StatesByKey<T, Entry<T>> {
  // The order is kept in lists, because a Map is slow to find its first key once many before it were deleted.
  private readonly idle = new LinkedList<Entry<T>>();
  private readonly busy = new LinkedList<Entry<T>>();

  constructor(
    create: (key: string | undefined) => T,
    maxKeys: number,
    private readonly forgotten: (key: string) => void = () => {},
  ) {
    super(create, maxKeys);
  }

  /** To be told when the state of a key has become idle or busy. */
  resort(key: string | undefined): void {
    const entry = this.entry(key);
    if (entry !== undefined) this.used(entry);
  }

  protected enter(key: string, state: T): Entry<T> {
    const list = this.listOf(state);
    const entry: Entry<T> = { key, state, list, previous: undefined, next: undefined };
    list.append(entry);
    return entry;
  }

  protected used(entry: Entry<T>): void {
    entry.list.remove(entry);
    entry.list = this.listOf(entry.state);
    entry.list.append(entry);
  }

  protected *ordered(): Iterable<Entry<T>> {
    yield* this.idle;
    yield* this.busy;
  }

  protected victim(): Entry<T> {
    return (this.idle.first ?? this.busy.first) as Entry<T>;
  }

  protected left(entry: Entry<T>): void {
    entry.list.remove(entry);
    this.forgotten(entry.key);
  }

  private listOf(state: T): LinkedList<Entry<T>> {
    return state.isIdle ? this.idle : this.busy;
  }
}
