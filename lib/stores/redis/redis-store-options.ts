import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { duration } from '../../core/options/duration.js';
import { leaf } from '../../core/options/leaf.js';
import { integer } from '../../core/options/numbers.js';
import { object } from '../../core/options/object.js';
import { resolveOptions } from '../../core/options/resolve-options.js';
import { withDefault } from '../../core/options/shape.js';
import type { Duration } from '../../core/time/duration.js';
import type { RedisClient } from './redis-client.js';

/** Where the instances of an application meet. One of `client` and `url` is given. @public */
export interface RedisStateStoreOptions {
  /**
   * A client of `ioredis`, as the application has one: `Redis` (Sentinel, Valkey) or `Cluster`. It is never closed by the
   * store, and no option of it is changed; what is published comes over a duplicate of it, which the store closes.
   */
  client?: RedisClient;
  /** Where Redis is: `redis://[user:password@]host:port/db` or `rediss://…`. The store opens and closes the connection. */
  url?: string;
  /**
   * What the names of all keys begin with; instances share what they find under one prefix. Without braces and spaces.
   *
   * @defaultValue `'holdfast'`
   */
  prefix?: string;
  /**
   * How many instances must have opened a circuit within its reset timeout for the others to open it, too; an integer of
   * at least 1. `1` follows any.
   *
   * @defaultValue `2`
   */
  quorum?: number;
  /**
   * How long an answer of Redis is waited for before the local decision holds; greater than 0. A rate limiter may say
   * otherwise for itself.
   *
   * @defaultValue `'50ms'`
   */
  storeTimeout?: Duration;
  /**
   * Among how many instances a shared rate limit is divided while Redis does not answer; an integer of at least 1. A rate
   * limiter may say otherwise for itself.
   *
   * @defaultValue `1`
   */
  expectedInstances?: number;
}

/** {@link RedisStateStoreOptions} as the store uses them. */
export interface RedisStoreSettings {
  readonly client: RedisClient | undefined;
  readonly url: string | undefined;
  readonly prefix: string;
  readonly quorum: number;
  readonly storeTimeoutMs: number;
  readonly expectedInstances: number;
}

const clientShape = leaf<RedisClient>({
  expected: 'a client of ioredis',
  is: (value) => typeof (value as Partial<RedisClient> | null)?.evalsha === 'function',
});

const urlShape = leaf<string>({
  expected: "a URL such as 'redis://localhost:6379'",
  is: (value) => typeof value === 'string',
  valid: (value: string) => /^rediss?:\/\/\S+$/.test(value) && URL.canParse(value),
});

const prefixShape = leaf<string>({
  expected: 'a text without braces and spaces',
  is: (value) => typeof value === 'string',
  valid: (value: string) => /^[^{}\s]{1,200}$/.test(value),
});

const shape = object({
  fields: {
    client: clientShape,
    url: urlShape,
    prefix: withDefault(prefixShape, 'holdfast'),
    quorum: withDefault(integer({ min: 1 }), 2),
    storeTimeout: withDefault(duration(), '50ms'),
    expectedInstances: withDefault(integer({ min: 1 }), 1),
  },
  build: ({ storeTimeout: storeTimeoutMs, client, url, ...rest }): RedisStoreSettings => ({
    ...rest,
    client,
    url,
    storeTimeoutMs,
  }),
});

/** @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong. */
export function resolveRedisOptions(options: RedisStateStoreOptions): RedisStoreSettings {
  // A wrong url is never printed: it may hold a password.
  const { url } = options ?? {};
  if (url !== undefined && url !== null && !isUrl(url)) throw wrong(`url: expected ${urlShape.expected}`);
  const settings = resolveOptions(shape, options, 'RedisStateStore');
  if ((settings.client === undefined) === (settings.url === undefined))
    throw wrong('expected either a client or a url, not both and not neither');
  return settings;
}

function isUrl(url: unknown): boolean {
  return typeof url === 'string' && /^rediss?:\/\/\S+$/.test(url) && URL.canParse(url);
}

function wrong(problem: string): ResilienceConfigError {
  return new ResilienceConfigError({ issues: [`RedisStateStore: ${problem}`] });
}
