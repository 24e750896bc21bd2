// What the server sends: its own types, and nothing but types, for what they stand in has no place in a browser.
import type { CircuitSnapshot } from '../../lib/core/circuit-breaker/circuit-snapshot.js';
import type { CircuitState } from '../../lib/core/events/event-types.js';
import type { ShownBreaker, Target } from '../../lib/dashboard/live/targets.js';
import type { Figures, Greeting, State as Rows } from '../../lib/dashboard/live/watch.js';
import type { ShownOption, ShownPolicy } from '../../lib/dashboard/http/policies-body.js';

export type { ShownOption, ShownPolicy, Target };
export type State = CircuitState;
export type Circuit = CircuitSnapshot;
export type BreakerView = ShownBreaker;
export type StateMessage = Rows & Greeting;
export type FiguresMessage = Figures;

/** An event of any type, with the members that any of them may have. */
export interface HappenedEvent {
  readonly id: string;
  readonly type: string;
  readonly at: number;
  readonly policy: string;
  readonly operation: string;
  readonly breaker?: string;
  readonly key?: string;
  readonly from?: State;
  readonly to?: State;
  readonly reason?: string;
  readonly error?: string;
  readonly category?: string;
  readonly outcome?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly ttl?: number;
  readonly attempt?: number;
  readonly maxAttempts?: number | string;
  readonly delay?: number;
  readonly count?: number;
  readonly message?: string;
  readonly scope?: string;
  readonly timeout?: number;
  readonly index?: number;
  readonly policies?: readonly string[];
  /** What a store of state calls itself. */
  readonly store?: string;
  readonly observed?: boolean;
}
