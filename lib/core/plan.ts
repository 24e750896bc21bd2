import { type AdmissionPlan, compileAdmission } from './admission-plan.js';
import type { Breaker } from './circuit-breaker/breaker.js';
import { BreakerGuard, type BreakerRules } from './circuit-breaker/breaker-guard.js';
import type { CircuitBreakerSettings } from './circuit-breaker/circuit-breaker-options.js';
import { compileVerdict } from './circuit-breaker/verdict.js';
import type { CallStats } from './call-stats.js';
import type { ChaosSettings } from './chaos/chaos-options.js';
import type { Engine } from './engine.js';
import { isResilienceError } from './errors/is-resilience-error.js';
import type { Emitter } from './events/emitter.js';
import type { FallbackSettings } from './fallback/fallback-options.js';
import { compileFallbackRule } from './fallback/fallback-rule.js';
import { compileHedge, type HedgePlan } from './hedge-plan.js';
import type { KeyFunction } from './identity-options.js';
import type { PolicySettings } from './policy-options.js';
import { claimState, keyFunction, type PlanSource } from './plan-source.js';
import { decidedBy } from './predicate.js';
import type { RetrySettings } from './retry/retry-options.js';
import { compileAborts, compileRetries } from './retry/retry-rules.js';
import type { SharedAdaptiveStats } from './retry/shared-adaptive-stats.js';
import type { SharedRetryBudget } from './retry/shared-retry-budget.js';
import type { IdentityLike } from './state/identity.js';
import type { Operation } from './state/operation.js';

export interface RetryPlan {
  readonly settings: RetrySettings;
  /** `abortOn`, and what the user marked as permanent by throwing it; wins over the next. */
  readonly aborts: (error: unknown) => boolean;
  /** `retryOn`, and what the user marked as retryable. */
  readonly retries: (error: unknown) => boolean;
  readonly budget: SharedRetryBudget | undefined;
  readonly budgetKey: KeyFunction | undefined;
  readonly adaptive: SharedAdaptiveStats | undefined;
  readonly adaptiveKey: KeyFunction | undefined;
}

/** A breaker with one policy's rules; the guard of the unkeyed circuit is made once. */
export class BreakerPlan {
  private unkeyed: BreakerGuard | undefined;

  constructor(
    readonly breaker: Breaker,
    readonly rules: BreakerRules,
    readonly per: 'attempt' | 'call',
  ) {}

  guardFor(key: string | undefined): BreakerGuard {
    if (key !== undefined) return new BreakerGuard(this.breaker.circuits.get(key), this.rules);
    return (this.unkeyed ??= new BreakerGuard(this.breaker.circuits.get(undefined), this.rules));
  }
}

export interface FallbackPlan {
  readonly settings: FallbackSettings;
  readonly answers: (error: unknown) => boolean;
  /** `on` names `'aborted'`: the fallback answers a caller's abort, too. */
  readonly answersAborts: boolean;
}

/** One policy compiled for one operation: all that a call needs, looked up once. */
export interface Plan {
  readonly engine: Engine;
  readonly policy: string;
  readonly operation: Operation;
  readonly settings: PolicySettings;
  readonly events: Emitter;
  readonly stats: CallStats;
  readonly maxAttempts: number;
  readonly retry: RetryPlan | undefined;
  readonly breaker: BreakerPlan | undefined;
  readonly hedge: HedgePlan | undefined;
  readonly admission: AdmissionPlan | undefined;
  readonly fallback: FallbackPlan | undefined;
  readonly chaos: ChaosSettings | undefined;
  readonly totalTimeoutMs: number | undefined;
  readonly attemptTimeoutMs: number | undefined;
  /** Streams have limits of their own. */
  readonly boundsStreams: boolean;
  readonly discard: ((value: any) => unknown) | undefined;
  /** What has been said once and is not said again. */
  readonly said: { nested: boolean; keyless: boolean; unhedged: boolean; unbounded: boolean };
}

export function compilePlan(source: PlanSource): Plan {
  const { engine, settings, operation, events } = source;
  const { retry, circuitBreaker, fallback, timeout, chaos } = settings;
  return {
    engine,
    policy: settings.name,
    operation,
    settings,
    events,
    stats: engine.stats.of(settings.name, operation.name),
    maxAttempts: retry?.maxAttempts ?? 1,
    retry: retry && compileRetry(source, retry),
    breaker: circuitBreaker && compileBreaker(source, circuitBreaker),
    hedge: compileHedge(source),
    admission: compileAdmission(source),
    fallback: fallback && compileFallback(engine, fallback),
    chaos: chaos?.enabled === true ? chaos : undefined,
    totalTimeoutMs: timeout?.totalMs,
    attemptTimeoutMs: timeout?.attemptMs,
    boundsStreams: timeout?.streamIdleMs !== undefined || timeout?.streamTotalMs !== undefined,
    discard: settings.discard,
    said: { nested: false, keyless: false, unhedged: false, unbounded: false },
  };
}

function compileBreaker(source: PlanSource, settings: CircuitBreakerSettings): BreakerPlan {
  const { engine, events, operation } = source;
  const breaker = claimState(source, engine.breakers, settings);
  breaker.join(source.settings.name, events, operation.name);
  const rules: BreakerRules = {
    judge: compileVerdict(settings, engine.classify, (error) => isTimeoutOf(source, error)),
    recordResult: settings.recordResult && decidedBy(settings.recordResult, 'recordResult'),
    key: keyFunction(engine, settings.key ?? source.settings.key),
  };
  const plan = new BreakerPlan(breaker, rules, settings.per);
  // The circuit of a breaker without keys exists before its first call: health and pages list it.
  if (rules.key === undefined) plan.guardFor(undefined);
  return plan;
}

/** A limit of this very policy and operation ran out, not one further in. */
function isTimeoutOf({ settings, operation }: PlanSource, error: unknown): boolean {
  if (!isResilienceError(error, 'TIMEOUT_EXCEEDED')) return false;
  return error.policy === settings.name && error.operation === operation.name;
}

function compileFallback({ classify }: Engine, settings: FallbackSettings): FallbackPlan {
  const answersAborts = settings.on?.includes('aborted') === true;
  return { settings, answers: compileFallbackRule(settings, classify), answersAborts };
}

function compileRetry(source: PlanSource, settings: RetrySettings): RetryPlan {
  const { backoff, budget } = settings;
  const adaptive = typeof backoff === 'function' ? undefined : backoff.adaptive;
  return {
    settings,
    aborts: compileAborts(source.engine.classify, settings),
    retries: compileRetries(source.engine.classify, settings),
    budget: budget && claimBudget(source, settings),
    budgetKey: keyFunction(source.engine, budget?.key ?? source.settings.key),
    adaptive: adaptive && claimState(source, source.engine.adaptiveStats, adaptive),
    adaptiveKey: keyFunction(source.engine, adaptive?.key ?? source.settings.key),
  };
}

/** A budget without a name of its own goes by the breaker's, so that all who use one target share one budget. */
function claimBudget(source: PlanSource, { budget }: RetrySettings): SharedRetryBudget | undefined {
  if (budget === undefined) return undefined;
  const named: IdentityLike =
    budget.name !== undefined || budget.scope !== undefined
      ? budget
      : (source.settings.circuitBreaker ?? budget);
  const shared = claimState(source, source.engine.budgets, budget, named);
  shared.join(source.settings.name, source.operation.name);
  return shared;
}
