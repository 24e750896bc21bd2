import type { Random } from '../../core/random.js';
import type { CircuitNews } from '../../core/ports/circuit-exchange.js';
import type { RedisKeys } from './keys.js';
import { Alarm, type RedisLink } from './link.js';
import { parseNews } from './news-text.js';
import { readNews } from './scripts/news.js';

const PAGE = 500;
/** However often somebody wakes us. */
const SHORTEST_PAUSE_MS = 5;
/** Where nobody wakes us: half of the time within which news have to come. */
const ASKING_MS = 40;
/** Where somebody does, but may have been missed. */
const RECONCILING_MS = 5000;
const AWAY_MS = 500;
const PATIENCE_MS = 1000;
/** At the start, before anybody is told that Redis is not there. */
const CONNECTED_WITHIN_MS = 2000;

/** What the feed needs of its store. */
export interface FeedHost {
  readonly instance: string;
  readonly keys: RedisKeys;
  readonly link: RedisLink;
  readonly random: Random;
  /** Somebody wakes us when there are news. */
  readonly isWoken: boolean;
  /** Redis has answered: what could not be sent is sent now. */
  answered(): void;
  /** Something was written down that is no news. */
  unreadable(): void;
}

/**
 * Reads the news, one page after the other, in the order in which they were told: when somebody wakes it, and from time to
 * time. By the same questions it finds out whether Redis is back.
 */
export class NewsFeed {
  readonly listeners = new Set<(news: CircuitNews) => void>();
  /** Number of the last news that was read. */
  seen = '0';
  private readonly alarm = new Alarm(() => void this.read());
  private isReading = false;
  private isNudged = false;
  private isOver = true;

  constructor(private readonly host: FeedHost) {}

  start(): void {
    this.isOver = false;
    // Sooner, once there is a connection.
    this.alarm.set(CONNECTED_WITHIN_MS);
  }

  stop(): void {
    this.isOver = true;
    this.alarm.clear();
  }

  /** There may be news. */
  nudge(): void {
    if (this.isOver || this.isNudged || !this.host.link.isReady) return;
    this.isNudged = true;
    if (!this.isReading) this.alarm.set(SHORTEST_PAUSE_MS);
  }

  private async read(): Promise<void> {
    if (this.isReading || this.isOver) return;
    this.isReading = true;
    this.isNudged = false;
    let pauseMs: number;
    try {
      pauseMs = this.take(await this.ask());
      this.host.answered();
    } catch {
      // The link has told it already.
      pauseMs = AWAY_MS * (0.5 + this.host.random());
    }
    this.isReading = false;
    if (!this.isOver) this.alarm.set(this.isNudged ? SHORTEST_PAUSE_MS : pauseMs);
  }

  private ask(): Promise<unknown> {
    const { keys, link } = this.host;
    // Where nobody listens yet, only whether Redis is there: who comes later wants to hear what still holds.
    const args = [this.seen, this.listeners.size > 0 ? PAGE : 0];
    return link.run({ script: readNews, keys: [keys.news], args, withinMs: PATIENCE_MS, isTrial: true });
  }

  /** Passes on what was read; gives how long to wait before the next question. */
  private take(answer: unknown): number {
    const [time, ...rest] = answer as string[];
    for (let i = 0; i + 2 < rest.length; i += 3) {
      const [seen = this.seen, at, text = ''] = rest.slice(i, i + 3);
      this.seen = seen;
      this.tell(parseNews(text, Math.max(0, Number(time) - Number(at))));
    }
    if (rest.length >= 3 * PAGE) return 0;
    return this.host.isWoken ? RECONCILING_MS * (0.5 + this.host.random()) : ASKING_MS;
  }

  private tell(news: CircuitNews | undefined): void {
    if (news === undefined) return this.host.unreadable();
    if (news.instance === this.host.instance) return;
    for (const listener of this.listeners) listener(news);
  }
}
