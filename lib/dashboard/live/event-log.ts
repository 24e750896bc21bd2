import { rareTypes, type ShownEvent } from './shown-event.js';

/** An event with its number, which counts on while the application runs. */
export interface LoggedEvent {
  readonly id: string;
  readonly number: number;
  readonly event: ShownEvent;
}

const rare: ReadonlySet<string> = new Set(rareTypes);

/**
 * The latest events, so many at most of those that happen seldom, and as many of the others: an outage tells of thousands
 * of failures and must not drive out when its breakers opened. Their ids tell one run of the application from another, so
 * that who comes back after a restart gets everything.
 */
export class EventLog {
  private readonly rare: Latest;
  private readonly frequent: Latest;
  private last = 0;

  constructor(
    private readonly run: string,
    capacity: number,
  ) {
    this.rare = new Latest(capacity);
    this.frequent = new Latest(capacity);
  }

  add(event: ShownEvent): LoggedEvent {
    const number = ++this.last;
    const logged = { id: `${this.run}.${number}`, number, event };
    (rare.has(event.type) ? this.rare : this.frequent).add(logged);
    return logged;
  }

  /** Those that came after the one of this id; all that are left where it is unknown. */
  since(id: string | undefined): readonly LoggedEvent[] {
    const kept = [...this.rare.list(), ...this.frequent.list()].sort((a, b) => a.number - b.number);
    const [run, number] = id?.split('.') ?? [];
    if (run !== this.run) return kept;
    return kept.filter((event) => event.number > Number(number));
  }
}

/** So many of what came last. */
class Latest {
  private events: LoggedEvent[] = [];

  constructor(private readonly capacity: number) {}

  add(event: LoggedEvent): void {
    this.events.push(event);
    // Seldom, and then many at once: moving the rest for each would cost as much as the list is long.
    if (this.events.length >= 2 * this.capacity) this.events = this.list();
  }

  list(): LoggedEvent[] {
    return this.events.slice(-this.capacity);
  }
}
