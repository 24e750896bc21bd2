import { Inject, Injectable } from '@nestjs/common';
import { takeUntil, type Observable, type OperatorFunction } from 'rxjs';
import type { ExplainedOption } from '../config/explain.js';
import type { AttemptContext } from '../core/attempt-context.js';
import type { LoopAttempt } from '../core/attempt-loop.js';
import type { BulkOperation, BulkOperations, BulkResult, BulkValue } from '../core/bulk/bulk-types.js';
import type { CallResult } from '../core/call-options.js';
import { summarize, type PolicyStats } from '../core/call-stats.js';
import type { CircuitSnapshot } from '../core/circuit-breaker/circuit-snapshot.js';
import type { ResilienceEvent } from '../core/events/event-types.js';
import { resilientFetch, type ResilientFetchOptions } from '../core/http/resilient-fetch.js';
import type { PolicyOptions } from '../core/policy-options.js';
import type { PolicyName } from './decorators/decorator-types.js';
import type { FailedCall } from './events/recent-failures.js';
import { type BreakerSelection, breakerSelection } from './runtime/breaker-selection.js';
import { breakersInUse } from './runtime/breakers-in-use.js';
import { EventStream } from './runtime/event-stream.js';
import { NamedPolicy, type ExecuteAllOptions, type ExecuteOptions } from './runtime/named-policy.js';
import { recordAttempt, type RecordedAttempt } from './runtime/record-attempt.js';
import { ResilienceBootstrap } from './resilience.bootstrap.js';
import type { ResilienceRuntime } from './runtime/resilience.runtime.js';

type Operation<T> = (context: AttemptContext) => T | PromiseLike<T>;

/** Runs calls under named policies, and tells and steers what is going on. @public */
@Injectable()
export class ResilienceService {
  /**
   * Every event of every policy, until the application ends; subscribing costs each call the making of its events. What
   * a subscriber throws becomes a `diagnostic` event and harms nothing.
   */
  readonly events$: Observable<ResilienceEvent>;

  private readonly handles = new Map<string, NamedPolicy>();

  constructor(@Inject(ResilienceBootstrap) private readonly bootstrap: ResilienceBootstrap) {
    const { engine } = bootstrap.runtime;
    const events = new EventStream<ResilienceEvent>(
      (error) => engine.diagnose({ source: 'listener', message: 'a subscriber of events$ failed', error }),
      (subscriber) => engine.events.onAny((event) => subscriber.next(event)),
    );
    this.events$ = events.pipe(takeUntil(bootstrap.ended));
  }

  /**
   * The policy of this name: always the options now in force. One that is asked for while the application is being made
   * may come with its configuration; the boot checks that it did.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) when there is none, with the nearest.
   */
  policy(name: PolicyName): NamedPolicy {
    this.runtime.expect(name, 'ResilienceService');
    return this.named(name);
  }

  /**
   * Runs an operation under a policy.
   *
   * @throws the operation's last error as it is, when attempts or budget run out or the error is permanent.
   * @throws CircuitOpenError (`CIRCUIT_OPEN`) when the breaker refuses.
   * @throws TimeoutExceededError (`TIMEOUT_EXCEEDED`) when the time runs out.
   * @throws ResilienceConfigError (`CONFIG_INVALID`) for a policy that does not exist, with the nearest name.
   */
  execute<T>(policy: PolicyName, operation: Operation<T>, options?: ExecuteOptions): Promise<T> {
    return this.named(policy).execute(operation, options);
  }

  /** As `execute`, but never throws: tells by `ok` how the call ended, with the report of its attempts. */
  tryExecute<T>(
    policy: PolicyName,
    operation: Operation<T>,
    options?: ExecuteOptions,
  ): Promise<CallResult<T>> {
    return this.named(policy).tryExecute(operation, options);
  }

  /**
   * Runs many operations under a policy, each as a call of its own, at most `concurrency` (10) at a time, and tells what
   * each came to, in input order. A failure stops nothing.
   *
   * @throws BulkFailureError (`BULK_FAILURE`) when fewer succeeded than `successThreshold` (1: all) asks for, or an iterable
   *   was not read to its end; it has what failed and what succeeded.
   * @throws ResilienceConfigError (`CONFIG_INVALID`) listing everything that is wrong with operations and options, and for a
   *   policy that does not exist, with the nearest name.
   */
  executeAll<O extends BulkOperation>(
    policy: PolicyName,
    operations: BulkOperations<O>,
    options?: ExecuteAllOptions,
  ): Promise<BulkResult<BulkValue<O>>> {
    return this.named(policy).executeAll(operations, options);
  }

