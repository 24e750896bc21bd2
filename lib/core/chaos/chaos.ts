import type { Random } from '../random.js';
import type { ChaosSettings } from './chaos-options.js';

/** An injected fault, so that it is never taken for a real one. */
export class ChaosError extends Error {
  override readonly name = 'ChaosError';
  readonly code = 'CHAOS';
}

/** The attempt that faults are injected into. */
export interface ChaosHost {
  readonly random: Random;
  /** Waits; false if the attempt has come to its end meanwhile. */
  wait(delayMs: number): Promise<boolean>;
}

/** Delays the operation and makes a share of its invocations fail before they begin. */
export function injectChaos(settings: ChaosSettings, host: ChaosHost, run: () => unknown): unknown {
  return settings.latencyMs > 0 ? late(settings, host, run) : failOrRun(settings, host, run);
}

async function late(settings: ChaosSettings, host: ChaosHost, run: () => unknown): Promise<unknown> {
  if (!(await host.wait(settings.latencyMs)))
    throw new ChaosError('the attempt ended while chaos delayed it');
  return failOrRun(settings, host, run);
}

function failOrRun({ errorRatio, error }: ChaosSettings, { random }: ChaosHost, run: () => unknown): unknown {
  if (random() >= errorRatio) return run();
  throw error === undefined ? new ChaosError('injected by chaos') : error();
}
