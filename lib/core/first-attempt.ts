import { AttemptContext } from './attempt-context.js';
import { nextSequence, type Attempt } from './attempt.js';
import { Call } from './call.js';
import type { CallerOptions } from './caller.js';
import type { OperationFunction } from './call-invocation.js';
import type { Lease } from './circuit-breaker/leases.js';
import type { Permit } from './circuit-breaker/permit.js';
import type { Lane, UnderWay } from './lane.js';
import { openStreamIn } from './node-stream.js';
import type { Plan } from './plan.js';
import { toPromise } from './to-promise.js';

/**
 * The first attempt of a call that took the fast lane: its context and its permit in one small object. One that has a
 * limit is a {@link LimitedAttempt}.
 *
 * It turns into an {@link Attempt} of a whole {@link Call} as soon as it has to be one, and stands for that from then on.
 */
export class FirstAttempt extends AttemptContext implements Permit, UnderWay {
  readonly sequence: number = nextSequence();
  protected isOver = false;
  protected whole: Whole | null = null;

  constructor(
    readonly lane: Lane,
    readonly generation: number,
    private readonly operationFunction: OperationFunction,
    private readonly self: unknown,
    private readonly args: readonly unknown[] | null,
  ) {
    super();
  }

  get attempt(): number {
    return 1;
  }

  /** A probe is never on the fast lane. */
  get lease(): Lease | null {
    return null;
  }

  get lastError(): undefined {
    return undefined;
  }

  get maxAttempts(): number {
    return this.lane.plan.maxAttempts;
  }

  get policy(): string {
    return this.lane.plan.policy;
  }

  get operation(): string {
    return this.lane.plan.operation.name;
  }

  get callId(): string {
    return this.becomeWhole().attempt.callId;
  }

  get signal(): AbortSignal {
    return this.becomeWhole().attempt.signal;
  }

  remaining(): number {
    return Infinity;
  }

  refusalObserved(breaker: string): void {
    this.becomeWhole().attempt.refusalObserved(breaker);
  }

  /** Only where somebody waits who may leave: see `AdaptedAttempt`. */
  protected get callerOptions(): CallerOptions | undefined {
    return undefined;
  }

  get startedAt(): number {
    return NaN;
  }

  /** Only where somebody measures: see `MeteredAttempt`. */
  get beganAt(): number {
    return NaN;
  }

  run(): Promise<unknown> {
    let result: Promise<unknown>;
    try {
      result = toPromise(this.invoke());
    } catch (error) {
      const { call, attempt } = this.end();
      return call.firstThrew(attempt, error);
    }
    this.lane.countInBudget();
    return this.ending(result);
  }

  /** What the call ends with. */
  protected ending(result: Promise<unknown>): Promise<unknown> {
    return result.then(
      (value) => this.succeeded(value),
      (error: unknown) => this.failed(error),
    );
  }

  private invoke(): unknown {
    const { operationFunction, self, args } = this;
    return args === null
      ? operationFunction.call(self, this)
      : operationFunction.apply(self, args as unknown[]);
  }

  protected succeeded(value: unknown): unknown {
    const { plan, guard, control } = this.lane;
    if (this.whole !== null || (control?.holdsUntilSettled === true && holdsOn(plan, value))) {
      const { call, attempt } = this.end();
      return call.acceptFirst(attempt, value);
    }
    this.isOver = true;
    if (guard !== null) guard.passed(this);
    if (control !== null) this.leaveSlot();
    this.countSuccess();
    return value;
  }

  protected leaveSlot(): void {
    this.lane.control?.bulkhead?.leave();
  }

  protected countSuccess(): void {
    this.lane.stats.successes++;
  }

  protected failed(error: unknown): Promise<unknown> {
    const { call, attempt } = this.end();
    return call.recoverFirst(attempt, error);
  }

  protected end(): Whole {
    const whole = this.becomeWhole();
    this.isOver = true;
    return whole;
  }

  protected becomeWhole(): Whole {
    if (this.whole !== null) return this.whole;
    const call = new Call(this.lane.plan, this.operationFunction, this.self, this.args, this.callerOptions);
    const attempt = call.takeOver(this);
    if (this.isOver) attempt.finish();
    return (this.whole = { call, attempt });
  }
}

/** A first attempt that had to become more. */
export interface Whole {
  readonly call: Call;
  readonly attempt: Attempt;
}

/** The result is a stream that keeps its slot. */
function holdsOn({ engine }: Plan, value: unknown): boolean {
  return typeof value === 'object' && value !== null && openStreamIn(engine, value) !== undefined;
}
