import { stateLabels, states } from '../labels.js';
import type { BreakerReading } from '../resilience-source.js';
import type { MetricSet } from './metric-set.js';
import { oncePerScrape } from './once-per-scrape.js';

/** Reads the state of every breaker; of those that are gone no series stays, of no metric. */
export function collectStates(set: MetricSet): void {
  const gauge = set.metrics.breakerState;
  gauge.reset();
  const found = readings(set);
  forget(set, set.breakers.names(), new Set(found.map(({ reading }) => reading.name)));
  for (const { reading, max } of found) {
    const breaker = set.breakers.of(reading.name, max);
    for (const state of states) gauge.inc({ breaker, state: stateLabels[state] }, reading.states[state]);
  }
}

/** Reads the failure ratios; of several breakers that share a label the highest is told. */
export function collectFailureRatios(set: MetricSet): void {
  const gauge = set.metrics.breakerFailureRatio;
  gauge.reset();
  const highest = new Map<string, number>();
  for (const { reading, max } of readings(set)) {
    const { name, failureRatio } = reading;
    if (failureRatio === undefined) continue;
    const breaker = set.breakers.of(name, max);
    highest.set(breaker, Math.max(failureRatio, highest.get(breaker) ?? 0));
  }
  for (const [breaker, ratio] of highest) gauge.set({ breaker }, ratio);
}

/** Drops the series of breakers that no source has any more. */
export function forgetBreakers(set: MetricSet, names: Iterable<string>): void {
  forget(set, names, new Set(readAll(set).map(({ reading }) => reading.name)));
}

function forget(set: MetricSet, names: Iterable<string>, present: ReadonlySet<string>): void {
  const { breakerTransitions } = set.metrics;
  for (const name of names) {
    const breaker = present.has(name) ? undefined : set.breakers.forget(name);
    if (breaker === undefined) continue;
    set.counts.forgetBreaker(breaker);
    for (const from of states)
      for (const to of states)
        breakerTransitions.remove({ breaker, from: stateLabels[from], to: stateLabels[to] });
  }
}

export function namesOf(breakers: readonly BreakerReading[]): string[] {
  return breakers.map(({ name }) => name);
}

/** A breaker of one of the sources, and how many values the source allows a label. */
interface SourceReading {
  readonly reading: BreakerReading;
  readonly max: number;
}

const readings = oncePerScrape(readAll);

function readAll(set: MetricSet): SourceReading[] {
  return [...set.sources].flatMap(([source, max]) => source.breakers().map((reading) => ({ reading, max })));
}
