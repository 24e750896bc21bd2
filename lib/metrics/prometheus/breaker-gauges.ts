import { stateLabels, states } from '../labels.js';
import type { BreakerReading } from '../resilience-source.js';
import type { MetricSet } from './metric-set.js';
import { oncePerScrape } from './once-per-scrape.js';
import { rowOf, type Row } from './read-metric.js';

/** Reads the state of every breaker; of those that are gone no series stays, of no metric. */
function writeStates(set: MetricSet, rows: Row[]): void {
  const found = readings(set);
  forget(set, set.labels.breakerNames(), new Set(found.map(({ reading }) => reading.name)));
  for (const [breaker, sums] of sumsByLabel(set, found)) {
    const labels = set.labels.ofStates(breaker);
    labels.forEach((each, index) => rows.push(rowOf(each, sums[index] ?? 0)));
  }
}

/** The circuits in each state; those of breakers that share a label add up. */
function sumsByLabel(set: MetricSet, found: readonly SourceReading[]): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const { reading, max } of found) {
    const breaker = set.labels.ofBreaker(reading.name, max);
    const before = sums.get(breaker);
    sums.set(
      breaker,
      states.map((state, index) => (before?.[index] ?? 0) + reading.states[state]),
    );
  }
  return sums;
}

/** Reads the failure ratios; of several breakers that share a label the highest is told. */
function writeFailureRatios(set: MetricSet, rows: Row[]): void {
  const highest = new Map<string, number>();
  for (const { reading, max } of readings(set)) {
    const { name, failureRatio } = reading;
    if (failureRatio === undefined) continue;
    const breaker = set.labels.ofBreaker(name, max);
    highest.set(breaker, Math.max(failureRatio, highest.get(breaker) ?? 0));
  }
  for (const [breaker, ratio] of highest) rows.push(rowOf({ breaker }, ratio));
}

/** What reads each gauge of the breakers. */
export const breakerCollectors = { breakerState: writeStates, breakerFailureRatio: writeFailureRatios };

/** Drops the series of breakers that no source has any more. */
export function forgetBreakers(set: MetricSet, names: Iterable<string>): void {
  forget(set, names, new Set(readAll(set).map(({ reading }) => reading.name)));
}

function forget(set: MetricSet, names: Iterable<string>, present: ReadonlySet<string>): void {
  for (const name of names) {
    const breaker = present.has(name) ? undefined : set.labels.forgetBreaker(name);
    if (breaker === undefined) continue;
    set.counts.forgetBreaker(breaker);
    for (const from of states)
      for (const to of states)
        set.metrics.breakerTransitions.remove({ breaker, from: stateLabels[from], to: stateLabels[to] });
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
