import type { AttemptContext } from './attempt-context.js';
import type { BulkOptions } from './bulk/bulk-options.js';
import type { BulkOperation, BulkOperations, BulkResult, BulkValue } from './bulk/bulk-types.js';
import { executeAll } from './bulk/execute-all.js';
import { AttemptLoop, type LoopAttempt } from './attempt-loop.js';
import type { CallOptions, CallResult } from './call-options.js';
import type { CallReason, CallReport } from './call-report.js';
import type { OperationFunction } from './call-invocation.js';
import type { AdapterCallOptions } from './caller.js';
import { summarize, type PolicyStats } from './call-stats.js';
import { BreakerHandle } from './circuit-breaker/breaker-handle.js';
import type { Breaker } from './circuit-breaker/breaker.js';
import type { CircuitSnapshot } from './circuit-breaker/circuit-snapshot.js';
import type { Engine } from './engine.js';
import { Emitter, type ResilienceEvents } from './events/emitter.js';
import type { ResilienceEventType, ResilienceListener } from './events/event-types.js';
import { Pipeline, runBare } from './pipeline.js';
import { compilePlan } from './plan.js';
import type { PolicyListeners, PolicySettings } from './policy-options.js';
import { operationNamed, type Operation } from './state/operation.js';

/** Operations whose compiled plans are kept; beyond it the oldest is compiled anew when it comes again. */
const MAX_OPERATIONS = 10_000;

/**
 * A named set of strategies. It runs any number of operations at once; each has breaker, budget and statistics of its
 * own unless the options share them.
 *
 * @public
 */
export class Policy {
  readonly events: ResilienceEvents;
  private readonly emitter: Emitter;
  private readonly pipelines = new Map<string, Pipeline>();
  /** Of the calls that name no operation, once there was one. */
  private unnamed: Pipeline | null = null;
  /** Compiled before anybody has called. */
  private readonly prepared = new Map<string, Pipeline>();

  /**
   * @internal Made by `createPolicy` and by the module.
   * @param emitter - of all that runs under this name; the listeners of `on` are subscribed to it already
   * @param closeStore - ends what keeps the state of this policy alone
   */
  constructor(
    private readonly engine: Engine,
    readonly settings: PolicySettings,
    private readonly place: string = `policy "${settings.name}"`,
    emitter?: Emitter,
    private readonly closeStore: () => Promise<void> | undefined = () => undefined,
  ) {
    this.emitter = emitter ?? listening(new Emitter(engine.events), settings.on);
    this.events = this.emitter;
  }

  get name(): string {
    return this.settings.name;
  }

  /**
   * Runs an operation under this policy.
   *
   * @throws the operation's last error as it is, when attempts or budget run out or the error is permanent.
   * @throws CircuitOpenError (`CIRCUIT_OPEN`) when the breaker refuses.
   * @throws TimeoutExceededError (`TIMEOUT_EXCEEDED`) when the time for all attempts, or for the last one, runs out.
   * @throws the signal's reason when the caller aborts.
   * @throws ResilienceConfigError (`CONFIG_INVALID`) when another policy defines shared state differently.
   */
  execute<T>(operation: (context: AttemptContext) => T | PromiseLike<T>, options?: CallOptions): Promise<T> {
    return this.run(operation, undefined, null, options) as Promise<T>;
  }

  /** As `execute`, but never throws: tells by `ok` how the call ended, with the report of its attempts. */
  tryExecute<T>(
    operation: (context: AttemptContext) => T | PromiseLike<T>,
    options?: CallOptions,
  ): Promise<CallResult<T>> {
    let pipeline: Pipeline | null;
    try {
      pipeline = this.pipelineOf(options?.operation);
    } catch (error) {
      const report = bareReport(this.names(options), 'permanent', [error], 0);
      return Promise.resolve({ ok: false, error, report });
    }
    if (pipeline === null) return tryBare(this.names(options), operation);
    return pipeline.tryRun(operation, undefined, null, options) as Promise<CallResult<T>>;
  }

  /**
   * Runs many operations, each as a call of its own with its own attempts, at most `concurrency` at a time, and tells what
   * each came to. A failure stops nothing; while the breaker is open, what begins is rejected without being run.
   *
   * The caller's abort, the deadline and the end of the application cut it short: what runs ends as every call does, and
   * what was not run counts as failed with that reason. An iterable is closed then and not read to its end.
   *
   * @throws BulkFailureError (`BULK_FAILURE`) when fewer succeeded than `successThreshold` asks for, or an iterable was not
   *   read to its end; it has what failed and what succeeded.
   * @throws ResilienceConfigError (`CONFIG_INVALID`) listing everything that is wrong with operations and options.
   */
  async executeAll<O extends BulkOperation>(
    operations: BulkOperations<O>,
    options?: BulkOptions,
  ): Promise<BulkResult<BulkValue<O>>> {
    this.pipelineOf(options?.operation);
    const { name, engine, emitter: events } = this;
    const tryExecute: Policy['tryExecute'] = (operation, call) => this.tryExecute(operation, call);
    return executeAll({ name, engine, events, tryExecute }, operations, options);
  }

  /** The function under this policy: same arguments, same `this`, always a promise. */
  wrap<A extends unknown[], R>(
    fn: (...args: A) => R,
    options?: CallOptions,
  ): (this: unknown, ...args: A) => Promise<Awaited<R>> {
    const run = (self: unknown, args: A): Promise<unknown> =>
      this.run(fn as OperationFunction, self, args, options);
    return function protectedFunction(this: unknown, ...args: A): Promise<Awaited<R>> {
      return run(this, args) as Promise<Awaited<R>>;
    };
  }

