import { AdaptedAttempt } from './adapted-attempt.js';
import type { AdmissionControl } from './admission-control.js';
import type { CallResult } from './call-options.js';
import type { AdapterCallOptions, CallerOptions } from './caller.js';
import type { OperationFunction } from './call-invocation.js';
import type { BreakerGuard } from './circuit-breaker/breaker-guard.js';
import { UNRECORDED } from './circuit-breaker/permit.js';
import type { CallStats } from './call-stats.js';
import { CALL_EVENTS } from './events/event-mask.js';
import { FirstAttempt } from './first-attempt.js';
import type { Lane } from './lane.js';
import type { Plan } from './plan.js';
import type { SharedRetryBudget } from './retry/shared-retry-budget.js';
import type { Clock } from './time/clock.js';
import { compileQuickRefusal, type QuickRefusal } from './quick-refusal.js';

/**
 * The way of a call that nothing stands against: every strategy lets it pass at once and the first attempt succeeds.
 *
 * It asks the same guards as the long way, but keeps only what such a call needs. Where anything is out of the ordinary
 * before the operation is invoked, nothing has been taken and the call goes the long way from its start; where the
 * operation fails, or asks for what only a whole attempt has, the {@link FirstAttempt} becomes one.
 */
export class FastLane implements Lane {
  readonly limitMs: number | undefined;
  readonly isTotal: boolean;
  readonly stats: CallStats;
  readonly clock: Clock;
  private readonly isPlain: boolean;
  private readonly budget: SharedRetryBudget | undefined;
  private readonly refusal: QuickRefusal | null;

  constructor(
    readonly plan: Plan,
    readonly guard: BreakerGuard | null,
    readonly control: AdmissionControl | null,
  ) {
    const { totalTimeoutMs = Infinity, attemptTimeoutMs = Infinity } = plan;
    const limitMs = Math.min(totalTimeoutMs, attemptTimeoutMs);
    this.limitMs = limitMs === Infinity ? undefined : limitMs;
    this.isTotal = totalTimeoutMs <= attemptTimeoutMs;
    this.stats = plan.stats;
    this.clock = plan.engine.clock;
    this.budget = plan.retry?.budget;
    this.isPlain =
      plan.retry === undefined &&
      plan.fallback === undefined &&
      guard === null &&
      !plan.engine.hasClassifiers;
    this.refusal = compileQuickRefusal(plan, guard);
  }

  /** `null`, and nothing taken, where the call has to go the long way; options that call for it are not for here. */
  run(
    operation: OperationFunction,
    self: unknown,
    args: readonly unknown[] | null,
    options: AdapterCallOptions | undefined,
  ): Promise<unknown> | null {
    if (!this.isOpen) return this.refuse();
    if (typeof operation !== 'function' || !this.tryPass()) return null;
    this.count();
    return new FirstAttempt(this, operation, self, args, options).run();
  }

  /** As {@link run}, for an adapter's operation and a caller who may leave. */
  runFor(operation: OperationFunction, options: CallerOptions): Promise<unknown> | null {
    if (!this.isOpen) return this.refuse();
    if (!this.tryPass()) return null;
    this.count();
    return new AdaptedAttempt(this, operation, options).run();
  }

  get generation(): number {
    return this.guard === null ? UNRECORDED : this.guard.circuit.generation;
  }

  get endsWithAttempt(): boolean {
    return this.isPlain && this.plan.events.mask === 0;
  }

  countInBudget(): void {
    if (this.budget !== undefined) this.budget.of(undefined).countCall(this.clock.now());
  }

  /** As {@link run} where the call is refused; it has the long way to go where it is not. */
  tryRefuse(): Promise<CallResult<unknown>> | null {
    return this.refusal?.tryRun() ?? null;
  }

  private count(): void {
    this.stats.calls++;
    this.stats.attempts++;
  }

  private refuse(): Promise<unknown> | null {
    return this.refusal === null ? null : this.refusal.run();
  }

  private tryPass(): boolean {
    return this.control === null || this.control.tryPass(this.plan.engine.random);
  }

  private get isOpen(): boolean {
    const { plan, guard, control } = this;
    if ((plan.events.mask & CALL_EVENTS) !== 0 || plan.engine.isStopped) return false;
    if (guard !== null && (!guard.passesUnasked || guard.needsDuration)) return false;
    return control === null || control.bulkhead?.isAdaptive !== true;
  }
}

/** `null` for a plan whose calls need more than a fast lane looks at, such as a key, a hedge or another look at results. */
export function compileFastLane(plan: Plan): FastLane | null {
  const { breaker, admission } = plan;
  if (isSpecial(plan) || looksAtResults(plan) || isKeyed(plan) || breaker?.per === 'call') return null;
  const control = admission?.controlFor(NO_KEYS, false) ?? null;
  return new FastLane(plan, breaker?.guardFor(undefined) ?? null, control);
}

function isSpecial({ engine, hedge, chaos, boundsStreams, totalTimeoutMs, attemptTimeoutMs }: Plan): boolean {
  if (engine.context !== undefined || hedge !== undefined || chaos !== undefined || boundsStreams)
    return true;
  return (totalTimeoutMs ?? attemptTimeoutMs) !== undefined && engine.clock.dueAt === undefined;
}

function looksAtResults({ retry, breaker, admission }: Plan): boolean {
  const adapts = retry?.adaptive !== undefined || admission?.throttle !== undefined;
  return adapts || retry?.settings.retryResult !== undefined || breaker?.rules.recordResult !== undefined;
}

function isKeyed({ retry, breaker, admission }: Plan): boolean {
  return retry?.budgetKey !== undefined || breaker?.rules.key !== undefined || admission?.isKeyed === true;
}

const NO_KEYS = { keyFor: () => undefined };
