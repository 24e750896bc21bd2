import { WaitLine } from '../state/wait-line.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import type { BulkheadOwner } from './bulkhead-owner.js';
import { BulkheadWait } from './bulkhead-wait.js';

/**
 * The permits of one key, and those who wait for one.
 *
 * Somebody waits only while every permit is taken: whatever frees one hands it on in the same tick. So a permit that is
 * free is nobody's turn before the newcomer's.
 */
export class Bulkhead {
  /** How many permits there are. */
  limit: number;
  /** How many permits are held; more than `limit` for a while after the limit became smaller. */
  inFlight = 0;
  /** How many permits are held by operations whose callers have been answered already. */
  abandoned = 0;
  private adaptive: AdaptiveLimit | undefined;
  private readonly line = new WaitLine<BulkheadWait>();

  constructor(
    private readonly owner: BulkheadOwner,
    readonly key: string | undefined,
  ) {
    const { adaptive, maxConcurrent } = owner.settings;
    this.adaptive = adaptive && new AdaptiveLimit(adaptive, maxConcurrent);
    this.limit = this.adaptive?.limit ?? maxConcurrent;
  }

  /** Whether the limit learns from {@link record}; where it does not, nothing needs to be measured. */
  get isAdaptive(): boolean {
    return this.adaptive !== undefined;
  }

  /** How many calls may wait for a permit. */
  get maxQueue(): number {
    return this.owner.settings.maxQueue;
  }

  /** How many calls wait for a permit. */
  get queued(): number {
    return this.line.length;
  }

  /** Whether no permit is lost when it is forgotten. */
  get isIdle(): boolean {
    return this.inFlight === 0;
  }

  /** Takes a permit, if one is free. Who got it gives it back by {@link leave}, exactly once. */
  tryEnter(): boolean {
    if (this.inFlight >= this.limit) return false;
    this.take();
    return true;
  }

  /** Joins the queue; `null` where it is full. */
  queue(): BulkheadWait | null {
    const { settings, clock } = this.owner;
    if (this.line.length >= settings.maxQueue) return null;
    const wait = new BulkheadWait(clock, settings.queueTimeoutMs);
    this.line.join(wait);
    this.serve();
    return wait;
  }

  /** The caller of an operation that holds a permit has been answered, and the operation goes on. */
  abandon(): void {
    this.abandoned++;
  }

  /**
   * An attempt that holds a permit has succeeded or timed out: the adaptive limit learns from it. To be told once, before
   * its permit is given back; of failures, which may be fast, and of aborts nothing is learned.
   *
   * @param durationMs - from its invocation on
   */
  record(durationMs: number, timedOut: boolean): void {
    if (this.adaptive === undefined) return;
    this.adaptive.record({ endedAt: this.owner.clock.now(), durationMs, timedOut, inFlight: this.inFlight });
    this.limit = this.adaptive.limit;
    this.serve();
  }

  /**
   * Gives one permit back; who has waited longest gets it in the same tick.
   *
   * @param wasAbandoned - whether {@link abandon} was called for this permit
   */
  leave(wasAbandoned = false): void {
    if (wasAbandoned) this.abandoned--;
    this.inFlight--;
    this.serve();
    if (this.inFlight === 0) this.owner.turned(this.key);
  }

  /** Takes over the owner's new settings: a smaller limit is reached as permits come back, a learned one stays. */
  reconfigured(): void {
    const { adaptive, maxConcurrent } = this.owner.settings;
    if (adaptive === undefined) this.adaptive = undefined;
    else if (this.adaptive === undefined) this.adaptive = new AdaptiveLimit(adaptive, maxConcurrent);
    else this.adaptive.reconfigure(adaptive);
    this.limit = this.adaptive?.limit ?? maxConcurrent;
    this.serve();
  }

  private serve(): void {
    while (this.inFlight < this.limit && this.line.first !== undefined) {
      this.take();
      this.line.first.admit();
    }
  }

  private take(): void {
    this.inFlight++;
    if (this.inFlight === 1) this.owner.turned(this.key);
  }
}
