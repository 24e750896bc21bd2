import type { KeyFunction } from '../identity-options.js';
import type { Circuit } from './circuit.js';
import { IGNORED, SUCCESS, type Permit, type Sample, type Verdict } from './permit.js';

/** The rules by which one policy uses a breaker; error rules may differ between policies that share it. */
export interface BreakerRules {
  readonly judge: (error: unknown) => Verdict;
  readonly recordResult: ((value: unknown) => boolean) | undefined;
  readonly key: KeyFunction | undefined;
}

/** What a guard keeps per call. */
export interface BreakerUser {
  /** Generation in which an attempt of this call has failed already; its further failures are no further calls. */
  failedIn: number;
}

/** The way through one circuit under one policy's rules: asks for admission and turns outcomes into samples. */
export class BreakerGuard {
  constructor(
    readonly circuit: Circuit,
    private readonly rules: BreakerRules,
  ) {}

  admit(permit: Permit): boolean {
    return this.circuit.enter(permit);
  }

  /** Nobody is refused and nobody is a probe. */
  get passesAll(): boolean {
    return this.circuit.passesAll;
  }

  /** As {@link passesAll}, known at a glance; who passes takes the circuit's generation. */
  get passesUnasked(): boolean {
    return this.circuit.isIdle;
  }

  /** Takes a success into the counts, of a result that nobody looks at. */
  passed(permit: Permit): void {
    this.circuit.passed(permit);
  }

  /** A rule of the breaker looks at durations: whoever records has to measure. */
  get needsDuration(): boolean {
    return this.circuit.settings.slowCallDurationMs !== undefined;
  }

  /** What an error means for this breaker. */
  judge(error: unknown): Verdict {
    return this.rules.judge(error);
  }

  /** A result is a success unless `recordResult` says otherwise. */
  judgeResult(value: unknown): Verdict {
    const { recordResult } = this.rules;
    return recordResult !== undefined && recordResult(value) ? 'failure' : 'success';
  }

  /** Gives the permit back and takes the outcome into the counts. */
  record(user: BreakerUser, permit: Permit, verdict: Verdict, durationMs: number, error?: unknown): void {
    const slow = this.isSlow(durationMs);
    if (verdict === 'success' && !slow) return this.circuit.leave(permit, SUCCESS);
    const failed = verdict === 'failure';
    const repeated = failed && permit.generation === user.failedIn;
    if (failed) user.failedIn = permit.generation;
    const sample: Sample = { verdict, slow, repeated, error };
    this.circuit.leave(permit, sample);
  }

  /** Gives the permit back and records nothing. */
  withdrawn(permit: Permit): void {
    this.circuit.leave(permit, IGNORED);
  }

  private isSlow(durationMs: number): boolean {
    const { slowCallDurationMs } = this.circuit.settings;
    return slowCallDurationMs !== undefined && durationMs > slowCallDurationMs;
  }
}
