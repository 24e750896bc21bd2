import { AttemptContext } from './attempt-context.js';
import { nextSequence } from './attempt.js';
import { Call } from './call.js';
import type { AdapterCallOptions } from './caller.js';
import type { OperationFunction } from './call-invocation.js';
import type { Lease } from './circuit-breaker/leases.js';
import type { Permit } from './circuit-breaker/permit.js';
import { FirstRace, type Racer, type Whole } from './first-race.js';
import type { Lane, UnderWay } from './lane.js';
import { openStreamIn } from './node-stream.js';
import type { Plan } from './plan.js';
import { toPromise } from './to-promise.js';

/**
 * The first attempt of a call that took the fast lane: its context and its permit in one small object. One that has a
 * limit has a {@link FirstRace}.
 *
 * It turns into an {@link Attempt} of a whole {@link Call} as soon as it has to be one, and stands for that from then on.
 */
export class FirstAttempt extends AttemptContext implements Permit, UnderWay, Racer {
  readonly sequence: number = nextSequence();
  readonly generation: number;
  whole: Whole | null = null;
  protected isOver = false;
  protected race: FirstRace | null = null;
  /** Monotonic instant of the invocation, only where somebody measures. */
  private invokedAt: number | undefined = undefined;

  constructor(
    readonly lane: Lane,
    private readonly operationFunction: OperationFunction,
    private readonly self: unknown,
    private readonly args: readonly unknown[] | null,
    private readonly options: AdapterCallOptions | undefined,
  ) {
    super();
    this.generation = lane.generation;
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
    return this.lane.limitMs === undefined ? Infinity : this.becomeWhole().attempt.remaining();
  }

  refusalObserved(breaker: string): void {
    this.becomeWhole().attempt.refusalObserved(breaker);
  }

  /** See {@link Attempt.abort}. */
  abort(reason: unknown): void {
    this.becomeWhole().attempt.abort(reason);
  }

  get startedAt(): number {
    return this.race === null ? NaN : this.race.startedAt;
  }

  get beganAt(): number {
    return this.invokedAt ?? NaN;
  }

  run(): Promise<unknown> {
    const { stats, clock, limitMs } = this.lane;
    if (stats.meter !== null) this.invokedAt = clock.now();
    if (limitMs !== undefined) this.race ??= new FirstRace(this);
    this.race?.start();
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
  private ending(result: Promise<unknown>): Promise<unknown> {
    if (this.race !== null) return this.race.ending(result);
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

  succeeded(value: unknown): unknown {
    const { plan, guard, control } = this.lane;
    if (this.whole !== null || (control?.holdsUntilSettled === true && holdsOn(plan, value))) {
      const { call, attempt } = this.end();
      return call.acceptFirst(attempt, value);
    }
    this.isOver = true;
    if (this.race !== null) this.race.stop();
    if (guard !== null) guard.passed(this);
    if (control !== null) this.leaveSlot();
    this.countSuccess();
    return value;
  }

  protected leaveSlot(): void {
    this.lane.control?.bulkhead?.leave();
  }

  private countSuccess(): void {
    const { stats, clock } = this.lane;
    stats.successes++;
    if (this.invokedAt !== undefined) stats.meter?.succeeded(1, clock.now() - this.invokedAt);
  }

  failed(error: unknown): Promise<unknown> {
    const { call, attempt } = this.end();
    return call.recoverFirst(attempt, error);
  }

  private end(): Whole {
    const whole = this.becomeWhole();
    this.isOver = true;
    this.race?.stop();
    return whole;
  }

  becomeWhole(): Whole {
    if (this.whole !== null) return this.whole;
    const call = new Call(this.lane.plan, this.operationFunction, this.self, this.args, this.options);
    const attempt = call.takeOver(this);
    this.whole = { call, attempt };
    if (this.isOver) attempt.finish();
    else this.race?.join(this.whole);
    return this.whole;
  }
}

/** The result is a stream that keeps its slot. */
function holdsOn({ engine }: Plan, value: unknown): boolean {
  return typeof value === 'object' && value !== null && openStreamIn(engine, value) !== undefined;
}
