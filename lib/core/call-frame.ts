import type { AdapterCallOptions } from './caller.js';
import type { Diagnosis, Engine } from './engine.js';
import { ShutdownError } from './errors/shutdown-error.js';
import { TimeoutExceededError, type TimeoutScope } from './errors/timeout-exceeded-error.js';
import { withoutStack } from './errors/without-stack.js';
import type { ResilienceEvent, ResilienceEventOf, ResilienceEventType } from './events/event-types.js';
import type { Plan } from './plan.js';
import { releaseResult } from './release.js';
import { isThenable } from './sync-result.js';

/** An event without what every event carries. */
export type EventFields<T extends ResilienceEventType> = Omit<
  ResilienceEventOf<T>,
  'type' | 'policy' | 'operation' | 'at' | 'callId'
>;

/** The frame of one call: its names, its voice, and how it deals with user code that must not harm it. */
export abstract class CallFrame {
  /** Monotonic instant; NaN where nothing needs it. */
  protected startedAt = NaN;
  private id = '';

  constructor(
    readonly plan: Plan,
    protected options: AdapterCallOptions | undefined,
  ) {}

  get engine(): Engine {
    return this.plan.engine;
  }

  get policy(): string {
    return this.plan.policy;
  }

  get operation(): string {
    return this.plan.operation.name;
  }

  get maxAttempts(): number {
    return this.plan.maxAttempts;
  }

  get attemptTimeoutMs(): number | undefined {
    return this.plan.attemptTimeoutMs;
  }

  get callId(): string {
    if (this.id === '') this.id = this.engine.nextCallId();
    return this.id;
  }

  emit<T extends ResilienceEventType>(type: T, fields: EventFields<T>): void {
    const { events } = this.plan;
    if (!events.wants(type)) return;
    const { policy, operation, callId } = this;
    const at = this.engine.clock.epoch();
    events.emit({ type, policy, operation, at, callId, ...fields } as unknown as ResilienceEvent);
  }

  /** Milliseconds since the call began; `{}` where the clock was not read. */
  elapsed(): { duration?: number } {
    return Number.isNaN(this.startedAt) ? {} : { duration: this.elapsedMs() };
  }

  /** As {@link elapsed}; NaN where the clock was not read. */
  elapsedMs(): number {
    return Number.isNaN(this.startedAt) ? NaN : this.engine.clock.now() - this.startedAt;
  }

  timeoutError(scope: TimeoutScope, timeoutMs: number, cause?: unknown): TimeoutExceededError {
    const { policy, operation } = this;
    return this.make(() => new TimeoutExceededError({ policy, operation, timeout: timeoutMs, scope, cause }));
  }

  shutdownError(cause?: unknown): ShutdownError {
    const { policy, operation } = this;
    return this.make(() => new ShutdownError({ policy, operation, cause }));
  }

  /** Errors of the library carry frames only where the user asked for them. */
  make<E>(create: () => E): E {
    return this.engine.captureStacks ? create() : withoutStack(create);
  }

  diagnose(diagnosis: Diagnosis): void {
    this.engine.diagnose(diagnosis, this, this.plan.events);
  }

  /** Runs user code that must not harm the call: what it throws becomes one diagnostic event. */
  safely<T>(source: string, run: () => T, otherwise: T): T {
    try {
      return run();
    } catch (error) {
      this.passOver(source, error);
      return otherwise;
    }
  }

  /** As {@link safely}, for code whose answer nobody waits for: a promise that rejects is reported, too. */
  runHook(source: string, run: () => unknown): void {
    this.safely(
      source,
      () => {
        const result = run();
        if (isThenable(result)) result.then(undefined, (error: unknown) => this.passOver(source, error));
      },
      undefined,
    );
  }

  /** Nobody will get this result. */
  lateResult(value: unknown): void {
    const { discard } = this.plan;
    this.runHook('discard', () =>
      releaseResult(discard === undefined ? this.carriedBy(value) : value, discard),
    );
  }

  private carriedBy(value: unknown): unknown {
    return typeof value === 'object' && value !== null ? this.engine.streamIn(value) : value;
  }

  private passOver(source: string, error: unknown): void {
    this.diagnose({ source, message: `${source} failed and was passed over`, error });
  }
}
