import { Attempt } from './attempt.js';
import { CallAccount } from './call-account.js';
import type { AdapterCallOptions } from './caller.js';
import { injectChaos } from './chaos/chaos.js';
import { ATTEMPT_STARTED, TIMED_ATTEMPTS } from './events/event-mask.js';
import type { HedgePlan } from './hedge-plan.js';
import { HedgedAttempt, type HedgedCall, sayUnhedged } from './hedged-attempt.js';
import type { Plan } from './plan.js';
import { describeValue } from './options/describe-value.js';
import { toPromise } from './to-promise.js';

export type OperationFunction = (...args: any[]) => unknown;

/** How one call invokes its operation: bare where nothing may end it early, under guard, or hedged. */
export abstract class CallInvocation extends CallAccount implements HedgedCall {
  /** @param args what the operation is called with; `null` hands it the attempt's context instead */
  constructor(
    plan: Plan,
    private operationFunction: OperationFunction | undefined,
    self: unknown,
    args: readonly unknown[] | null,
    options: AdapterCallOptions | undefined,
  ) {
    super(plan, self, args, options ?? undefined);
  }

  /** Invokes the operation; its end, or whatever ends the attempt before. */
  protected invoke(attempt: Attempt): Promise<unknown> {
    const { stats, events } = this.plan;
    stats.attempts++;
    this.isMade = true;
    if (attempt.attempt > 1) stats.retries++;
    if (this.timesAttempt(attempt) || (events.mask & TIMED_ATTEMPTS) !== 0)
      attempt.startedAt = this.engine.clock.now();
    if ((events.mask & ATTEMPT_STARTED) !== 0) this.emit('attemptStarted', { attempt: attempt.attempt });
    if (this.plan.hedge !== undefined && this.mayBeHedged(this.plan.hedge))
      return this.invokeHedged(attempt, this.plan.hedge);
    return this.guarded ? this.invokeGuarded(attempt) : toPromise(this.operate(attempt));
  }

  private invokeHedged(attempt: Attempt, hedge: HedgePlan): Promise<unknown> {
    if (this.interruption !== null) throw this.interruption.error;
    this.startTimer();
    const hedged = new HedgedAttempt(this, attempt, hedge, hedge.shared.of(this.keyFor(hedge.key)));
    this.waitingFor = hedged;
    hedged.start();
    return hedged.result();
  }

  /** Only what may be made twice, and by a caller who takes results as they come. */
  private mayBeHedged(hedge: HedgePlan): boolean {
    const { options } = this;
    if (options?.givesItems === true || (options?.caller !== undefined && !options.caller.takesHedges))
      return sayUnhedged(this, hedge, 'handlers, streams and loops make one invocation after the other');
    return (
      this.idempotent === true || sayUnhedged(this, hedge, 'only operations with idempotent: true are hedged')
    );
  }

  mayHedge(primary: Attempt): boolean {
    const isProbe = primary.lease !== null || this.lease !== null;
    return !isProbe && this.circuitPasses && this.mayRepeat && !this.engine.isDraining;
  }

  private invokeGuarded(attempt: Attempt): Promise<unknown> {
    // A listener or a key function may have aborted the call just now.
    if (this.interruption !== null) throw this.interruption.error;
    this.startTimer();
    this.waitingFor = attempt;
    attempt.startTimer();
    return attempt.guard(toPromise(this.operate(attempt)));
  }

  operate(attempt: Attempt): unknown {
    const { surround } = this.engine;
    return surround === undefined
      ? this.invokeInContext(attempt)
      : surround(this, () => this.invokeInContext(attempt));
  }

  private invokeInContext(attempt: Attempt): unknown {
    const { context } = this.engine;
    return context === undefined
      ? this.invokeWithChaos(attempt)
      : context.run(attempt, () => this.invokeWithChaos(attempt));
  }

  private invokeWithChaos(attempt: Attempt): unknown {
    const { chaos } = this.plan;
    return chaos === undefined
      ? this.invokeUser(attempt)
      : injectChaos(chaos, attempt, () => this.invokeUser(attempt));
  }

  private invokeUser(attempt: Attempt): unknown {
    const { operationFunction: run, self, args } = this;
    if (typeof run !== 'function') throw this.noOperation(run);
    return args === null ? run.call(self, attempt) : run.apply(self, args as unknown[]);
  }

  private noOperation(given: unknown): TypeError {
    return new TypeError(
      `${this.operation}: expected a function as the operation (got ${describeValue(given)})`,
    );
  }

  protected override close(): void {
    super.close();
    if (this.engine.context !== undefined) this.forget();
  }

  /** What the operation has left behind, such as a socket, may keep its attempt for ever: nothing of the user's with it. */
  private forget(): void {
    this.operationFunction = undefined;
    this.self = undefined;
    this.args = null;
    this.options = undefined;
  }

  /** The attempt has its end, its operation perhaps not. */
  protected leave(attempt: Attempt): void {
    this.waitingFor = null;
    attempt.finish();
  }
}
