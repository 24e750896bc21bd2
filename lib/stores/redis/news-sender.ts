import type { CircuitNewsHere } from '../../core/ports/circuit-exchange.js';
import type { Clock } from '../../core/time/clock.js';
import { systemClock } from '../../core/time/system-clock.js';
import type { RedisKeys } from './keys.js';
import type { RedisLink } from './link.js';
import { writeNews } from './news-text.js';
import { LONGEST_NEWS, publishNews } from './scripts/news.js';

const SENT_AT_ONCE = 100;
/** While Redis is away; beyond it the oldest go. */
const MOST_KEPT = 1000;
const PATIENCE_MS = 1000;

interface Kept {
  readonly news: CircuitNewsHere;
  readonly sinceMs: number;
}

/** What the sender needs of its store. */
export interface SenderHost {
  readonly instance: string;
  readonly keys: RedisKeys;
  readonly link: RedisLink;
}

/** Tells news at once; while Redis is away, keeps the latest of each circuit and tells what still holds when it is back. */
export class NewsSender {
  private readonly kept = new Map<string, Kept>();
  private isSending = false;

  constructor(
    private readonly host: SenderHost,
    private readonly clock: Clock = systemClock,
  ) {}

  send(circuit: string, news: CircuitNewsHere): void {
    // No reader takes longer ones; the name alone is that long.
    if (circuit.length * 3 > LONGEST_NEWS - 1000) return;
    this.keep(circuit, { news, sinceMs: this.clock.now() });
    this.forgetOldest();
    void this.sendKept();
  }

  /** Redis is there: what could not be sent is sent now. */
  async sendKept(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      while (this.kept.size > 0) await this.sendSome();
    } catch {
      // The link has told it; they are kept until Redis answers again.
    }
    this.isSending = false;
  }

  private async sendSome(): Promise<void> {
    const some = [...this.kept].slice(0, SENT_AT_ONCE);
    for (const [circuit] of some) this.kept.delete(circuit);
    const fresh = some.filter(([, kept]) => this.holds(kept));
    if (fresh.length === 0) return;
    try {
      await this.publish(fresh.map(([, kept]) => kept));
    } catch (error) {
      this.keepAgain(fresh);
      throw error;
    }
  }

  /** As the oldest, which they are; what came meanwhile says more of the same circuit. */
  private keepAgain(unsent: readonly (readonly [string, Kept])[]): void {
    const later = [...this.kept];
    this.kept.clear();
    for (const [circuit, kept] of [...unsent, ...later]) this.keep(circuit, kept);
    this.forgetOldest();
  }

  /** As the latest of all, in place of what was kept of the circuit. */
  private keep(circuit: string, kept: Kept): void {
    this.kept.delete(circuit);
    this.kept.set(circuit, kept);
  }

  private forgetOldest(): void {
    for (const circuit of this.kept.keys()) {
      if (this.kept.size <= MOST_KEPT) return;
      this.kept.delete(circuit);
    }
  }

  private publish(some: readonly Kept[]): Promise<unknown> {
    const { keys, link, instance } = this.host;
    return link.run({
      script: publishNews,
      keys: [keys.news, keys.numbers, ...some.map(({ news }) => keys.lastNews(news))],
      args: [keys.channel, ...some.flatMap((kept) => [this.ageMs(kept), writeNews(kept.news, instance)])],
      withinMs: PATIENCE_MS,
    });
  }

  private ageMs({ sinceMs }: Kept): number {
    return Math.round(this.clock.now() - sinceMs);
  }

  /** An opening says nothing any more once it is over. */
  private holds(kept: Kept): boolean {
    const { news } = kept;
    return news.type !== 'opened' || this.ageMs(kept) < (news.openForMs ?? Infinity);
  }
}
