import type { ShownEvent } from './shown-event.js';

/** Events of different kinds that one second may tell. */
const MAX_KINDS = 50;

/** What makes two events the same news. */
const telling = [
  'type',
  'policy',
  'operation',
  'breaker',
  'key',
  'reason',
  'category',
  'outcome',
  'scope',
  'message',
  'index',
];

/** Gathers what happens many times a second, so that an outage does not flood who watches. */
export class RepeatedEvents {
  private kinds = new Map<string, { readonly event: ShownEvent; count: number }>();
  private more = 0;

  add(event: ShownEvent): void {
    const kind = JSON.stringify(telling.map((name) => event[name] ?? null));
    const known = this.kinds.get(kind);
    if (known !== undefined) known.count++;
    else if (this.kinds.size < MAX_KINDS) this.kinds.set(kind, { event, count: 1 });
    else this.more++;
  }

  /** What has been gathered, the first of each kind with how many there were. */
  take(): ShownEvent[] {
    const events = [...this.kinds.values()].map(({ event, count }) => ({ ...event, count }));
    const last = events.at(-1);
    if (this.more > 0 && last !== undefined) {
      const message = `${this.more} more events of other operations in the same second are not shown`;
      events.push({
        type: 'diagnostic',
        at: last.at,
        policy: '',
        operation: '',
        source: 'dashboard',
        message,
        count: 1,
      } as (typeof events)[number]);
    }
    this.kinds = new Map();
    this.more = 0;
    return events;
  }
}
