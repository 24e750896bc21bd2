import type { Random } from '../../core/random.js';
import { openClient, type OwnClient } from './own-client.js';
import type { RedisClient } from './redis-client.js';

/** What the owner of a connection is told. */
export interface ConnectionListener {
  /** Commands can be sent, at first or again. */
  ready(): void;
  lost(error: unknown): void;
}

/** The user's client, or one of our own where there is a URL: opened when it is first needed, and closed at the end. */
export class Connection {
  private current: RedisClient | undefined;
  private own: OwnClient | undefined;
  private opening: Promise<void> | undefined;
  /** Why there can be no client at all: ioredis is not installed. */
  failure: unknown;
  private isOpen = false;
  private readonly onReady = (): void => this.listener.ready();
  private readonly onClose = (): void =>
    this.listener.lost(this.lastError ?? new Error('the connection was lost'));
  private readonly onError = (error: unknown): void => {
    this.lastError = error;
  };
  private lastError: unknown;

  constructor(
    private readonly given: RedisClient | undefined,
    private readonly url: string | undefined,
    private readonly listener: ConnectionListener,
  ) {}

  /** The client, once there is one. */
  get client(): RedisClient | undefined {
    return this.current;
  }

  open(random: Random): void {
    this.isOpen = true;
    if (this.given !== undefined) this.use(this.given);
    else
      this.opening ??= this.openOwn(random).catch((error: unknown) => {
        this.failure = error;
        this.listener.lost(error);
      });
  }

  /** Gives back what was opened here; the user's client only loses our listeners. */
  close(): void {
    this.isOpen = false;
    const { current, own } = this;
    this.current = this.own = this.opening = undefined;
    current?.off('ready', this.onReady);
    current?.off('close', this.onClose);
    if (own === undefined) current?.off('error', this.onError);
    own?.disconnect();
  }

  private async openOwn(random: Random): Promise<void> {
    const client = await openClient(this.url ?? '', random);
    if (!this.isOpen) return client.disconnect();
    this.own = client;
    this.use(client);
  }

  private use(client: RedisClient): void {
    if (this.current === client) return;
    this.current = client;
    client.on('ready', this.onReady);
    client.on('close', this.onClose);
    // Without a listener ioredis prints its errors; they are told as the store's.
    client.on('error', this.onError);
    if (client.status === 'ready') this.listener.ready();
  }
}
