import type { AdaptiveThrottleSettings } from './adaptive-throttle/adaptive-throttle-options.js';
import { SharedAdaptiveThrottle } from './adaptive-throttle/shared-adaptive-throttle.js';
import type { AttemptStorage } from './attempt-storage.js';
import type { BulkheadSettings } from './bulkhead/bulkhead-options.js';
import { SharedBulkhead } from './bulkhead/shared-bulkhead.js';
import { Breaker } from './circuit-breaker/breaker.js';
import type { CircuitBreakerSettings } from './circuit-breaker/circuit-breaker-options.js';
import type { Origin } from './circuit-breaker/permit.js';
import { createClassify, type Classify } from './classify/classify.js';
import type { EngineOptions } from './engine-options.js';
import { Emitter } from './events/emitter.js';
import type { DiagnosticEvent, ResilienceEvent } from './events/event-types.js';
import type { Surround } from './events/surround.js';
import type { HedgeBudgetSettings } from './hedge/hedge-budget-options.js';
import { SharedHedging } from './hedge/shared-hedging.js';
import type { KeyFunction } from './identity-options.js';
import { CircuitKeeper } from './keeping/circuit-keeper.js';
import type { StateStore } from './ports/state-store.js';
import type { Random } from './random.js';
import { systemRandom } from './random.js';
import type { RateLimiterSettings } from './rate-limiter/rate-limiter-options.js';
import { SharedRateLimiter } from './rate-limiter/shared-rate-limiter.js';
import type { AdaptiveSettings } from './retry/backoff/backoff-options.js';
import type { BudgetSettings } from './retry/budget-options.js';
import { SharedAdaptiveStats } from './retry/shared-adaptive-stats.js';
import { SharedRetryBudget } from './retry/shared-retry-budget.js';
import { CircuitSharing } from './sharing/circuit-sharing.js';
import { StatsRegistry } from './stats-registry.js';
import { StateRegistry } from './state/state-registry.js';
import type { Clock } from './time/clock.js';
import { systemClock } from './time/system-clock.js';

/** Something that went wrong and harms no call. */
export type Diagnosis = Pick<DiagnosticEvent, 'source' | 'message' | 'error'>;

/** Something under way that the end of the application ends. */
export interface Stoppable {
  shutDown(): void;
}

/**
 * What the policies of one application share: clock, randomness, classification, listeners and all state. Two engines
 * share nothing.
 */
export class Engine {
  readonly clock: Clock;
  readonly random: Random;
  readonly classify: Classify;
  /** The user's own have a say in what an error is. */
  readonly hasClassifiers: boolean;
  readonly captureStacks: boolean;
  readonly keys: Readonly<Record<string, KeyFunction>>;
  /** Where calls find the attempt that they are made in; `undefined` where they do not look for it. */
  readonly context: AttemptStorage | undefined;
  /** Keeps circuits beyond the process; `undefined` without a store. */
  readonly keeper: CircuitKeeper | undefined;
  /** Lets circuits decide together with those of other instances; `undefined` where the store knows no others. */
  readonly sharing: CircuitSharing | undefined;
  /** Listeners to every policy of this engine. */
  readonly events: Emitter;
  readonly breakers: StateRegistry<CircuitBreakerSettings, Breaker>;
  readonly budgets: StateRegistry<BudgetSettings, SharedRetryBudget>;
  readonly adaptiveStats: StateRegistry<AdaptiveSettings, SharedAdaptiveStats>;
  readonly throttles: StateRegistry<AdaptiveThrottleSettings, SharedAdaptiveThrottle>;
  readonly limiters: StateRegistry<RateLimiterSettings, SharedRateLimiter>;
  readonly bulkheads: StateRegistry<BulkheadSettings, SharedBulkhead>;
  readonly hedging: StateRegistry<HedgeBudgetSettings, SharedHedging>;
  /** The stream that a result carries, which an adapter knows better; the result itself by default. */
  streamIn: (result: object) => unknown = itself;
  /** What runs every invocation of an operation; `undefined` where nobody has to. */
  surround: Surround | undefined;
  /** Waits under way; a shutdown ends them. */
  readonly waits = new Set<Stoppable>();
  /** Attempts whose signal was read; the end of the shutdown grace aborts them. */
  readonly abortables = new Set<Stoppable>();
  /** Counters by policy and operation; they outlive the policy objects of a reload. */
  readonly stats = new StatsRegistry();
  private phase: 'running' | 'draining' | 'stopped' = 'running';
  private readonly idleWaiters: (() => void)[] = [];
  private lastCall = 0;

