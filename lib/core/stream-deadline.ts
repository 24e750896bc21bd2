import type { CallScope } from './call-scope.js';
import { openStreamIn, whenEnded, type NodeStream } from './node-stream.js';
import { isResponse } from './release.js';
import type { TimerHandle, TimerTask } from './time/clock.js';

/** A call that has its result. */
type EndedCall = CallScope & { readonly attempt: number };

/**
 * Puts a Node stream that is a call's result under `timeout.stream.total`. Its `idle` would need a look at what is read,
 * and a fetch response can be ended by its reader alone; that they have no such limit is said once for each operation.
 */
export function boundStream(call: EndedCall, result: unknown): void {
  const { timeout } = call.plan.settings;
  const streamTotalMs = timeout?.streamTotalMs;
  const streamIdleMs = timeout?.streamIdleMs;
  const stream = openStreamIn(call.engine, result);
  if (stream !== undefined) {
    if (streamTotalMs !== undefined) new StreamDeadline(call, stream, streamTotalMs);
    if (streamIdleMs !== undefined)
      sayUnbounded(call, 'a Node stream, which timeout.stream.idle does not bound');
  } else if (isFetchResponse(result)) {
    sayUnbounded(call, 'a fetch Response, which timeout.stream does not bound');
  }
}

/** Destroys a stream that goes on for too long. */
class StreamDeadline implements TimerTask {
  private readonly timer: TimerHandle;
  private tell!: () => void;

  constructor(
    private readonly call: EndedCall,
    private readonly stream: NodeStream,
    private readonly totalMs: number,
  ) {
    // By a promise, so that the stream's listeners run in the async context of the call.
    const reached = new Promise<void>((resolve) => {
      this.tell = resolve;
    });
    void reached.then(() => this.end());
    const { clock } = call.engine;
    this.timer = clock.setTimer(this, totalMs);
    whenEnded(stream, () => clock.clearTimer(this.timer));
  }

  expire(): void {
    this.tell();
  }

  private end(): void {
    const { stream, call, totalMs } = this;
    if (stream.destroyed) return;
    const error = call.streamTimeout(totalMs);
    call.runHook('timeout.stream', () => {
      // An error that nobody listens to would end the process.
      stream.on?.('error', ignore);
      return stream.destroy(error);
    });
  }
}

function isFetchResponse(result: unknown): boolean {
  try {
    return typeof result === 'object' && result !== null && isResponse(result);
  } catch {
    return false;
  }
}

function sayUnbounded(call: CallScope, what: string): void {
  const { said } = call.plan;
  if (said.unbounded) return;
  said.unbounded = true;
  const message = `${call.operation} gives ${what}; an Observable or an async iterable of its items would be bounded`;
  call.diagnose({ source: 'timeout', message });
}

function ignore(): void {
  // Whoever reads the stream hears of it all the same.
}
