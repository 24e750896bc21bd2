import type { AdmissionControl } from './admission-control.js';
import type { BreakerGuard } from './circuit-breaker/breaker-guard.js';
import type { CallStats } from './call-stats.js';
import type { Plan } from './plan.js';
import type { Clock } from './time/clock.js';

/** What stands on the way of a plan's calls, made out once for all of them. */
export interface Lane {
  readonly plan: Plan;
  readonly guard: BreakerGuard | null;
  readonly control: AdmissionControl | null;
  /** The generation of the circuit to which a call belongs that begins now. */
  readonly generation: number;
  readonly stats: CallStats;
  readonly clock: Clock;
  /** How long a first attempt may take; `undefined` without a limit. */
  readonly limitMs: number | undefined;
  /** That is the call's limit, not the attempt's. */
  readonly isTotal: boolean;
  /** Whatever the first attempt comes to is what the call comes to, and no code of users has a say in it. */
  readonly endsWithAttempt: boolean;
  /** The operation of a call has been invoked, which gives the retry budget its share. */
  countInBudget(): void;
}

/** A first attempt whose operation has been invoked already. */
export interface UnderWay {
  readonly lane: Lane;
  readonly sequence: number;
  readonly generation: number;
  /** Monotonic instant of the invocation; NaN where nobody knows. */
  readonly startedAt: number;
  /** The same, read from the clock for those who measure; NaN where nobody does. */
  readonly beganAt: number;
}
