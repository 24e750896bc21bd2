import { setTimeout as delay } from 'node:timers/promises';
import type { Dependency } from '../../../shared/dist/dependency.js';
import { script } from '../../../01-quickstart/dist/run/script.js';

/** For a quick look: `PHASE_SECONDS=1` cuts every phase short. */
const longestPhase = Number(process.env['PHASE_SECONDS'] ?? Infinity);

/** Plays the quickstart's script on the dependency, once. */
export async function playOnce(dependency: Dependency): Promise<void> {
  for (const { behaviour, seconds, says } of script) {
    console.log(`the dependency ${says}`);
    await dependency.become(behaviour);
    await delay(1000 * Math.min(2 * seconds, longestPhase));
  }
}
