import { ShutdownError } from '../../core/errors/shutdown-error.js';
import { withoutStack } from '../../core/errors/without-stack.js';
import type { TimerHandle } from '../../core/time/clock.js';
import { endWithTheApplication, type LiveStream } from './live-streams.js';
import type { StreamTools } from './run-stream.js';

/** A stream as its limits see it. */
interface LimitedStream {
  timeoutError(limitMs: number): unknown;
  end(error: unknown): void;
}

/** Bounds what follows the first item: each wait for another one, all of them together, and the application's life. */
export class StreamLimits implements LiveStream {
  private idleTimer: TimerHandle = undefined;
  private totalTimer: TimerHandle = undefined;
  private tell: (error: () => unknown) => void = noop;
  private isOver = false;
  private leave: () => void = noop;

  constructor(
    private readonly tools: StreamTools,
    /** What is to end when a limit is reached, or when the application ends. */
    private readonly stream: LimitedStream,
  ) {}

  /**
   * The first item has come.
   *
   * @param outerMs what is around the call ends the stream, too
   */
  start(outerMs: number): void {
    if (this.isOver) return;
    const totalMs = Math.min(this.tools.limits.streamTotalMs ?? Infinity, outerMs);
    this.leave = endWithTheApplication(this.tools.scope.engine, this);
    // By a promise, so that user code which hears of the end runs in the async context of its call.
    const reached = new Promise<() => unknown>((resolve) => {
      this.tell = resolve;
    });
    void reached.then((error) => {
      if (!this.isOver) this.stream.end(error());
    });
    if (totalMs !== Infinity) this.totalTimer = this.arm(totalMs);
  }

  /** A wait for an item begins. */
  waiting(): void {
    const { streamIdleMs } = this.tools.limits;
    if (streamIdleMs === undefined || this.isOver) return;
    this.resting();
    this.idleTimer = this.arm(streamIdleMs);
  }

  /** Nobody waits for an item. */
  resting(): void {
    this.disarm(this.idleTimer);
    this.idleTimer = undefined;
  }

  /** The stream has its end. */
  stop(): void {
    this.isOver = true;
    this.resting();
    this.disarm(this.totalTimer);
    this.leave();
  }

  applicationEnds(): void {
    const { policy, operation } = this.tools.scope;
    const error = (): ShutdownError => new ShutdownError({ policy, operation: operation.name });
    this.tell(() => (this.tools.scope.engine.captureStacks ? error() : withoutStack(error)));
  }

  private arm(limitMs: number): TimerHandle {
    const { clock } = this.tools.scope.engine;
    return clock.setTimer({ expire: () => this.tell(() => this.stream.timeoutError(limitMs)) }, limitMs);
  }

  private disarm(timer: TimerHandle): void {
    if (timer !== undefined) this.tools.scope.engine.clock.clearTimer(timer);
  }
}

function noop(): void {
  // replaced when the first item comes
}
