import type { AdmissionControl } from './admission-control.js';
import { admit, type Admission, type AdmittedCall, type AwaitedAdmission } from './admission-phase.js';
import type { AttemptEnd, Ending } from './attempt-end.js';
import {
  announceStreamTimeout,
  recordError,
  recordErrorForBackoff,
  recordResult,
  recordResultForBackoff,
} from './attempt-record.js';
import type { Attempt } from './attempt.js';
import { resolveKey } from './call-key.js';
import { CallRecord } from './call-record.js';
import { CallScope } from './call-scope.js';
import type { AdapterCallOptions } from './caller.js';
import type { BreakerGuard, BreakerUser } from './circuit-breaker/breaker-guard.js';
import type { Lease } from './circuit-breaker/leases.js';
import { UNRECORDED, type Permit } from './circuit-breaker/permit.js';
import { depart, departureOf } from './departure.js';
import type { KeyFunction } from './identity-options.js';
import type { Plan } from './plan.js';
import { circuitRefusal } from './rejection-phase.js';

/** The accounts of one call: its key, its permits, what its attempts count for, and what it remembers of them. */
export abstract class CallAccount extends CallScope implements BreakerUser, Permit, AdmittedCall {
  attempt = 0;
  record: CallRecord | null = null;
  failedIn = UNRECORDED;
  /** Error of the last attempt that invoked the operation. */
  operationError: unknown = undefined;
  // Where the breaker stands outside retry, the call itself is what it admits.
  generation = UNRECORDED;
  lease: Lease | null = null;
  private keys: Map<KeyFunction, string | undefined> | null = null;
  protected attemptBreaker: BreakerGuard | null = null;
  /** Set once it has let the call through. */
  private callBreaker: BreakerGuard | null = null;
  /** Monotonic instant at which that breaker let it through last; NaN where no rule looks at durations. */
  private admittedAt = NaN;
  /** No attempt has invoked the operation yet, and the permit of that breaker went back; it has to ask again. */
  private hasSteppedBack = false;
  /** An attempt has got through to the operation. */
  protected isMade = false;

  constructor(
    plan: Plan,
    public self: unknown,
    protected args: readonly unknown[] | null,
    options: AdapterCallOptions | undefined,
  ) {
    super(plan, options);
  }

  get callArguments(): readonly unknown[] {
    return this.args ?? this.options?.args ?? NO_ARGUMENTS;
  }

  get idempotent(): boolean | undefined {
    const { options } = this;
    return options?.idempotent ?? this.plan.settings.idempotent ?? options?.presumedIdempotent;
  }

  /** The key of the state that a strategy uses for this call; one that cannot be told means the unkeyed state. */
  keyFor(resolver: KeyFunction | undefined): string | undefined {
    const given = this.options?.key ?? undefined;
    if (given !== undefined || resolver === undefined) return given;
    // One key for all strategies and attempts of the call: the user's function is asked once.
    this.keys ??= new Map();
    if (!this.keys.has(resolver)) this.keys.set(resolver, resolveKey(this, resolver));
    return this.keys.get(resolver);
  }

  /** A circuit that only observes would have refused the attempt that begins. */
  refusalObserved(breaker: string): void {
    const attempt = Math.max(1, this.attempt);
    this.emit('callRejected', { attempt, reason: 'circuitBreaker', breaker, observed: true });
  }

  streamTimeout(timeoutMs: number): unknown {
    announceStreamTimeout(this, timeoutMs);
    return this.timeoutError('stream', timeoutMs);
  }

  /** Finds the circuit; asks it at once where it stands outside retry. */
  protected enterBreaker(): Ending | null {
    const { breaker } = this.plan;
    if (breaker === undefined) return null;
    const guard = breaker.guardFor(this.keyFor(breaker.rules.key));
    if (breaker.per === 'attempt') this.attemptBreaker = guard;
    else if (!this.isAdmittedBy(guard))
      return { kind: 'error', reason: 'rejected', error: circuitRefusal(this, guard) };
    return null;
  }

  /** Asks a breaker that stands outside retry. */
  private isAdmittedBy(guard: BreakerGuard): boolean {
    if (!guard.admit(this)) return false;
    this.callBreaker = guard;
    this.hasSteppedBack = false;
    if (guard.needsDuration) this.admittedAt = this.engine.clock.now();
    return true;
  }

  /** The circuit may have opened since it let the call or the attempt through. */
  protected get circuitPasses(): boolean {
    return (this.attemptBreaker ?? this.callBreaker)?.passesAll !== false;
  }

  /** A rule of the breaker, or the bulkhead, looks at how long attempts take. */
  protected timesAttempt({ admittedBy }: Attempt): boolean {
    return this.attemptBreaker?.needsDuration === true || admittedBy?.bulkhead?.isAdaptive === true;
  }

