import type { CircuitState } from '../../core/events/event-types.js';
import type { BreakerReading } from '../resilience-source.js';
import type { MetricSet } from './metric-set.js';

/** The states as labels. */
export const stateLabels: Readonly<Record<CircuitState, string>> = {
  closed: 'closed',
  open: 'open',
  halfOpen: 'half_open',
  forcedOpen: 'forced_open',
  disabled: 'disabled',
  observing: 'observing',
};

const states = Object.keys(stateLabels) as readonly CircuitState[];

/** Reads the state of every breaker; those that are gone have no series any more. */
export function collectStates(set: MetricSet): void {
  const gauge = set.metrics.breakerState;
  gauge.reset();
  for (const [breaker, reading] of readings(set)) {
    for (const state of states) gauge.inc({ breaker, state: stateLabels[state] }, reading.states[state]);
  }
}

/** Reads the failure ratios; of several breakers that share a label the highest is told. */
export function collectFailureRatios(set: MetricSet): void {
  const gauge = set.metrics.breakerFailureRatio;
  gauge.reset();
  const highest = new Map<string, number>();
  for (const [breaker, { failureRatio }] of readings(set)) {
    if (failureRatio === undefined) continue;
    highest.set(breaker, Math.max(failureRatio, highest.get(breaker) ?? 0));
  }
  for (const [breaker, ratio] of highest) gauge.set({ breaker }, ratio);
}

/** Drops the series of breakers that no source has any more. */
export function forgetBreakers(set: MetricSet, names: Iterable<string>): void {
  const present = new Set([...set.sources.keys()].flatMap((source) => namesOf(source.breakers())));
  const { breakerTransitions, breakerRejected } = set.metrics;
  for (const name of names) {
    const breaker = present.has(name) ? undefined : set.breakers.forget(name);
    if (breaker === undefined) continue;
    breakerRejected.remove({ breaker });
    for (const from of states)
      for (const to of states)
        breakerTransitions.remove({ breaker, from: stateLabels[from], to: stateLabels[to] });
  }
}

export function namesOf(breakers: readonly BreakerReading[]): string[] {
  return breakers.map(({ name }) => name);
}

function* readings(set: MetricSet): Iterable<readonly [breaker: string, BreakerReading]> {
  for (const [source, maxLabelValues] of set.sources) {
    for (const reading of source.breakers()) yield [set.breakers.of(reading.name, maxLabelValues), reading];
  }
}