  /** The function under a policy: same arguments, same `this`, always a promise. */
  wrap<A extends unknown[], R>(
    policy: PolicyName,
    fn: (...args: A) => R,
    options?: ExecuteOptions,
  ): (this: unknown, ...args: A) => Promise<Awaited<R>> {
    return this.policy(policy).wrap(fn, options);
  }

  /** The stream under a policy, each subscription a call of its own that asks for its source anew. */
  observe<T>(
    policy: PolicyName,
    source: (context: AttemptContext) => Observable<T>,
    options?: ExecuteOptions,
  ): Observable<T> {
    return this.named(policy).observe(source, options);
  }

  /** The operator form of {@link observe}: each retry subscribes to the source anew. */
  withPolicy<T>(policy: PolicyName, options?: ExecuteOptions): OperatorFunction<T, T> {
    return (source) => this.observe(policy, () => source, options);
  }

  /**
   * A `fetch` under a policy; make it once and keep it. For axios and `HttpService` there is `protectAxios`.
   *
   * @see resilientFetch for what it does with answers, bodies and methods
   * @throws ResilienceConfigError (`CONFIG_INVALID`) for wrong options, or a policy that does not exist.
   */
  fetch(policy: PolicyName, options?: ResilientFetchOptions): typeof globalThis.fetch {
    return resilientFetch(this.policy(policy), options);
  }

  /** The attempts of one call as a loop: `for await (const attempt of …) { await attempt.run(fn) }`. */
  attempts(policy: PolicyName, options?: ExecuteOptions): AsyncIterableIterator<LoopAttempt> {
    return this.named(policy).attempts(options);
  }

  /** Adds a policy, or options to one, while the application runs; they win until the process ends. */
  register(name: string, options: PolicyOptions): void {
    this.runtime.update(name, options);
  }

  /**
   * Changes options of a policy while the application runs; they win until the process ends. Takes effect for the next
   * call and loses no state.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) when the outcome is wrong, or no such policy exists; nothing changes.
   */
  update(name: PolicyName, options: PolicyOptions): void {
    if (!this.runtime.policies.has(name)) this.runtime.policies.resolved(name);
    this.runtime.update(name, options);
  }

  /**
   * Reads every source of options anew. Takes effect for the next call and loses no state.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) when the outcome is wrong; nothing changes then.
   */
  async reload(): Promise<void> {
    this.bootstrap.reload();
  }

  /** Every circuit of the application, as it is now. */
  breakers(): CircuitSnapshot[] {
    return breakersInUse(this.runtime).flatMap((breaker) => breaker.snapshots());
  }

  /**
   * A breaker by its name, or all breakers of a policy by the policy's name; what is done, is done to each of them.
   *
   * @param key of a keyed breaker; without it, the circuit of calls that have no key
   * @throws ResilienceConfigError (`CONFIG_INVALID`) when the name matches nothing, with the nearest one.
   */
  breaker(name: string, key?: string): BreakerSelection {
    return breakerSelection(this.runtime, name, key);
  }

  /** Counts of one policy, or of all of them, since the application began. */
  stats(policy?: PolicyName): PolicyStats {
    return summarize(this.runtime.engine.stats.sum(policy));
  }

  /**
   * Why calls failed lately: the newest last, as many as the option `recentFailures` of `forRoot` keeps; none without it.
   * Plain data, without arguments, results or error objects.
   */
  recentFailures(): readonly FailedCall[] {
    return this.bootstrap.failures.list();
  }

  /** Counts an attempt that was made elsewhere, such as an SDK's own retry: attempt metrics and events alone. */
  recordAttempt(attempt: RecordedAttempt): void {
    recordAttempt(this.runtime, attempt);
  }

  /**
   * Every effective option of an operation, `Class.method`, or of a policy, with the source that gave it.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) when neither an operation nor a policy goes by the name.
   */
  explain(operation: string): readonly ExplainedOption[] {
    return this.runtime.explain(operation);
  }

  private named(policy: PolicyName): NamedPolicy {
    const known = this.handles.get(policy);
    if (known !== undefined) return known;
    const made = new NamedPolicy(() => this.runtime, policy);
    // What nobody knows is not kept: names may come from anywhere.
    if (this.runtime.policies.has(policy)) this.handles.set(policy, made);
    return made;
  }

  private get runtime(): ResilienceRuntime {
    return this.bootstrap.runtime;
  }
}
