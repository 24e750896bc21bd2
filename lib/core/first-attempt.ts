import { AttemptContext } from './attempt-context.js';
import { nextSequence, type Attempt } from './attempt.js';
import { Call } from './call.js';
import type { OperationFunction } from './call-invocation.js';
import type { Lease } from './circuit-breaker/leases.js';
import type { Permit } from './circuit-breaker/permit.js';
import type { Lane, UnderWay } from './lane.js';
import { openStreamIn } from './node-stream.js';
import type { Plan } from './plan.js';
import type { TimerHandle, TimerTask } from './time/clock.js';
import { toPromise } from './to-promise.js';

/**
 * The first attempt of a call that took the fast lane: its context, its permit and the task of its timer in one small
 * object.
 *
 * It turns into an {@link Attempt} of a whole {@link Call} as soon as it has to be one, and stands for that from then on.
 */
export class FirstAttempt extends AttemptContext implements Permit, TimerTask, UnderWay {
  readonly sequence: number = nextSequence();
  lease: Lease | null = null;
  private isOver = false;
  private timer: TimerHandle = undefined;
  private reject: ((error: unknown) => void) | null = null;
  private whole: Whole | null = null;

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

  /** The instant of its invocation; only for lanes with a limit. */
  get startedAt(): number {
    const { plan, limitMs } = this.lane;
    return (plan.engine.clock.dueAt?.(this.timer) ?? NaN) - (limitMs ?? NaN);
  }

  run(): Promise<unknown> {
    const { limitMs } = this.lane;
    if (limitMs !== undefined) this.timer = this.lane.plan.engine.clock.setTimer(this, limitMs);
    let result: Promise<unknown>;
    try {
      result = toPromise(this.invoke());
    } catch (error) {
      const { call, attempt } = this.end();
      return call.firstThrew(attempt, error);
    }
    this.lane.countInBudget();
    return (limitMs === undefined ? result : this.race(result)).then(
      (value) => this.succeeded(value),
      (error: unknown) => this.failed(error),
    );
  }

  /** The limit has run out. */
  expire(): void {
    const { call, attempt } = this.becomeWhole();
    if (this.lane.isTotal) call.expire();
    else attempt.expire();
  }

  private invoke(): unknown {
    const { operationFunction, self, args } = this;
    return args === null
      ? operationFunction.call(self, this)
      : operationFunction.apply(self, args as unknown[]);
  }

  /** The end of the operation, or of its time. */
  private race(result: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.reject = reject;
      this.whole?.attempt.joinRace(reject);
      result.then(
        (value) => (this.isAwaited() ? resolve(value) : this.whole?.call.lateResult(value)),
        (error: unknown) => {
          if (this.isAwaited()) reject(error);
        },
      );
    });
  }

  /** To be asked once, when the operation has settled. */
  private isAwaited(): boolean {
    return this.whole === null || this.whole.attempt.settled();
  }

  private succeeded(value: unknown): unknown {
    const { plan, guard, control } = this.lane;
    if (this.whole !== null || (control?.holdsUntilSettled === true && holdsOn(plan, value))) {
      const { call, attempt } = this.end();
      return call.acceptFirst(attempt, value);
    }
    this.isOver = true;
    if (this.timer !== undefined) plan.engine.clock.clearTimer(this.timer);
    if (guard !== null) guard.passed(this);
    if (control !== null) control.bulkhead?.leave();
    plan.stats.successes++;
    return value;
  }

  private failed(error: unknown): Promise<unknown> {
    const { call, attempt } = this.end();
    return call.recoverFirst(attempt, error);
  }

  private end(): Whole {
    const whole = this.becomeWhole();
    this.isOver = true;
    if (this.timer !== undefined) this.lane.plan.engine.clock.clearTimer(this.timer);
    return whole;
  }

  private becomeWhole(): Whole {
    if (this.whole !== null) return this.whole;
    const call = new Call(this.lane.plan, this.operationFunction, this.self, this.args, undefined);
    const attempt = call.takeOver(this);
    if (this.isOver) attempt.finish();
    else if (this.reject !== null) attempt.joinRace(this.reject);
    return (this.whole = { call, attempt });
  }
}

interface Whole {
  readonly call: Call;
  readonly attempt: Attempt;
}

/** The result is a stream that keeps its slot. */
function holdsOn({ engine }: Plan, value: unknown): boolean {
  return typeof value === 'object' && value !== null && openStreamIn(engine, value) !== undefined;
}
