import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import { selectBreakers } from '../runtime/breaker-selection.js';
import type { BreakersHealthOptions } from './health-options.js';

/** What a check looks at. */
export interface ChosenBreakers {
  readonly breakers: readonly Breaker[];
  /** Those of them without which the application cannot serve. */
  readonly critical: readonly Breaker[];
  /** Names in `critical` that match none of the breakers, and no policy that would make one. */
  readonly unknown: readonly string[];
}

/**
 * Breakers by their names, or by the names of the policies that use them.
 *
 * @param comesLater whether a policy of this name makes a breaker with its first call
 */
export function chooseBreakers(
  all: readonly Breaker[],
  { include, exclude = [], critical = [] }: BreakersHealthOptions,
  comesLater: (name: string) => boolean,
): ChosenBreakers {
  const included = include === undefined ? all : named(all, include);
  const excluded = named(included, exclude);
  const breakers = included.filter((breaker) => !excluded.includes(breaker));
  if (critical === true) return { breakers, critical: breakers, unknown: [] };
  const isUnknown = (name: string): boolean =>
    selectBreakers(breakers, name).length === 0 &&
    (selectBreakers(all, name).length > 0 || !comesLater(name));
  return { breakers, critical: named(breakers, critical), unknown: critical.filter(isUnknown) };
}

function named(breakers: readonly Breaker[], names: readonly string[]): Breaker[] {
  return [...new Set(names.flatMap((name) => selectBreakers(breakers, name)))];
}
