import type { Emitter } from '../events/emitter.js';
import type { Clock, TimerHandle } from '../time/clock.js';
import { setBackgroundTimer } from '../time/background-timer.js';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

/** Whether the store serves, told once each way, and when to ask it again. */
export class StoreHealth {
  private up = true;
  private retryMs = FIRST_RETRY_MS;
  private timer: TimerHandle = undefined;

  /** @param retry asks the store again; it tells here how that went */
  constructor(
    private readonly store: string,
    private readonly clock: Clock,
    private readonly events: Emitter,
    private readonly retry: () => void,
  ) {}

  get isUp(): boolean {
    return this.up;
  }

  served(): void {
    this.stop();
    this.retryMs = FIRST_RETRY_MS;
    if (this.up) return;
    this.up = true;
    this.events.emit({ type: 'storeRecovered', ...this.nobodysCall(), store: this.store });
  }

  failed(error: unknown): void {
    if (!this.up) return;
    this.up = false;
    this.events.emit({ type: 'storeUnavailable', ...this.nobodysCall(), store: this.store, error });
  }

  /** Later, more and more rarely; the process does not stay alive for it. */
  retryLater(): void {
    this.stop();
    this.timer = setBackgroundTimer(this.clock, { expire: this.retry }, this.retryMs);
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
  }

  stop(): void {
    if (this.timer !== undefined) this.clock.clearTimer(this.timer);
    this.timer = undefined;
  }

  private nobodysCall() {
    return { policy: '', operation: '', callId: '', at: this.clock.epoch() };
  }
}
