import { defer, type Observable } from 'rxjs';
import { BareContext, type AttemptContext } from '../../core/attempt-context.js';
import type { LoopAttempt } from '../../core/attempt-loop.js';
import type { BulkOptions } from '../../core/bulk/bulk-options.js';
import type { BulkOperation, BulkOperations, BulkResult, BulkValue } from '../../core/bulk/bulk-types.js';
import { executeAll } from '../../core/bulk/execute-all.js';
import type { CallOptions, CallResult } from '../../core/call-options.js';
import type { AdapterCallOptions } from '../../core/caller.js';
import type { PolicyStats } from '../../core/call-stats.js';
import { summarize } from '../../core/call-stats.js';
import type { CircuitSnapshot } from '../../core/circuit-breaker/circuit-snapshot.js';
import type { ResilienceEvents } from '../../core/events/emitter.js';
import { anyValue } from '../../core/options/functions.js';
import type { Policy } from '../../core/policy.js';
import type { PolicyOptions } from '../../core/policy-options.js';
import { breakersOfPolicy, policyBreakers, type BreakerSelection } from './breaker-selection.js';
import { protectObservable } from '../stream/protect-observable.js';
import { SubscriberCaller } from '../stream/subscriber-caller.js';
import type { ResilienceRuntime } from './resilience.runtime.js';

/** Options of a policy that one call may give: listeners and log lines belong to policies and operations. */
export type CallOverrides = Readonly<Omit<PolicyOptions, 'extends' | 'on' | 'logging'>>;

/** What one call through the service may say about itself. */
export interface ExecuteOptions extends CallOptions {
  /** Options that win over all others for this call; keep the object, for it is compiled once. */
  readonly overrides?: CallOverrides;
}

/** How a bulk runs, and what each of its calls says about itself. */
export interface ExecuteAllOptions extends BulkOptions {
  /** Options that win over all others for the calls of this bulk. */
  readonly overrides?: CallOverrides;
}

type Operation<T> = (context: AttemptContext) => T | PromiseLike<T>;

/** A policy by its name: always the options now in force, whenever they were reloaded. @public */
export class NamedPolicy {
  /** @internal Injected by `@InjectPolicy(name)`, or given by `ResilienceService.policy(name)`. */
  constructor(
    private readonly runtime: () => ResilienceRuntime,
    readonly name: string,
  ) {}

  /** Listeners of everything that runs under this name. */
  get events(): ResilienceEvents {
    return this.runtime().policies.emitterOf(this.name);
  }

  /**
   * Runs an operation under the policy; see {@link Policy.execute} for what it rejects with. What is wrong with policy or
   * options rejects, too: ResilienceConfigError (`CONFIG_INVALID`).
   */
  execute<T>(operation: Operation<T>, options?: ExecuteOptions): Promise<T> {
    try {
      return this.policyFor(options).execute(operation, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As `execute`, but never throws: tells by `ok` how the call ended, with the report of its attempts. */
  async tryExecute<T>(operation: Operation<T>, options?: ExecuteOptions): Promise<CallResult<T>> {
    try {
      return await this.policyFor(options).tryExecute(operation, options);
    } catch (error) {
      // The policy or the options are wrong; nothing has been called.
      const names = { policy: this.name, operation: options?.operation ?? this.name };
      const report = { ...names, attempts: 0, errors: [error], delays: [], reason: 'permanent' as const };
      return { ok: false, error, report };
    }
  }

  /**
   * Runs many operations, each as a call of its own, at most `concurrency` at a time; see {@link Policy.executeAll}.
   *
   * @throws BulkFailureError (`BULK_FAILURE`) when fewer succeeded than `successThreshold` asks for, or an iterable was not
   *   read to its end; it has what failed and what succeeded.
   * @throws ResilienceConfigError (`CONFIG_INVALID`) listing everything that is wrong with operations and options, and for a
   *   policy that does not exist.
   */
  async executeAll<O extends BulkOperation>(
    operations: BulkOperations<O>,
    options?: ExecuteAllOptions,
  ): Promise<BulkResult<BulkValue<O>>> {
    // What is wrong with the policy itself is one error, not one of each operation.
    this.policyFor(options ?? undefined).pipelineOf(options?.operation);
    const { engine, policies } = this.runtime();
    const { name } = this;
    const tryExecute: NamedPolicy['tryExecute'] = (operation, call) => this.tryExecute(operation, call);
    const events = policies.emitterOf(name);
    const callFields = { overrides: anyValue() };
    return executeAll({ name, engine, events, callFields, tryExecute }, operations, options);
  }

  /** The function under the policy: same arguments, same `this`, always a promise. */
  wrap<A extends unknown[], R>(
    fn: (...args: A) => R,
    options?: ExecuteOptions,
  ): (this: unknown, ...args: A) => Promise<Awaited<R>> {
    const policyFor = (): Policy => this.policyFor(options);
    return function protectedFunction(this: unknown, ...args: A): Promise<Awaited<R>> {
      try {
        return policyFor().call(fn, this, args, options);
      } catch (error) {
        return Promise.reject(error);
      }
    };
  }

  /** The stream under the policy, each subscription a call of its own that asks for its source anew. */
  observe<T>(source: (context: AttemptContext) => Observable<T>, options?: ExecuteOptions): Observable<T> {
    return defer(() => {
      const pipeline = this.policyFor(options).pipelineOf(options?.operation);
      if (pipeline === null) return source(this.bareContext(options));
      return protectObservable(source, {
        run: (attempt, call) => pipeline.run(attempt, undefined, null, subscribed(options, call)),
        limits: pipeline.plan.settings.timeout ?? {},
        scope: pipeline.plan,
      }) as Observable<T>;
    });
  }

  /** The attempts of one call as a loop. */
  attempts(options?: ExecuteOptions): AsyncIterableIterator<LoopAttempt> {
    return this.policyFor(options).attempts(options);
  }

  /** Counts of everything that ran under this name. */
  stats(): PolicyStats {
    return summarize(this.runtime().engine.stats.sum(this.name));
  }

  /**
   * The breakers of the policy; what is done, is done to each of them.
   *
   * @param key of a keyed breaker; without it, the circuit of calls that have no key
   * @throws ResilienceConfigError (`CONFIG_INVALID`) when the policy has no breaker.
   */
  breaker(key?: string): BreakerSelection {
    return policyBreakers(this.runtime(), this.name, key);
  }

  /** All circuits of the policy's breakers, as they are now; those of operations that nobody has called are not there. */
  breakers(): CircuitSnapshot[] {
    return breakersOfPolicy(this.runtime(), this.name).flatMap((breaker) => breaker.snapshots());
  }

  /** The context of a call that nothing protects, for a policy that is switched off. */
  private bareContext(options: ExecuteOptions | undefined): AttemptContext {
    return new BareContext(this.name, options?.operation ?? this.name);
  }

  /** The policy itself, with what `operations` says of the call's and with the overrides of one call. */
  private policyFor(options: ExecuteOptions | undefined): Policy {
    const { policies } = this.runtime();
    if (options === undefined) return policies.policy(this.name);
    const { operation = this.name, overrides } = options;
    return overrides === undefined || overrides === null
      ? policies.policy(this.name, operation)
      : policies.withOverrides(this.name, operation, overrides);
  }
}

/** Both the user's signal and the subscriber end the call. */
function subscribed(options: ExecuteOptions | undefined, call: CallOptions): AdapterCallOptions {
  const { signal } = call;
  return options?.signal === undefined || signal === undefined
    ? { ...options, ...call }
    : { ...options, givesItems: true, caller: new SubscriberCaller(signal) };
}
