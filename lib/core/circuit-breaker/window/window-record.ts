import type { CountedSamples, TimedSamples } from '../../ports/circuit-record.js';
import type { WindowSettings } from '../window-options.js';
import { CountWindow } from './count-window.js';
import { TimeWindow } from './time-window.js';
import type { SampleWindow } from './window.js';

type WindowRecord = CountedSamples | TimedSamples;

/** One letter for each sample of a count window. */
const letterOf = { success: '.', slow: 's', failure: 'f', slowFailure: 'F' } as const;

/**
 * A window as it is written down; `undefined` where it holds nothing.
 *
 * @param toEpoch monotonic instant to epoch milliseconds
 */
export function writeWindow(
  window: SampleWindow | null,
  now: number,
  toEpoch: (instant: number) => number,
): WindowRecord | undefined {
  if (window === null || window.total(now) === 0) return undefined;
  if (window instanceof CountWindow)
    return { type: 'count', samples: Array.from(window.samples(), letter).join('') };
  const buckets = Array.from((window as TimeWindow).buckets(now), (bucket) => ({
    ...bucket,
    at: toEpoch(bucket.at),
  }));
  return { type: 'time', buckets };
}

/**
 * The window that was written down, as far as it fits the settings and is not too old; `null` where nothing is left.
 *
 * @param toInstant epoch milliseconds to a monotonic instant, never later than `now`
 * @param isStale whether samples that carry no time are too old
 */
export function readWindow(
  saved: WindowRecord | undefined,
  settings: WindowSettings | undefined,
  { toInstant, now, isStale }: { toInstant: (at: number) => number; now: number; isStale: boolean },
): SampleWindow | null {
  if (saved?.type === 'count' && settings?.type === 'count' && !isStale)
    return countWindow(saved, settings.size);
  if (saved?.type !== 'time' || settings?.type !== 'time') return null;
  const window = new TimeWindow(settings.durationMs, settings.buckets);
  const buckets = saved.buckets.map((bucket) => ({ ...bucket, at: toInstant(bucket.at) }));
  for (const bucket of buckets.sort((a, b) => a.at - b.at)) window.take(bucket);
  return window.total(now) === 0 ? null : window;
}

function countWindow({ samples }: CountedSamples, size: number): CountWindow {
  const window = new CountWindow(size);
  for (const sample of samples.slice(-size))
    window.record(
      0,
      sample === letterOf.failure || sample === letterOf.slowFailure,
      sample === letterOf.slow || sample === letterOf.slowFailure,
    );
  return window;
}

function letter({ failed, slow }: { readonly failed: boolean; readonly slow: boolean }): string {
  if (failed) return slow ? letterOf.slowFailure : letterOf.failure;
  return slow ? letterOf.slow : letterOf.success;
}
