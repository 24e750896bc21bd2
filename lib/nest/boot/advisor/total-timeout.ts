import { presets, type PresetName } from '../../../config/presets/presets.js';
import { resolvePolicy, type PolicySettings } from '../../../core/policy-options.js';
import { computeDelay } from '../../../core/retry/backoff/compute-delay.js';
import type { RetrySettings } from '../../../core/retry/retry-options.js';
import { formatDuration } from '../../../core/time/duration.js';

/** Backoffs beyond this many attempts change nothing about what is said. */
const MOST_BACKOFFS = 1000;

/**
 * The total timeout is shorter than all attempts at their limit and the smallest backoffs between them.
 *
 * The limits of the presets are so on purpose (three attempts of 30 s in 60 s), so whoever takes them as they are is left
 * alone.
 */
export function totalTimeoutAdvice(settings: PolicySettings): string | undefined {
  const { retry, timeout: { totalMs, attemptMs } = {} } = settings;
  if (retry === undefined || totalMs === undefined || !Number.isFinite(retry.maxAttempts)) return undefined;
  if (retry.maxAttempts === 1 || isOfPreset(settings)) return undefined;
  const backoffsMs = smallestBackoffsMs(retry);
  const neededMs = retry.maxAttempts * (attemptMs ?? 0) + backoffsMs;
  if (neededMs <= totalMs) return undefined;
  const backoffs = backoffsMs > 0 ? ` with backoffs of ${formatDuration(backoffsMs)} at least` : '';
  const attempts = `${retry.maxAttempts} attempts${attemptMs === undefined ? '' : ` of ${formatDuration(attemptMs)}`}${backoffs}`;
  return (
    `${attempts} may need ${formatDuration(neededMs)}, and timeout.total is ${formatDuration(totalMs)}: the last ones are ` +
    `cut off or never begin; raise timeout.total, or lower ${attemptMs === undefined ? 'the backoff' : 'timeout.attempt'} ` +
    'or retry.maxAttempts'
  );
}

function smallestBackoffsMs({ backoff, maxAttempts }: RetrySettings): number {
  if (typeof backoff === 'function') return 0;
  let sumMs = 0;
  for (let attempt = 1; attempt < Math.min(maxAttempts, MOST_BACKOFFS); attempt++)
    sumMs += computeDelay(backoff, attempt, { random: () => 0, successRatio: 1 });
  return sumMs;
}

let presetLimits: ReadonlySet<string> | undefined;

function isOfPreset(settings: PolicySettings): boolean {
  presetLimits ??= new Set(
    Object.keys(presets).map((name) => limitsOf(resolvePolicy(name, presets[name as PresetName]))),
  );
  return presetLimits.has(limitsOf(settings));
}

function limitsOf({ retry, timeout }: PolicySettings): string {
  return JSON.stringify([retry?.maxAttempts, timeout?.attemptMs, timeout?.totalMs]);
}
