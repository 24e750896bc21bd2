import { randomUUID } from 'node:crypto';
import type { CircuitExchange } from '../../core/ports/circuit-exchange.js';
import type { CircuitChange, CircuitRecord } from '../../core/ports/circuit-record.js';
import type { PermitStore } from '../../core/ports/permit-store.js';
import type { StateStore, StoreHost } from '../../core/ports/state-store.js';
import { Connection } from './connection.js';
import { CONNECTION, Health } from './health.js';
import { RedisKeys } from './keys.js';
import { RedisLink } from './link.js';
import { NewsFeed } from './news-feed.js';
import { NewsSender } from './news-sender.js';
import { placeOf } from './own-client.js';
import { RedisCircuits } from './redis-circuits.js';
import { RedisExchange } from './redis-exchange.js';
import { RedisPermits } from './redis-permits.js';
import { resolveRedisOptions, type RedisStateStoreOptions } from './redis-store-options.js';
import { Subscription } from './subscription.js';
import { whenReady } from './when-ready.js';

/** At the start; afterwards nothing waits for a connection. */
const CONNECTED_WITHIN_MS = 1500;

/**
 * State in Redis (or Valkey, from version 5 on), and over it among all instances of an application: circuits that open,
 * one probe for the fleet, shared rate limits and retry budgets.
 *
 * No call waits for it, but for a rate limiter that is `shared`, and then no longer than `storeTimeout`. While Redis is away
 * each instance decides by itself; one event says so (`storeUnavailable`), one that it is over (`storeRecovered`).
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for wrong options.
 *
 * @example
 * ```ts
 * ResilienceModule.forRoot({ store: new RedisStateStore({ url: 'redis://localhost:6379' }) });
 * ```
 *
 * @public
 */
export class RedisStateStore implements StateStore {
  readonly description: string;
  readonly exchange: CircuitExchange;
  readonly permits: PermitStore;
  private readonly hosts = new Set<StoreHost>();
  private users = 0;
  private readonly instance = randomUUID();
  private readonly health = new Health(this.hosts);
  private readonly connection: Connection;
  private readonly link: RedisLink;
  private readonly keys: RedisKeys;
  private readonly circuits: RedisCircuits;
  private readonly feed: NewsFeed;
  private readonly sender: NewsSender;
  private subscription: Subscription | undefined;
  private saidUnreadable = false;

  constructor(options: RedisStateStoreOptions) {
    const { client, url, prefix, quorum, storeTimeoutMs, expectedInstances } = resolveRedisOptions(options);
    this.description = `Redis ${url === undefined ? 'over the client given' : placeOf(url)}, prefix ${prefix}`;
    this.keys = new RedisKeys(prefix);
    this.connection = new Connection(client, url, {
      ready: () => this.connected(),
      lost: (error) => this.health.failed(CONNECTION, error),
    });
    this.link = new RedisLink(() => this.connection.client, this.health);
    const common = { instance: this.instance, keys: this.keys, link: this.link };
    const unreadable = (): void => this.tellUnreadable();
    this.circuits = new RedisCircuits({ ...common, unreadable, epoch: () => this.epoch() });
    this.sender = new NewsSender(common);
    this.feed = this.newsFeed(common, unreadable);
    this.exchange = new RedisExchange(
      { ...common, feed: this.feed, sender: this.sender },
      quorum,
      storeTimeoutMs,
    );
    this.permits = new RedisPermits(common, storeTimeoutMs, expectedInstances);
  }

  attach(host: StoreHost): void {
    this.hosts.add(host);
    if (this.users++ > 0) return;
    this.connection.open(host.random);
    this.feed.start();
  }

  /** @throws RedisAway while Redis does not answer; Error where ioredis is not installed. */
  async load(): Promise<readonly CircuitRecord[]> {
    await whenReady(() => this.connection.client, CONNECTED_WITHIN_MS);
    if (this.connection.failure !== undefined) throw this.connection.failure;
    return this.circuits.load();
  }

  /** @throws RedisAway while Redis does not answer. */
  save(changes: readonly CircuitChange[]): Promise<void> {
    return this.circuits.save(changes);
  }

  async close(): Promise<void> {
    if (this.users === 0 || --this.users > 0) return;
    this.feed.stop();
    await this.sender.sendKept();
    this.subscription?.close();
    this.subscription = undefined;
    this.connection.close();
    this.hosts.clear();
  }

  private connected(): void {
    const { client } = this.connection;
    if (client === undefined) return;
    this.subscription ??= new Subscription(client, this.keys.channel, () => this.feed.nudge());
    this.feed.nudge();
  }

  private newsFeed(
    common: { readonly instance: string; readonly keys: RedisKeys; readonly link: RedisLink },
    unreadable: () => void,
  ): NewsFeed {
    const isWoken = (): boolean => this.subscription?.isActive === true;
    const random = (): number => this.anyHost?.random() ?? 0.5;
    return new NewsFeed({
      ...common,
      unreadable,
      random,
      get isWoken() {
        return isWoken();
      },
      answered: () => void this.sender.sendKept(),
    });
  }

  private epoch(): number {
    return this.anyHost?.clock.epoch() ?? 0;
  }

  private get anyHost(): StoreHost | undefined {
    const [host] = this.hosts;
    return host;
  }

  /** Said once: what it is may come again and again. */
  private tellUnreadable(): void {
    if (this.saidUnreadable) return;
    this.saidUnreadable = true;
    const message = `${this.description}: what another version or a stranger wrote there was passed over`;
    for (const host of this.hosts) host.diagnose(message);
  }
}
