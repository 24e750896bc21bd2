import { Alarm } from './link.js';
import type { RedisClient } from './redis-client.js';

const STEP_MS = 10;

/** Resolves once commands can be sent, or after `withinMs`, whichever is first. */
export async function whenReady(client: () => RedisClient | undefined, withinMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < withinMs && client()?.status !== 'ready'; waitedMs += STEP_MS)
    await new Promise<void>((resolve) => new Alarm(resolve).set(STEP_MS));
}
