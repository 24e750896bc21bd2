import { createHash } from 'node:crypto';
import type { RedisClient } from './redis-client.js';

/** A Lua script: all that one step changes, changed at once, by the time of Redis. */
export class Script {
  private readonly sha: string;

  constructor(
    /** What it does, in one word: failures of one kind are told once. */
    readonly kind: string,
    private readonly source: string,
  ) {
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  /** Sent by its hash; in full only where Redis does not know it, as after `SCRIPT FLUSH` or a restart. */
  async run(
    client: RedisClient,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const rest = [...keys, ...args.map(String)];
    try {
      return await client.evalsha(this.sha, keys.length, ...rest);
    } catch (error) {
      if (!String((error as Error | undefined)?.message).startsWith('NOSCRIPT')) throw error;
      return client.eval(this.source, keys.length, ...rest);
    }
  }
}
