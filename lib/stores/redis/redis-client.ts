/**
 * What the store needs of a client of `ioredis`: a `Redis` or a `Cluster`, of any version from 5 on, Sentinel included.
 *
 * @public
 */
export interface RedisClient {
  /** `'ready'` while commands are sent at once. */
  readonly status: string;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(sha: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Another connection to the same place, for what is published; a `Cluster` takes no options and has no need of them. */
  duplicate(options?: object): RedisSubscriber;
  on(event: string, listener: (...values: any[]) => void): unknown;
  off(event: string, listener: (...values: any[]) => void): unknown;
}

/** A connection of the store's own. @public */
export interface RedisSubscriber {
  readonly status: string;
  connect(): Promise<void>;
  subscribe(channel: string): Promise<unknown>;
  disconnect(): void;
  on(event: string, listener: (...values: any[]) => void): unknown;
}
