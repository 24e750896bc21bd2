import type { MetricSet } from './metric-set.js';

/**
 * A reading that the gauges of one scrape share: the registry asks all of them in one tick, and what was read goes with it.
 */
export function oncePerScrape<T>(read: (set: MetricSet) => T): (set: MetricSet) => T {
  const kept = new WeakMap<MetricSet, T>();
  return (set) => {
    if (kept.has(set)) return kept.get(set) as T;
    const reading = read(set);
    kept.set(set, reading);
    queueMicrotask(() => kept.delete(set));
    return reading;
  };
}
