import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import type { CircuitSnapshot } from '../../core/circuit-breaker/circuit-snapshot.js';
import type { ErrorCategory } from '../../core/classify/error-category.js';
import type { CircuitState } from '../../core/events/event-types.js';
import { printable } from '../../core/printable.js';
import { readBreaker } from '../runtime/breaker-reading.js';

/** A breaker without keys. @public */
export interface BreakerHealth {
  readonly state: CircuitState;
  /** Failures by recorded results, 0 to 1; absent where no window is kept or nothing was recorded. */
  readonly failureRatio?: number;
  /** When an open circuit takes its first probe, or a state set by hand ends: ISO time. */
  readonly openUntil?: string;
  /** Category of the last counted failure. */
  readonly lastError?: ErrorCategory;
}

/** A keyed breaker: how many of its circuits are in each state, states without any left out. @public */
export type KeyedBreakerHealth = { readonly [S in CircuitState]?: number } & {
  /** Keys of open circuits, with `details: 'keys'` only; at most 20. */
  readonly openKeys?: readonly string[];
};

const MOST_KEYS = 20;

/** The last instant that a Date can hold. */
const END_OF_TIME = 8.64e15;

/** How one breaker is. */
export function healthOf(breaker: Breaker, withKeys: boolean): BreakerHealth | KeyedBreakerHealth {
  const only = unkeyed(breaker);
  return only === undefined ? keyedHealth(breaker, withKeys) : circuitHealth(only);
}

/** Whether calls are refused: by any circuit of the breaker, or by all of them. */
export function isOpen(breaker: Breaker, which: 'any' | 'all'): boolean {
  const { states } = readBreaker(breaker);
  const open = states.open + states.forcedOpen;
  const circuits = Object.values(states).reduce((sum, each) => sum + each, 0);
  return open > 0 && (which === 'any' || open === circuits);
}

/** The one circuit of a breaker that has had no keys. */
function unkeyed(breaker: Breaker): CircuitSnapshot | undefined {
  if (breaker.circuits.keys > 0) return undefined;
  const [only] = breaker.snapshots();
  return only;
}

function circuitHealth({ state, failureRatio, openUntil, lastError }: CircuitSnapshot): BreakerHealth {
  const until = openUntil !== undefined && openUntil <= END_OF_TIME ? new Date(openUntil) : undefined;
  return {
    state,
    ...(failureRatio === undefined ? {} : { failureRatio }),
    ...(until === undefined ? {} : { openUntil: until.toISOString() }),
    ...(lastError === undefined ? {} : { lastError }),
  };
}

function keyedHealth(breaker: Breaker, withKeys: boolean): KeyedBreakerHealth {
  const counts = Object.entries(readBreaker(breaker).states).filter(([, count]) => count > 0);
  const openKeys = withKeys ? [...openKeysOf(breaker)] : [];
  return { ...Object.fromEntries(counts), ...(openKeys.length > 0 ? { openKeys } : {}) };
}

function* openKeysOf(breaker: Breaker): Iterable<string> {
  let left = MOST_KEYS;
  for (const { key, state } of breaker.circuits.all()) {
    if (key === undefined || (state !== 'open' && state !== 'forcedOpen')) continue;
    if (left-- === 0) return;
    yield printable(key);
  }
}
