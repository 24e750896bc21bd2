import type { CallOptions, CallResult } from '../call-options.js';
import type { CallReason, CallReport } from '../call-report.js';
import type { Engine } from '../engine.js';
import { ShutdownError } from '../errors/shutdown-error.js';
import { TimeoutExceededError } from '../errors/timeout-exceeded-error.js';
import { withoutStack } from '../errors/without-stack.js';
import type { Emitter } from '../events/emitter.js';
import type { Fields } from '../options/shape.js';
import { isThenable } from '../sync-result.js';
import type { BulkSettings } from './bulk-options.js';
import type { BulkOperation, BulkProgress } from './bulk-types.js';

/** The policy that the operations of a bulk run under. */
export interface BulkPolicy {
  readonly name: string;
  readonly engine: Engine;
  readonly events: Emitter;
  /** Options of a call that only this kind of policy knows. */
  readonly callFields?: Fields;
  /** Never throws or rejects. */
  tryExecute(operation: BulkOperation, options: CallOptions): Promise<CallResult<unknown>>;
}

/** What a bulk needs from its policy and options. */
export class BulkHost {
  readonly concurrency: number;
  private readonly names: { readonly policy: string; readonly operation: string };
  private readonly timeLeftMs: number;

  constructor(
    private readonly policy: BulkPolicy,
    private readonly settings: BulkSettings,
  ) {
    const { call, concurrency } = settings;
    this.concurrency = concurrency;
    this.names = { policy: policy.name, operation: call.operation ?? policy.name };
    this.timeLeftMs = Math.max(0, Number(call.deadline ?? Infinity) - policy.engine.clock.epoch());
  }

  get engine(): Engine {
    return this.policy.engine;
  }

  /** Milliseconds from the beginning of the bulk to its deadline; `Infinity` without one. */
  get limitMs(): number {
    return this.timeLeftMs;
  }

  get signal(): AbortSignal | undefined {
    return this.settings.call.signal;
  }

  call(operation: BulkOperation): Promise<CallResult<unknown>> {
    return this.policy.tryExecute(operation, this.settings.call);
  }

  /** The report of a call that was not made. */
  reportOfNone(reason: CallReason): CallReport {
    return { ...this.names, attempts: 0, errors: [], delays: [], reason };
  }

  /** An operation has ended. What the user's code throws harms nothing. */
  ended(progress: BulkProgress): void {
    try {
      const result: unknown = this.settings.onProgress?.(progress);
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.passOver('onProgress', error));
    } catch (error) {
      this.passOver('onProgress', error);
    }
  }

  /** Says what user code threw that could not be told in any other way. */
  passOver(source: string, error: unknown): void {
    const { engine, events } = this.policy;
    const message = `${source} of executeAll failed and was passed over`;
    engine.diagnose({ source, message, error }, { ...this.names, callId: '' }, events);
  }

  shutdownError(): unknown {
    return this.make(() => new ShutdownError(this.names));
  }

  deadlineError(): unknown {
    const { names, limitMs: timeout } = this;
    return this.make(() => new TimeoutExceededError({ ...names, timeout, scope: 'deadline' }));
  }

  private make<E>(create: () => E): E {
    return this.engine.captureStacks ? create() : withoutStack(create);
  }
}
