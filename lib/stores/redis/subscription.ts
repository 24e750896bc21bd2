import type { RedisClient, RedisSubscriber } from './redis-client.js';

/**
 * A connection of its own, over which Redis wakes this instance when there are news. What it carries is not looked at: who
 * may publish there can wake us, and nothing else.
 *
 * Where an access list forbids to subscribe, it ends, and the news are asked for instead.
 */
export class Subscription {
  /** Somebody will wake us. */
  isActive = false;
  private readonly connection: RedisSubscriber;
  private isOver = false;

  constructor(
    client: RedisClient,
    private readonly channel: string,
    private readonly wake: () => void,
  ) {
    // ioredis would subscribe again by itself, and leave the rejection unhandled where the connection is lost once more.
    this.connection = client.duplicate({ autoResubscribe: false });
    this.connection.on('error', () => undefined); // it connects again by itself; the news are asked for meanwhile
    this.connection.on('message', wake);
    this.connection.on('close', () => (this.isActive = false));
    this.connection.on('ready', () => void this.subscribe());
    if (this.connection.status === 'ready') void this.subscribe();
    if (this.connection.status === 'wait') this.connection.connect().catch(() => undefined);
  }

  close(): void {
    this.isOver = true;
    this.isActive = false;
    this.connection.disconnect();
  }

  private async subscribe(): Promise<void> {
    try {
      await this.connection.subscribe(this.channel);
    } catch (error) {
      if (String((error as Error | undefined)?.message).startsWith('NOPERM')) this.close();
      return;
    }
    if (this.isOver) return;
    this.isActive = true;
    // What was published before is not told any more.
    this.wake();
  }
}
