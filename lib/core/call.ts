import { admissionOf } from './admission-phase.js';
import { endingOf, type AttemptEnd, type Ending } from './attempt-end.js';
import { announceFailedAttempt, announceInterruption } from './attempt-record.js';
import { Attempt } from './attempt.js';
import { CallInvocation } from './call-invocation.js';
import { rememberReport, type CallReason, type CallReport } from './call-report.js';
import { SUCCESS } from './events/event-mask.js';
import { answerByFallback, isAnswered } from './fallback-phase.js';
import { depart } from './departure.js';
import { HANDED_OFF } from './hand-off.js';
import type { UnderWay } from './lane.js';
import { keepSlotWhileOpen } from './node-stream.js';
import { outcomeOf } from './outcome.js';
import { NextTurn, Pause } from './pause.js';
import type { FallbackPlan } from './plan.js';
import { afterFailure, announceRetry, refusesResult, toldError } from './retry-phase.js';
import { boundStream } from './stream-deadline.js';

/** How an attempt goes on that was not the first. */
type NextEnd = AttemptEnd | { readonly kind: 'accepted'; readonly value: unknown };

/**
 * One call: attempts under one plan until one is accepted or the call gives up.
 *
 * The happy path is synchronous up to the operation and one `then` behind it; whatever goes wrong continues in
 * {@link recover}, an ordinary loop. Both run in the async context of the caller.
 */
export class Call extends CallInvocation {
  private reason: CallReason = 'success';
  private firstSequence = 0;

  /** Runs to the end; never throws synchronously. */
  run(): Promise<unknown> {
    this.plan.stats.calls++;
    const over = this.open() ?? this.enterBreaker();
    return over === null ? this.firstAttempt() : this.conclude(over);
  }

  /** A call of the fast lane needs the long way from here on: what its first attempt holds is this call's. */
  takeOver(first: UnderWay): Attempt {
    this.attempt = 1;
    this.firstSequence = first.sequence;
    this.attemptBreaker = first.lane.guard;
    this.resume(first);
    const attempt = new Attempt(this, 1, first.sequence);
    attempt.takeOver(first);
    this.waitingFor = attempt;
    return attempt;
  }

  acceptFirst(attempt: Attempt, value: unknown): unknown {
    const end = this.accept(attempt, value);
    return end === null ? value : this.recover(end);
  }

  /** The operation threw before it gave a promise. */
  firstThrew(attempt: Attempt, error: unknown): Promise<unknown> {
    if (error === HANDED_OFF) return this.withdraw(attempt);
    this.countInBudget();
    return this.recoverFirst(attempt, error);
  }

  recoverFirst(attempt: Attempt, error: unknown): Promise<unknown> {
    return this.recover(this.failed(attempt, error));
  }

  report(): CallReport {
    const { policy, operation, attempt: attempts, record, reason } = this;
    const errors = record?.errors.toArray() ?? [];
    const delays = record?.delays.toArray() ?? [];
    return { policy, operation, attempts, errors, delays, reason, ...this.elapsed() };
  }

  private firstAttempt(): Promise<unknown> {
    const attempt = this.nextAttempt();
    this.firstSequence = attempt.sequence;
    const refused = this.admission(attempt);
    if (refused === null) return this.firstInvocation(attempt);
    if (!(refused instanceof Promise)) return this.recover(refused);
    return refused.then((awaited) => {
      const end = admissionOf(awaited);
      return end === null ? this.firstInvocation(attempt) : this.recover(end);
    });
  }

  private firstInvocation(attempt: Attempt): Promise<unknown> {
    let result: Promise<unknown>;
    try {
      result = this.invoke(attempt);
    } catch (error) {
      return this.firstThrew(attempt, error);
    }
    this.countInBudget();
    return result.then(
      (value) => this.acceptFirst(attempt, value),
      (error: unknown) => this.recoverFirst(attempt, error),
    );
  }

  /** The call never happened: gives back what it took. */
  private async withdraw(attempt: Attempt): Promise<void> {
    this.leave(attempt);
    attempt.admittedBy?.undo();
    attempt.admittedBy = null;
    this.withdrawAttempt(attempt);
    this.withdrawCall();
    this.plan.stats.calls--;
    this.plan.stats.attempts--;
    this.close();
  }

  /** Everything after the first attempt went wrong: decide, wait, try again, until the call has its end. */
  private async recover(firstEnd: AttemptEnd): Promise<unknown> {
    let end = firstEnd;
    for (;;) {
      const next = this.follow(end);
      if (typeof next !== 'number') return this.conclude(next);
      await this.backOff(end, next);
      const interrupted = this.interrupted();
      if (interrupted !== null) return this.conclude(interrupted);
      const following = await this.attemptAgain();
      if (following.kind === 'accepted') return following.value;
      end = following;
    }
  }

  /** What follows an attempt that was not accepted: the delay before the next one, or the call's end. */
  private follow(end: AttemptEnd): number | Ending {
    const next = this.interrupted() ?? afterFailure(this, end);
    if (typeof next === 'number' && this.engine.isDraining) this.shutDown();
    // The user code that was asked may have aborted the call, too.
    const following = this.interrupted() ?? next;
    const isReturned = typeof following !== 'number' && following.kind === 'result';
    if (end.kind === 'result' && !isReturned) this.discardResult(end.attempt, end.value);
    return following;
  }

