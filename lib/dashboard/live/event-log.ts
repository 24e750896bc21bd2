import type { ShownEvent } from './shown-event.js';

/** An event with its number, which counts on while the application runs. */
export interface LoggedEvent {
  readonly id: string;
  readonly number: number;
  readonly event: ShownEvent;
}

/**
 * The latest events, so many at most; their ids tell one run of the application from another, so that who comes back
 * after a restart gets everything.
 */
export class EventLog {
  private events: LoggedEvent[] = [];
  private last = 0;

  constructor(
    private readonly run: string,
    private readonly capacity: number,
  ) {}

  add(event: ShownEvent): LoggedEvent {
    const number = ++this.last;
    const logged = { id: `${this.run}.${number}`, number, event };
    this.events.push(logged);
    // Seldom, and then many at once: moving the rest for each would cost as much as the list is long.
    if (this.events.length >= 2 * this.capacity) this.events = this.events.slice(-this.capacity);
    return logged;
  }

  /** Those that came after the one of this id; all that are left where it is unknown. */
  since(id: string | undefined): readonly LoggedEvent[] {
    const kept = this.events.slice(-this.capacity);
    const [run, number] = id?.split('.') ?? [];
    if (run !== this.run) return kept;
    return kept.filter((event) => event.number > Number(number));
  }
}
