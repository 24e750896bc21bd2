import { AttemptContext } from '../../core/attempt-context.js';
import type { Surroundings } from '../../core/attempt-storage.js';
import type { Clock } from '../../core/time/clock.js';

/** An attempt of another service, which waits for the answer of a request. */
export class InboundCall extends AttemptContext implements Surroundings {
  readonly maxAttempts = Infinity;
  readonly lastError = undefined;
  readonly policy = '';
  readonly operation = '';
  readonly outer = undefined;
  isLive = true;
  private neverAborts: AbortSignal | undefined;

  /** @param deadlineAt monotonic instant; `Infinity` without one */
  constructor(
    private readonly clock: Clock,
    private readonly deadlineAt: number,
    readonly attempt: number,
  ) {
    super();
  }

  get signal(): AbortSignal {
    return (this.neverAborts ??= new AbortController().signal);
  }

  remaining(): number {
    return this.deadlineAt === Infinity ? Infinity : Math.max(0, this.deadlineAt - this.clock.now());
  }

  /** It has its answer, or the beginning of one: what follows has no deadline of its making. */
  answered(): void {
    this.isLive = false;
  }
}