  protected recordSuccess(attempt: Attempt, value: unknown): void {
    if (this.attemptBreaker !== null)
      recordResult(this, this.attemptBreaker, attempt, value, attempt.elapsedMs());
    recordResultForBackoff(this);
  }

  protected recordFailure(attempt: Attempt, error: unknown): void {
    if (this.attemptBreaker !== null)
      recordError(this, this.attemptBreaker, attempt, error, attempt.elapsedMs());
    recordErrorForBackoff(this, error);
  }

  /** Gives the attempt's permit back and counts nothing. */
  protected withdrawAttempt(attempt: Attempt): void {
    this.attemptBreaker?.withdrawn(attempt);
  }

  protected recordSucceededCall(value: unknown): void {
    if (this.callBreaker !== null) recordResult(this, this.callBreaker, this, value, this.admittedMs());
  }

  protected recordFailedCall(error: unknown): void {
    const wasMade = this.record?.wasRefused !== true && !this.hasSteppedBack;
    if (this.endedFromOutside || !wasMade) this.withdrawCall();
    else if (this.callBreaker !== null) recordError(this, this.callBreaker, this, error, this.admittedMs());
  }

  /** Gives the call's own permit back and counts nothing. */
  protected withdrawCall(): void {
    this.callBreaker?.withdrawn(this);
  }

  /** By the caller's abort, his deadline, or the end of the application: none of the dependency's doing. */
  protected get endedFromOutside(): boolean {
    return this.interruption !== null && this.interruption.kind !== 'total';
  }

  /** Asks the breaker and all behind it; a promise only where the attempt has to wait for its turn. */
  protected admission(attempt: Attempt): Admission | AwaitedAdmission {
    const refused = this.refusal(attempt);
    const { admission } = this.plan;
    if (refused !== null || admission === undefined) return refused;
    let control: AdmissionControl;
    try {
      // Anew for each attempt: state of a key that nobody used in the meantime may have been given up.
      control = admission.controlFor(this, this.options?.key !== undefined);
    } catch (error) {
      return this.misconfigured(attempt, error);
    }
    return admit(this, attempt, control);
  }

  /** Nobody has said yet how the state is that it would use. */
  private misconfigured(attempt: Attempt, error: unknown): AttemptEnd {
    this.withdrawAttempt(attempt);
    return this.errorEnd(attempt, error, false);
  }

  refused(attempt: Attempt, error: unknown): AttemptEnd {
    this.stepBack(attempt);
    return this.errorEnd(attempt, error, true);
  }

  interruptedWait(attempt: Attempt): Admission {
    const { interruption } = this;
    return interruption && { kind: 'error', attempt, error: interruption.error, rejected: true };
  }

  stepBack(attempt: Attempt): void {
    this.withdrawAttempt(attempt);
    if (this.callBreaker === null || this.isMade) return;
    this.withdrawCall();
    this.hasSteppedBack = true;
  }

  stepForward(attempt: Attempt): Admission {
    return this.refusal(attempt);
  }

  /** Asks the breaker; what it says if it refuses, `null` if the attempt may run. */
  private refusal(attempt: Attempt): Admission {
    if (this.hasSteppedBack && this.callBreaker !== null) {
      if (!this.isAdmittedBy(this.callBreaker))
        return this.errorEnd(attempt, circuitRefusal(this, this.callBreaker), true);
    }
    if (this.attemptBreaker === null || this.attemptBreaker.admit(attempt)) return null;
    return this.errorEnd(attempt, circuitRefusal(this, this.attemptBreaker), true);
  }

  /** An invocation has failed: what it holds goes back. */
  protected depart(attempt: Attempt, error: unknown, isConclusive: boolean): void {
    if (attempt.admittedBy === null) return;
    depart(attempt, isConclusive ? departureOf(error, this.engine.classify) : 'unknown');
  }

  protected errorEnd(attempt: Attempt, error: unknown, rejected: boolean): AttemptEnd {
    this.lastError = error;
    const record = this.remember();
    record.wasRefused = rejected;
    record.errors.add(error);
    return { kind: 'error', attempt, error, rejected };
  }

  protected countInBudget(): void {
    const { retry } = this.plan;
    retry?.budget?.of(this.keyFor(retry.budgetKey)).countCall(this.engine.clock.now());
  }

  protected remember(): CallRecord {
    return (this.record ??= new CallRecord());
  }

  private admittedMs(): number {
    return Number.isNaN(this.admittedAt) ? NaN : this.engine.clock.now() - this.admittedAt;
  }
}

const NO_ARGUMENTS: readonly unknown[] = [];
