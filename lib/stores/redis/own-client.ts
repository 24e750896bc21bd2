import type { Random } from '../../core/random.js';
import { loadRedis } from './load-ioredis.js';
import type { RedisClient } from './redis-client.js';

const LONGEST_PAUSE_MS = 2000;
const CONNECT_WITHIN_MS = 5000;
/** A connection over which nothing comes back for so long is made anew. */
const SILENT_FOR_MS = 10_000;

/** At the end the process does not stay alive for a connection that was being made. */
const CLOSED_WITHIN_MS = 100;

/** A client that the store has made for itself, and closes. */
export interface OwnClient extends RedisClient {
  disconnect(): void;
}

/**
 * Connects to a URL, and again whenever the connection is lost, after pauses that grow and differ from instance to
 * instance. Nothing waits in it: what cannot be sent fails at once.
 *
 * @throws Error where ioredis is not installed.
 */
export async function openClient(url: string, random: Random): Promise<OwnClient> {
  const Redis = await loadRedis();
  const client = new Redis(url, {
    connectionName: 'nestjs-holdfast',
    connectTimeout: CONNECT_WITHIN_MS,
    socketTimeout: SILENT_FOR_MS,
    disconnectTimeout: CLOSED_WITHIN_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => pauseMs(times) * (0.5 + random() / 2),
  });
  return client.on('close', () => forgetSilence(client));
}

/**
 * ioredis leaves the timer of `socketTimeout` running when a connection is lost while an answer is awaited: it would end the
 * next connection, and keep the process alive.
 */
function forgetSilence(client: object): void {
  const { socketTimeoutTimer } = client as { socketTimeoutTimer?: NodeJS.Timeout };
  socketTimeoutTimer?.close();
  Object.assign(client, { socketTimeoutTimer: undefined });
}

function pauseMs(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 10), LONGEST_PAUSE_MS);
}

/** Where a URL points to, for messages: neither user nor password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname === '/' ? '' : pathname}`;
}
