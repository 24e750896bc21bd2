import type { ResilienceInspection } from '../../nest/inspection/resilience-inspection.js';
import { rawHeaders } from '../http/reply.js';
import { EventLog, type LoggedEvent } from './event-log.js';
import { RepeatedEvents } from './repeated-events.js';
import { rareTypes, shown, type ShownEvent } from './shown-event.js';
import { SseClient, sseText, type RawResponse } from './sse-client.js';
import { Watch, type Greeting } from './watch.js';

const KEPT_EVENTS = 500;
/** After this time a browser that has lost the connection asks again. */
const RETRY_MS = 1000;

/**
 * After this time a connection ends and the page makes a new one at once: guards ask only when one begins, and who may not
 * watch any more should not go on for as long as the page is open.
 */
const LONGEST_MS = 15 * 60_000;

/**
 * Tells everybody who watches what happens: events as they come, figures once a second. While nobody watches, only
 * changes of state are listened to, and no timer runs.
 */
export class LiveFeed {
  private readonly log: EventLog;
  private readonly clients = new Set<SseClient>();
  private readonly repeated = new RepeatedEvents();
  private readonly rare: readonly (() => void)[];
  private watch: Watch | undefined;
  private isOver = false;

  constructor(
    private readonly inspection: ResilienceInspection,
    private readonly greeting: Greeting,
  ) {
    const { clock, events } = inspection;
    this.log = new EventLog(Math.floor(clock.epoch()).toString(36), KEPT_EVENTS);
    this.rare = rareTypes.map((type) => events.on(type, (event) => this.tell([shown(event)])));
  }

  /** Whether it has been ended: who comes now has to come back later. */
  get isEnded(): boolean {
    return this.isOver;
  }

  /** @param lastId of the last event that the client got before its connection broke */
  connect(response: RawResponse, lastId: string | undefined): void {
    response.writeHead(200, {
      ...rawHeaders(),
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
    });
    const client = new SseClient(response, this.inspection.clock.now(), (one) => this.left(one));
    this.clients.add(client);
    this.watch ??= this.startWatch();
    const state = sseText({ event: 'state', data: { ...this.greeting, ...this.watch.state() } });
    client.write([`retry: ${RETRY_MS}\n\n`, state, ...this.log.since(lastId).map(textOf)].join(''));
  }

  /** Ends all connections; nothing is listened to any more. */
  end(): void {
    this.isOver = true;
    for (const off of this.rare) off();
    for (const client of this.clients) client.end();
    this.clients.clear();
    this.stopWatch();
  }

  private left(client: SseClient): void {
    this.clients.delete(client);
    if (this.clients.size === 0) this.stopWatch();
  }

  private tell(events: readonly ShownEvent[]): void {
    const text = events.map((event) => textOf(this.log.add(event))).join('');
    if (text !== '') this.broadcast(text);
  }

  private startWatch(): Watch {
    return new Watch(this.inspection, {
      happened: (event) => this.repeated.add(shown(event)),
      secondOver: (figures) => {
        this.tell(this.repeated.take());
        this.broadcast(sseText({ event: 'figures', data: figures }));
        this.endOld();
      },
    });
  }

  private endOld(): void {
    const oldest = this.inspection.clock.now() - LONGEST_MS;
    for (const client of this.clients) {
      if (client.since > oldest) continue;
      client.write(sseText({ event: 'again', data: {} }));
      client.end();
    }
  }

  private stopWatch(): void {
    this.watch?.stop();
    this.watch = undefined;
    this.repeated.take();
  }

  private broadcast(text: string): void {
    for (const client of this.clients) client.write(text);
  }
}

function textOf({ id, event }: LoggedEvent): string {
  return sseText({ id, data: event });
}
