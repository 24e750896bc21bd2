import type { CallResult } from './call-options.js';
import { NEVER, type CallReport, type ErrorEntry } from './call-report.js';
import type { BreakerGuard } from './circuit-breaker/breaker-guard.js';
import { CircuitOpenError } from './errors/circuit-open-error.js';
import { setAside } from './errors/resilience-error.js';
import { withoutStack } from './errors/without-stack.js';
import { REFUSAL_EVENTS } from './events/event-mask.js';
import type { FallbackHandler } from './fallback/fallback-options.js';
import type { Plan } from './plan.js';
import { isThenable } from './sync-result.js';

/**
 * What becomes of calls while their circuit is open, where nobody hears of it but the caller: a value in place of the
 * error, or the error.
 *
 * An outage brings as many of them as there are calls, so that an error is made only for someone who sees it.
 */
export class QuickRefusal {
  constructor(
    private readonly plan: Plan,
    private readonly guard: BreakerGuard,
    private readonly answer: { readonly value: unknown } | null,
  ) {}

  /** `null`, and nothing counted, where the call is not refused or somebody else wants to know of it. */
  run(): Promise<unknown> | null {
    const now = this.refusedAt();
    if (Number.isNaN(now)) return null;
    return this.answer === null ? this.reject(now) : this.giveAnswer(this.answer.value);
  }

  /** As {@link run}, for a caller who wants to be told. */
  tryRun(): Promise<CallResult<unknown>> | null {
    if (this.answer !== null) return null;
    const now = this.refusedAt();
    if (Number.isNaN(now)) return null;
    this.count();
    return Promise.resolve(new RefusedResult(this.plan, this.guard, now));
  }

  /** NaN where the call has to go the long way. */
  private refusedAt(): number {
    const { plan, guard } = this;
    if (guard.passesUnasked || (plan.events.mask & REFUSAL_EVENTS) !== 0 || plan.engine.isStopped) return NaN;
    const now = plan.engine.clock.now();
    return guard.circuit.refusesAt(now) ? now : NaN;
  }

  private giveAnswer(value: unknown): Promise<unknown> {
    const { stats } = this.plan;
    stats.calls++;
    stats.fallbacks++;
    if (stats.meter !== null) {
      stats.meter.refused(1, 'circuitBreaker', this.guard.circuit.name);
      stats.meter.fellBack(0, 'success');
      stats.meter.ended('fallback', AT_ONCE_MS);
    }
    return Promise.resolve(value);
  }

  /** A turn later: who is asked for a promise that is rejected already has to look after it first, which costs more. */
  private reject(now: number): Promise<never> {
    this.count();
    const refused = new RefusedResult(this.plan, this.guard, now);
    return new Promise((_, reject) => {
      // Not thrown: the engine would look up where, which costs as much as all the rest.
      void turn.then(() => reject(refused.error));
    });
  }

  private count(): void {
    const { stats } = this.plan;
    stats.calls++;
    stats.rejections++;
    stats.meter?.refused(1, 'circuitBreaker', this.guard.circuit.name);
    stats.meter?.ended('rejected', AT_ONCE_MS);
  }
}

/** A refusal takes no time. */
const AT_ONCE_MS = 0;

const turn = Promise.resolve();

/** The end of a refused call; its error is made when somebody looks at it, and so is the report of the error. */
class RefusedResult implements ErrorEntry {
  readonly ok = false;
  private readonly cause: unknown;
  private readonly retryAfter: number;
  private made: CircuitOpenError | undefined = undefined;
  private told: CallReport | undefined = undefined;

  constructor(
    private readonly plan: Plan,
    private readonly guard: BreakerGuard,
    now: number,
  ) {
    this.cause = guard.circuit.tally.lastFailure;
    this.retryAfter = guard.circuit.openUntil - now;
  }

  get error(): CircuitOpenError {
    if (this.made !== undefined) return this.made;
    this.made = this.plan.engine.captureStacks ? this.make() : withoutStack(() => this.make());
    setAside(this.made, this);
    return this.made;
  }

  /** A refusal is no giving up. */
  get givenUpSince(): number {
    return NEVER;
  }

  get report(): CallReport {
    return (this.told ??= this.tell());
  }

  private tell(): CallReport {
    const { policy, operation, totalTimeoutMs, stats } = this.plan;
    const isTimed = totalTimeoutMs !== undefined || stats.meter !== null;
    const duration = isTimed ? { duration: AT_ONCE_MS } : {};
    const errors = [this.error];
    return {
      policy,
      operation: operation.name,
      attempts: 1,
      errors,
      delays: [],
      reason: 'rejected',
      ...duration,
    };
  }

  private make(): CircuitOpenError {
    const { plan, guard, retryAfter, cause } = this;
    return new CircuitOpenError({
      policy: plan.policy,
      operation: plan.operation.name,
      breaker: guard.circuit.name,
      state: 'open',
      retryAfter,
      cause,
    });
  }
}

/** `null` where user code has a say in it: rules that name rejections, classifiers, or a fallback that is a function. */
export function compileQuickRefusal(plan: Plan, guard: BreakerGuard | null): QuickRefusal | null {
  const { engine, retry, fallback } = plan;
  if (guard === null || engine.hasClassifiers || retry?.settings.retryOn !== undefined) return null;
  if (fallback === undefined) return new QuickRefusal(plan, guard, null);
  const { on, handlers } = fallback.settings;
  const first = handlers[0];
  if (on !== undefined || first === undefined || !isConstant(first)) return null;
  return new QuickRefusal(plan, guard, first);
}

function isConstant(handler: FallbackHandler): handler is Extract<FallbackHandler, { value: unknown }> {
  return typeof handler === 'object' && typeof handler.value !== 'function' && !isThenable(handler.value);
}
