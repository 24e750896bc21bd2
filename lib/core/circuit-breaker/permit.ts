import type { Lease } from './leases.js';

/** The call for whose sake something happens; it gives events their names. */
export interface Origin {
  readonly policy: string;
  readonly operation: string;
  readonly callId: string;
}

/** Belongs to no generation: whatever comes of it is not recorded. */
export const UNRECORDED = -1;

/**
 * What an attempt holds while a circuit has let it through. The attempt itself implements this, so that a closed
 * circuit admits without allocating.
 */
export interface Permit extends Origin {
  /** Generation of the state in which the attempt started; a result counts only for that one. */
  generation: number;
  /** Set while the attempt is a probe. */
  lease: Lease | null;
  /** An observing circuit lets the attempt run that it would have refused. */
  refusalObserved(breaker: string): void;
}

/** What a strategy makes of an outcome: counted for it, counted against it, or not counted at all. */
export type Verdict = 'success' | 'failure' | 'ignored';

/** One ended attempt, as a circuit sees it. */
export interface Sample {
  readonly verdict: Verdict;
  /** Longer than `slowCallDuration`. */
  readonly slow: boolean;
  /** An earlier attempt of the same call has failed in this generation already. */
  readonly repeated: boolean;
  readonly error: unknown;
}

/** What nearly every attempt ends with; shared, so that a healthy call allocates nothing for its breaker. */
export const SUCCESS: Sample = { verdict: 'success', slow: false, repeated: false, error: undefined };

/** Gives the permit back and counts nothing. */
export const IGNORED: Sample = { verdict: 'ignored', slow: false, repeated: false, error: undefined };
