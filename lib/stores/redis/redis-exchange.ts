import type {
  CircuitExchange,
  CircuitNews,
  CircuitNewsHere,
  ProbeLease,
  ProbeRequest,
} from '../../core/ports/circuit-exchange.js';
import type { CircuitId } from '../../core/ports/circuit-record.js';
import { circuitName, type RedisKeys } from './keys.js';
import type { RedisLink } from './link.js';
import type { NewsFeed } from './news-feed.js';
import type { NewsSender } from './news-sender.js';
import { leaseProbe, releaseProbe } from './scripts/probes.js';

/** What the exchange needs of its store. */
export interface ExchangeHost {
  readonly keys: RedisKeys;
  readonly link: RedisLink;
  readonly feed: NewsFeed;
  readonly sender: NewsSender;
}

/** Openings, closings and probes among all instances under one prefix. */
export class RedisExchange implements CircuitExchange {
  constructor(
    private readonly host: ExchangeHost,
    readonly quorum: number,
    readonly answerWithinMs: number,
  ) {}

  publish(news: CircuitNewsHere): void {
    this.host.sender.send(circuitName(news), news);
  }

  listen(listener: (news: CircuitNews) => void): () => void {
    const { feed } = this.host;
    feed.listeners.add(listener);
    feed.nudge();
    return () => feed.listeners.delete(listener);
  }

  async requestProbe({ forMs, places, ...circuit }: ProbeRequest): Promise<ProbeLease | null> {
    const { keys, link, feed } = this.host;
    const token = await link.run({
      script: leaseProbe,
      keys: [keys.leases(circuit), keys.numbers, keys.lastNews(circuit)],
      args: [forMs, places, feed.seen],
      withinMs: this.answerWithinMs,
    });
    if (token === null) return null;
    return { token: Number(token) };
  }

  releaseProbe(circuit: CircuitId, { token }: ProbeLease): void {
    const { keys, link } = this.host;
    const withinMs = this.answerWithinMs;
    // Where it does not arrive, the lease ends by itself.
    link
      .run({ script: releaseProbe, keys: [keys.leases(circuit)], args: [token], withinMs })
      .catch(() => undefined);
  }
}
