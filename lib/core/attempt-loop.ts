import { hasEnded } from './attempt.js';
import { BareContext, type AttemptContext } from './attempt-context.js';
import type { AttemptStorage } from './attempt-storage.js';
import type { Caller } from './caller.js';
import type { Interruption } from './interruption.js';
import type { AbortWatcher } from './signal-hub.js';

/** One turn of a `for await` loop over attempts. */
export interface LoopAttempt {
  /** What the operation may know of this attempt. */
  readonly context: AttemptContext;
  /** The number of this attempt, 1 for the first. */
  readonly attempt: number;
  /**
   * Runs the operation as this attempt; once in each turn. Gives its result, or a fallback's; `undefined` if it failed
   * and the loop goes round again. Where the policy refuses the call and a fallback answers, the operation is not run.
   *
   * @throws what the call ends with, if this attempt is the last one and no fallback answers.
   */
  run<T>(operation: (context: AttemptContext) => T | PromiseLike<T>): Promise<T | undefined>;
}

type LoopOperation = (context: AttemptContext) => unknown;

/** Makes the one call of the loop; the loop is its caller. */
export type RunLoop = (operation: LoopOperation, caller: Caller) => Promise<unknown>;

/** What a loop needs of its policy: names for a turn that belongs to no attempt, and what carries those that do. */
export interface LoopTools {
  readonly policy: string;
  readonly operation: string;
  readonly storage: AttemptStorage | undefined;
}

/** What the engine does next: starts an attempt, or ends the call (`null`). */
class Step {
  take!: (turn: Turn | null) => void;
  readonly taken = new Promise<Turn | null>((resolve) => {
    this.take = resolve;
  });
}

/** An attempt that the engine has started, in the hands of the loop's body. */
class Turn implements LoopAttempt {
  wasRun = false;
  /** What the engine does after this attempt. */
  readonly following = new Step();
  /** What the engine waits for. */
  readonly result: Promise<unknown>;
  private settle!: (result: unknown) => void;

  constructor(
    readonly context: AttemptContext,
    private readonly outcome: () => Promise<unknown>,
    private readonly storage: AttemptStorage | undefined,
  ) {
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  get attempt(): number {
    return this.context.attempt;
  }

  async run<T>(operation: (context: AttemptContext) => T | PromiseLike<T>): Promise<T | undefined> {
    if (this.wasRun) throw new TypeError('attempt.run() was called twice in one turn of the loop');
    this.wasRun = true;
    if (hasEnded(this.context)) this.abandon();
    else this.start(operation);
    // The engine decides, perhaps before the operation has its end: another attempt follows, or the call is over.
    const next = await this.following.taken;
    return next === null ? (this.outcome() as Promise<T>) : undefined;
  }

  /** Nothing will be run: what is held for the operation goes back. */
  abandon(): void {
    this.settle(Promise.reject(new LoopLeftError()));
  }

  private start(operation: LoopOperation): void {
    const { context, storage } = this;
    const run = (): Promise<unknown> => invoke(operation, context);
    this.settle(storage === undefined ? run() : storage.run(context, run));
  }
}

/**
 * Turns the attempts of one call into a loop: the engine asks for an attempt, the body of the loop runs it.
 *
 * Leaving the loop early ends the call as an abort: it counts as no failure and holds no permit.
 */
export class AttemptLoop implements AsyncIterableIterator<LoopAttempt>, Caller {
  left: Interruption | null = null;
  private call: AbortWatcher | null = null;
  private outcome: Promise<unknown> | null = null;
  private isOver = false;
  /** The step that the engine takes next. */
  private coming = new Step();
  /** The turn that the body has in its hands. */
  private turn: Turn | null = null;

  constructor(
    private readonly runLoop: RunLoop,
    private readonly tools: LoopTools,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<LoopAttempt>> {
    if (this.isOver) return DONE;
    if (this.turn?.wasRun === false) {
      this.leave();
      throw new TypeError('a turn of the loop over the attempts ended without attempt.run()');
    }
    const step = this.turn?.following ?? this.coming;
    this.outcome ??= this.start();
    const turn = await step.taken;
    if (turn === null) return this.endOfLoop();
    this.turn = turn;
    return { done: false, value: turn };
  }

  return(): Promise<IteratorResult<LoopAttempt>> {
    this.leave();
    return Promise.resolve(DONE);
  }

  watch(call: AbortWatcher): void {
    this.call = call;
  }

  mayRepeat(): boolean {
    return true;
  }

  private leave(): void {
    this.isOver = true;
    if (this.left !== null) return;
    this.left = { kind: 'aborted', error: new LoopLeftError() };
    this.call?.aborted(this.left);
    if (this.turn?.wasRun === false) this.turn.abandon();
  }

  /** The call ended where no body could hear of it: before its first attempt, or between two of them. */
  private async endOfLoop(): Promise<IteratorResult<LoopAttempt>> {
    this.isOver = true;
    await this.outcome;
    return this.turn === null ? { done: false, value: this.answeredTurn() } : DONE;
  }

  /** A fallback answered before there was an attempt: a turn that gives its answer, whatever it is told to run. */
  private answeredTurn(): LoopAttempt {
    const { policy, operation } = this.tools;
    const context = new BareContext(policy, operation);
    return { context, attempt: context.attempt, run: () => this.outcome as Promise<any> };
  }

  private start(): Promise<unknown> {
    const outcome = this.runLoop((context) => this.offer(context), this);
    const end = (): void => {
      this.call = null;
      this.coming.take(null);
    };
    outcome.then(end, end);
    return outcome;
  }

  /** The engine starts an attempt: hands it to the loop and waits for what its body makes of it. */
  private offer(context: AttemptContext): Promise<unknown> {
    const turn = new Turn(context, () => this.end(), this.tools.storage);
    this.coming.take(turn);
    this.coming = turn.following;
    return turn.result;
  }

  private end(): Promise<unknown> {
    this.isOver = true;
    return this.outcome as Promise<unknown>;
  }
}

const DONE: IteratorResult<LoopAttempt> = { done: true, value: undefined };

/** The reason with which a call ends whose loop was left before it had its end. */
class LoopLeftError extends Error {
  override readonly name = 'AbortError';

  constructor() {
    super('the loop over the attempts was left');
  }
}

async function invoke(operation: LoopOperation, context: AttemptContext): Promise<unknown> {
  return operation(context);
}
