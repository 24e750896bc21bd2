import { Redis } from 'ioredis';
import { RedisStateStore } from '../../lib/stores/redis/redis-state-store.js';
import type { RedisStateStoreOptions } from '../../lib/stores/redis/redis-store-options.js';
import { uniqueName, type ServerAddress } from './servers.js';
import { realStoreHost, type RecordedHost } from './real-store-host.js';
import { until } from './until.js';

/** Stores of several instances at one Redis, under a prefix of the test's own. */
export class Connected {
  readonly hosts: RecordedHost[] = [];
  private readonly stores: RedisStateStore[] = [];
  private ownClient: Redis | undefined;
  prefix = uniqueName('test');

  constructor(readonly address: ServerAddress) {}

  get url(): string {
    return `redis://${this.address.host}:${this.address.port}`;
  }

  /** A client of the test. */
  get client(): Redis {
    this.ownClient ??= new Redis(this.url).on('error', () => undefined);
    return this.ownClient;
  }

  /** Another instance, attached and connected. A minute is patience enough for a busy machine. */
  async open(options: Partial<RedisStateStoreOptions> = {}): Promise<RedisStateStore> {
    const where = options.client === undefined ? { url: this.url } : {};
    const store = new RedisStateStore({ ...where, prefix: this.prefix, storeTimeout: '60s', ...options });
    const host = realStoreHost();
    this.hosts.push(host);
    this.stores.push(store);
    store.attach(host);
    await until(() =>
      store.load().then(
        () => true,
        () => false,
      ),
    );
    return store;
  }

  /** How often Redis has run a command, so far. */
  async commands(name: string): Promise<number> {
    const info = await this.client.info('commandstats');
    return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(info)?.[1] ?? 0);
  }

  /** Moves what a limiter has kept into the past. */
  async longAgo(limiter: string, byMs: number): Promise<void> {
    const since = await this.client.hget(this.limiterKey(limiter), 'since');
    await this.write(limiter, { since: String(Number(since) - byMs * 1000) });
  }

  async write(limiter: string, fields: Record<string, string>): Promise<void> {
    await this.client.hset(this.limiterKey(limiter), fields);
  }

  /** The microsecond so many ago, by the clock of Redis. */
  async before(us: number): Promise<string> {
    const [seconds, micros] = await this.client.time();
    return String(Number(seconds) * 1e6 + Number(micros) - us);
  }

  async close(): Promise<void> {
    for (const store of this.stores.splice(0)) await store.close();
    this.hosts.length = 0;
    const keys = await this.client.keys(`*${this.prefix}*`);
    if (keys.length > 0) await this.client.del(keys);
    this.prefix = uniqueName('test');
    this.ownClient?.disconnect();
    this.ownClient = undefined;
  }

  private limiterKey(limiter: string): string {
    return `{${this.prefix}:rate:${limiter}}`;
  }
}