  /** Calls a function with these arguments and this `this`. */
  call<A extends unknown[], R>(
    fn: (...args: A) => R,
    self: unknown,
    args: A,
    options?: CallOptions,
  ): Promise<Awaited<R>> {
    return this.run(fn as OperationFunction, self, args, options) as Promise<Awaited<R>>;
  }

  /** The attempts of one call as a loop: `for await (const attempt of policy.attempts()) await attempt.run(fn)`. */
  attempts(options?: CallOptions): AsyncIterableIterator<LoopAttempt> {
    return new AttemptLoop(
      (operation, caller) => this.run(operation, undefined, null, { ...options, caller }),
      { ...this.names(options), storage: this.engine.context },
    );
  }

  /** The circuit of this policy's breaker for the operation (by default the policy's name) and the key. */
  breaker(key?: string, operation?: string): BreakerHandle | undefined {
    const breaker = this.pipelineOf(operation)?.plan.breaker?.breaker;
    return breaker === undefined ? undefined : new BreakerHandle(breaker, key);
  }

  /** All circuits of this policy's breakers, as they are now. */
  breakers(): CircuitSnapshot[] {
    const breakers = new Set<Breaker>();
    for (const { plan } of this.pipelines.values()) if (plan.breaker) breakers.add(plan.breaker.breaker);
    return [...breakers].flatMap((breaker) => breaker.snapshots());
  }

  /** Counts of all operations since the policy was made. */
  stats(): PolicyStats {
    return summarize(this.engine.stats.sum(this.name));
  }

  /**
   * Drops every listener; calls under way end as they would. Resolves, always, when the store that the policy was made
   * with has written the last changes and is let go; without one there is nothing to wait for.
   */
  async dispose(): Promise<void> {
    this.emitter.clear();
    const written = this.closeStore();
    this.pipelines.clear();
    this.unnamed = null;
    this.prepared.clear();
    await written;
  }

  /** The compiled pipeline for an operation; `null` where the policy is switched off. */
  pipelineFor(operation: Operation): Pipeline | null {
    if (!this.settings.enabled) return null;
    const known = this.pipelines.get(operation.name);
    if (known !== undefined) return known;
    const made = this.prepared.get(operation.name) ?? this.compile(operation);
    this.prepared.delete(operation.name);
    this.keep(operation.name, made);
    return made;
  }

  /** As `pipelineFor`, for an operation known by its name; by default the policy's. @internal */
  pipelineOf(given?: string): Pipeline | null {
    const operation = given ?? this.settings.name;
    const isUnnamed = operation === this.settings.name;
    if (isUnnamed && this.unnamed !== null) return this.unnamed;
    const pipeline = this.pipelines.get(operation) ?? this.pipelineFor(operationNamed(operation));
    if (isUnnamed) this.unnamed = pipeline;
    return pipeline;
  }

  /** Compiles an operation that has not been called, so that its state takes up the options at once. @internal */
  prepare(operation: string = this.name): void {
    if (!this.settings.enabled || this.pipelines.has(operation) || this.prepared.has(operation)) return;
    this.prepared.set(operation, this.compile(operationNamed(operation)));
  }

  /** Names of the operations that have been called. @internal */
  get called(): Iterable<string> {
    return this.pipelines.keys();
  }

  /** Never throws synchronously: that a policy cannot be compiled is a rejection, too. */
  private run(
    fn: OperationFunction,
    self: unknown,
    args: readonly unknown[] | null,
    options: AdapterCallOptions | undefined,
  ): Promise<unknown> {
    return options === undefined && this.unnamed !== null
      ? this.unnamed.run(fn, self, args)
      : this.findAndRun(fn, self, args, options);
  }

  private findAndRun(
    fn: OperationFunction,
    self: unknown,
    args: readonly unknown[] | null,
    options: AdapterCallOptions | undefined,
  ): Promise<unknown> {
    let pipeline: Pipeline | null;
    try {
      pipeline = this.pipelineOf(options?.operation);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return pipeline === null
      ? runBare(this.names(options), fn, self, args)
      : pipeline.run(fn, self, args, options);
  }

  private compile(operation: Operation): Pipeline {
    const { engine, settings, emitter: events, place } = this;
    return new Pipeline(compilePlan({ engine, settings, operation, events, place }));
  }

  private keep(operation: string, pipeline: Pipeline): void {
    if (this.pipelines.size >= MAX_OPERATIONS) {
      const [oldest] = this.pipelines.keys();
      if (oldest !== undefined) this.pipelines.delete(oldest);
      if (oldest === this.name) this.unnamed = null;
    }
    this.pipelines.set(operation, pipeline);
  }

  private names(options: CallOptions | undefined): Names {
    return { policy: this.name, operation: options?.operation ?? this.name };
  }
}

/** The emitter, with these listeners subscribed. */
export function listening(emitter: Emitter, listeners: PolicyListeners = {}): Emitter {
  for (const [type, listener] of Object.entries(listeners)) {
    emitter.on(type as ResilienceEventType, listener as ResilienceListener);
  }
  return emitter;
}

interface Names {
  readonly policy: string;
  readonly operation: string;
}

function bareReport(
  { policy, operation }: Names,
  reason: CallReason,
  errors: readonly unknown[],
  attempts = 1,
): CallReport {
  return { policy, operation, attempts, errors, delays: [], reason };
}

async function tryBare<T>(
  names: Names,
  operation: (context: AttemptContext) => T | PromiseLike<T>,
): Promise<CallResult<T>> {
  try {
    const value = (await runBare(names, operation, undefined, null)) as T;
    return { ok: true, value, report: bareReport(names, 'success', []) };
  } catch (error) {
    return { ok: false, error, report: bareReport(names, 'exhausted', [error]) };
  }
}
