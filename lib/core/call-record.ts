import { BoundedList } from './call-report.js';

/** What a call remembers once an attempt of it has failed. */
export class CallRecord {
  /** The last attempt was refused, so that nothing came of it. */
  wasRefused = false;
  readonly errors = new BoundedList<unknown>();
  readonly delays = new BoundedList<number>();
  /** The last delay after bounds; the base of decorrelated jitter. */
  previousDelayMs: number | undefined = undefined;
  private immediateRetries = 0;

  addDelay(delayMs: number): void {
    this.delays.add(delayMs);
    this.previousDelayMs = delayMs;
  }

  /** Counts a retry without a pause; true when it is time to let the event loop turn. */
  retriesAtOnce(): boolean {
    return ++this.immediateRetries % ATTEMPTS_PER_TURN === 0;
  }
}

const ATTEMPTS_PER_TURN = 100;