  constructor(private readonly options: EngineOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? systemRandom;
    this.captureStacks = options.captureStacks ?? false;
    this.keys = options.keys ?? {};
    this.context = options.context;
    this.events = new Emitter(undefined, (error, event, emitter) =>
      this.listenerFailed(error, event, emitter),
    );
    this.classify = createClassify(options.classifiers ?? [], (error) =>
      this.diagnose({ source: 'classifier', message: 'a classifier failed and was passed over', error }),
    );
    this.hasClassifiers = (options.classifiers ?? []).length > 0;
    const { clock, classify, events } = this;
    const keeping = (this.keeper = options.store && this.keeperOf(options.store));
    const fleet = (this.sharing = this.sharingOver(options.store));
    this.breakers = new StateRegistry('circuit breaker', (name, settings) => {
      const breaker = new Breaker(name, settings, { clock, classify, events, keeping, fleet });
      keeping?.adopt(breaker);
      return breaker;
    });
    this.budgets = new StateRegistry(
      'retry budget',
      (name, settings) =>
        new SharedRetryBudget(name, settings, this.permitsFor('retry budget', name, settings)),
    );
    this.adaptiveStats = new StateRegistry(
      'adaptive backoff',
      (name, settings) => new SharedAdaptiveStats(name, settings),
    );
    this.throttles = new StateRegistry(
      'adaptive throttle',
      (name, settings) => new SharedAdaptiveThrottle(name, settings, clock),
    );
    this.limiters = new StateRegistry(
      'rate limiter',
      (name, settings) =>
        new SharedRateLimiter(name, settings, clock, this.permitsFor('rate limiter', name, settings)),
    );
    this.bulkheads = new StateRegistry(
      'bulkhead',
      (name, settings) => new SharedBulkhead(name, settings, clock),
    );
    this.hedging = new StateRegistry('hedging', (name, settings) => new SharedHedging(name, settings));
  }

  nextCallId(): string {
    return `call-${++this.lastCall}`;
  }

  /**
   * Says something that harms no call but should be known.
   *
   * @param events - the emitter of the policy concerned, where there is one
   */
  diagnose(diagnosis: Diagnosis, origin: Origin = NO_CALL, events: Emitter = this.events): void {
    if (!events.wants('diagnostic')) return;
    const { policy, operation, callId } = origin;
    const { source, message, error } = diagnosis;
    events.emit({
      type: 'diagnostic',
      policy,
      operation,
      at: this.clock.epoch(),
      callId,
      source,
      message,
      ...(error === undefined ? {} : { error }),
    });
  }

  /** The options of all state are about to be given anew, as by a reload; the state stays. */
  releaseDefinitions(): void {
    for (const registry of this.registries) registry.releaseDefinitions();
  }

  /** They have been given. */
  settleDefinitions(): void {
    for (const registry of this.registries) registry.settleDefinitions();
  }

  private get registries(): readonly Pick<
    StateRegistry<never, never>,
    'releaseDefinitions' | 'settleDefinitions'
  >[] {
    const { breakers, budgets, adaptiveStats, throttles, limiters, bulkheads, hedging } = this;
    return [breakers, budgets, adaptiveStats, throttles, limiters, bulkheads, hedging];
  }

  /** Nothing waits for a retry any more. */
  get isDraining(): boolean {
    return this.phase !== 'running';
  }

  /** Calls are refused. */
  get isStopped(): boolean {
    return this.phase === 'stopped';
  }

  /**
   * The application begins to end: every wait for a retry ends with a `ShutdownError`, and none begins from now on.
   * Attempts that run go on, and calls that begin still make their first attempt.
   */
  drain(): void {
    if (this.phase === 'running') this.phase = 'draining';
    for (const wait of [...this.waits]) wait.shutDown();
  }

  /** Resolves when no attempt runs any more whose signal could be aborted. */
  whenNothingRuns(): Promise<void> {
    if (this.abortables.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** An attempt has its end: its signal aborts no more. */
  release(running: Stoppable): void {
    if (!this.abortables.delete(running) || this.abortables.size > 0) return;
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  /** The grace is over: aborts the signals of attempts that still run. What they fail with then counts as no failure. */
  abortRunning(): void {
    for (const running of [...this.abortables]) running.shutDown();
  }

  /** The application has ended: as `drain`, and calls that begin from now on are refused with a `ShutdownError`. */
  stop(): void {
    this.phase = 'stopped';
    this.drain();
  }

  private keeperOf(store: StateStore): CircuitKeeper {
    const { clock, random, events } = this;
    return new CircuitKeeper(store, {
      clock,
      random,
      events,
      diagnose: (message, error) => this.diagnose({ source: 'store', message, error }),
      breakers: () => this.breakers.all(),
      attached: () => this.sharing?.start(),
      detached: () => this.sharing?.stop(),
    });
  }

  /** What counts permits for all instances, where that is wanted; without a store that can, it is said. */
  private permitsFor(what: string, name: string, { shared }: { readonly shared?: boolean }) {
    const { permits } = this.options.store ?? {};
    if (shared === true && permits === undefined)
      this.diagnose({
        source: 'store',
        message: `${what} "${name}" is shared, but there is no store that shares it (RedisStateStore does): it holds here alone`,
      });
    return permits;
  }

  private sharingOver(store: StateStore | undefined): CircuitSharing | undefined {
    const { clock } = this;
    const breaker = (name: string): Breaker | undefined => this.breakers.get(name);
    return store?.exchange && new CircuitSharing(store.exchange, { clock, breaker });
  }

  /** A listener for diagnostics that itself fails is not told of its own failure. */
  private listenerFailed(error: unknown, event: ResilienceEvent, emitter: Emitter): void {
    if (event.type === 'diagnostic') return;
    this.diagnose(
      { source: 'listener', message: `a listener of "${event.type}" failed`, error },
      event,
      emitter,
    );
  }
}

function itself(result: object): unknown {
  return result;
}

const NO_CALL: Origin = { policy: '', operation: '', callId: '' };