  /** Nobody gets this result, nor what would follow it where it is an item. */
  private discardResult(attempt: Attempt, value: unknown): void {
    this.lateResult(value);
    attempt.watcher?.abandon(undefined);
  }

  /** The end of the call if something has interrupted it. */
  private interrupted(): Ending | null {
    return this.interruption === null ? null : endingOf(this.interruption);
  }

  private async attemptAgain(): Promise<NextEnd> {
    const attempt = this.nextAttempt();
    const asked = this.admission(attempt);
    const refused = asked instanceof Promise ? admissionOf(await asked) : asked;
    if (refused !== null) return refused;
    try {
      const value = await this.invoke(attempt);
      return this.accept(attempt, value) ?? { kind: 'accepted', value };
    } catch (error) {
      return this.failed(attempt, error);
    }
  }

  private nextAttempt(): Attempt {
    return new Attempt(this, ++this.attempt);
  }

  /** Takes a result in: `null` if it is the call's, else what speaks against it. */
  private accept(attempt: Attempt, value: unknown): AttemptEnd | null {
    this.leave(attempt);
    if (attempt.admittedBy !== null) this.departWith(attempt, value);
    this.recordSuccess(attempt, value);
    if (refusesResult(this, attempt, value)) {
      announceFailedAttempt(this, attempt, undefined, 'result');
      this.lastError = undefined;
      return { kind: 'result', attempt, value };
    }
    this.succeed(value);
    return null;
  }

  /** What has let the attempt pass hears of its success; a stream holds its slot until it has ended. */
  private departWith(attempt: Attempt, value: unknown): void {
    if (this.options?.givesItems !== true) keepSlotWhileOpen(attempt, this.engine, value);
    depart(attempt, 'succeeded');
  }

  /** Takes an error in: whose fault it was decides who records it. */
  private failed(attempt: Attempt, thrown: unknown): AttemptEnd {
    this.leave(attempt);
    this.noticeAbort();
    if (attempt.wasShutDown) this.shutDown(thrown);
    const timedOut = attempt.endedBy === 'attemptTimeout';
    const error = this.interruption?.kind === 'aborted' && !timedOut ? this.interruption.error : thrown;
    if (attempt.endedBy !== null) attempt.abort(error);
    const isConclusive = timedOut || !this.endedFromOutside;
    this.depart(attempt, error, isConclusive);
    if (isConclusive) this.recordFailure(attempt, error);
    else this.withdrawAttempt(attempt);
    announceFailedAttempt(this, attempt, error);
    this.operationError = error;
    return this.errorEnd(attempt, error, false);
  }

  private async backOff(end: AttemptEnd, delayMs: number): Promise<void> {
    const record = this.remember();
    record.addDelay(delayMs);
    announceRetry(this, end, delayMs);
    this.options?.caller?.willRepeat?.();
    if (delayMs > 0) await this.pause(new Pause(this.engine.clock, delayMs));
    else if (record.retriesAtOnce()) await this.pause(new NextTurn());
  }

  /** The end of a call that was not accepted: by a fallback's answer, the last refused result, or an error. */
  private async conclude(ending: Ending): Promise<unknown> {
    this.stopTimer();
    this.reason = ending.reason;
    if (ending.kind === 'result') {
      this.succeed(ending.value, 'result');
      return ending.value;
    }
    announceInterruption(this);
    this.recordFailedCall(ending.error);
    const error = toldError(this, ending);
    rememberReport(error, this.report(), this.firstSequence);
    const { fallback } = this.plan;
    return fallback !== undefined && isAnswered(this, fallback, error, ending.reason)
      ? this.fallBack(fallback, error)
      : this.fail(error, error);
  }

  private async fallBack(fallback: FallbackPlan, error: unknown): Promise<unknown> {
    try {
      const value = await answerByFallback(this, fallback, error, this.reason);
      this.close();
      return value;
    } catch (thrown) {
      if (this.interruption?.kind === 'aborted') this.reason = 'aborted';
      rememberReport(thrown, this.report(), this.firstSequence);
      return this.fail(thrown, error);
    }
  }

  /** @param failure what the call itself failed with, which the error of its fallbacks may hide */
  private fail(error: unknown, failure: unknown): never {
    this.close();
    const outcome = outcomeOf(this.reason, this.engine.classify(failure), this.record?.wasRefused === true);
    this.plan.stats.countFailed(outcome);
    this.plan.stats.meter?.ended(outcome, this.elapsedMs());
    if (this.plan.events.wants('failure')) {
      const category = this.categoryOf(error);
      this.emit('failure', { outcome, attempt: this.attempt, error, category, ...this.elapsed() });
    }
    throw error;
  }

  private succeed(value: unknown, reason?: 'result'): void {
    const givesItems = this.options?.givesItems === true;
    this.close();
    if (this.plan.boundsStreams && !givesItems) boundStream(this, value);
    this.recordSucceededCall(value);
    this.countSuccess(reason);
    if ((this.plan.events.mask & SUCCESS) !== 0)
      this.emit('success', { attempt: this.attempt, ...(reason && { reason }), ...this.elapsed() });
  }
  private countSuccess(reason: 'result' | undefined): void {
    const { stats } = this.plan;
    stats.successes++;
    if (reason === undefined) stats.meter?.succeeded(this.attempt, this.elapsedMs());
    else stats.meter?.ended('success', this.elapsedMs());
  }
}
