import { FleetLimiter } from './fleet-limiter.js';
import { WaitLine } from '../state/wait-line.js';
import type { TimerHandle, TimerTask } from '../time/clock.js';
import type { RateLimiterOwner } from './rate-limiter-owner.js';
import { RateLimiterWait } from './rate-limiter-wait.js';
import { NOISE_MS, TokenBucket } from './token-bucket.js';

/** The tokens of one key, and those who wait for one. One timer while somebody waits, none otherwise. */
export class RateLimiter implements TimerTask {
  private readonly bucket: TokenBucket;
  private readonly line = new WaitLine<RateLimiterWait>();
  private readonly onLeft = (): void => this.left();
  private timer: TimerHandle = undefined;
  private dueAt = Infinity;
  private fleetLimiter: FleetLimiter | undefined;

  constructor(
    private readonly owner: RateLimiterOwner,
    readonly key: string | undefined,
  ) {
    this.bucket = new TokenBucket(owner.rate);
  }

  /** How many calls wait for a token. */
  get queued(): number {
    return this.line.length + (this.fleetLimiter?.waiting ?? 0);
  }

  /** The limit that all instances keep together; `undefined` where this one keeps its own. */
  get fleet(): FleetLimiter | undefined {
    if (this.owner.fleet === undefined) return undefined;
    return (this.fleetLimiter ??= new FleetLimiter(this.owner.fleet, this.owner.name, this.key));
  }

  /** From when on nothing is lost when it is forgotten: nobody waits and the bucket is full. */
  get idleAt(): number {
    const isWaitedFor = this.line.length > 0 || (this.fleetLimiter?.waiting ?? 0) > 0;
    return isWaitedFor ? Infinity : this.bucket.fullAt;
  }

  /** Number of the token taken last; right after a successful {@link tryTake} the one that it took. */
  get ticket(): number {
    return this.bucket.ticket;
  }

  /** Takes a token, if one is free and nobody waits. */
  tryTake(): boolean {
    return this.line.length === 0 && this.bucket.tryTake(this.owner.clock.now());
  }

  /** Milliseconds until a newcomer would get its token, those who wait before it counted; 0: at once. */
  delayMs(): number {
    const now = this.owner.clock.now();
    return Math.max(0, this.bucket.freeAt(now, this.line.length) - now);
  }

  /** Joins those who wait for a token, for `maxWaitMs` at most. */
  queue(maxWaitMs = Infinity): RateLimiterWait {
    const now = this.owner.clock.now();
    const wait = new RateLimiterWait(now + maxWaitMs, this.onLeft);
    this.line.join(wait);
    if (this.line.length === 1) this.serve(now);
    return wait;
  }

  /**
   * Gives a token back that was taken for a call which never happened.
   *
   * As much of it is given back as keeps the limit: all of it, unless others have taken tokens meanwhile that were free
   * only because time had passed.
   *
   * @param ticket - number of the token; without it, the one taken last
   */
  giveBack(ticket = this.bucket.ticket): void {
    this.bucket.giveBack(ticket);
    if (this.line.length > 0) this.serve(this.owner.clock.now());
    else this.owner.sooner(this.key);
  }

  /** Takes over the owner's new rate; what is missing comes at the new rate. */
  reconfigured(): void {
    const now = this.owner.clock.now();
    this.bucket.reconfigure(now, this.owner.rate);
    this.serve(now);
    this.sendAway(now);
  }

  expire(): void {
    this.timer = undefined;
    // No timer is early: if the clock seems to say so, that is rounding.
    this.serve(Math.max(this.owner.clock.now(), this.dueAt));
  }

  private serve(now: number): void {
    while (this.line.first !== undefined && this.bucket.tryTake(now)) {
      this.line.first.ticket = this.bucket.ticket;
      this.line.first.admit();
    }
    if (this.line.length > 0) this.arm(now);
  }

  /** Those who would wait for too long leave at once; whoever stands behind them moves up. */
  private sendAway(now: number): void {
    let ahead = 0;
    for (const wait of [...this.line]) {
      const isLate = this.bucket.freeAt(now, ahead) - wait.latestAt > NOISE_MS;
      if (isLate) wait.interrupt();
      else ahead++;
    }
  }

  private arm(now: number): void {
    const dueAt = this.bucket.freeAt(now, 0);
    if (this.timer !== undefined && dueAt === this.dueAt) return;
    this.disarm();
    this.dueAt = dueAt;
    this.timer = this.owner.clock.setTimer(this, dueAt - now);
  }

  private disarm(): void {
    if (this.timer !== undefined) this.owner.clock.clearTimer(this.timer);
    this.timer = undefined;
  }

  /** The next token comes at the same time for whoever stands first now. */
  private left(): void {
    if (this.line.length > 0) return;
    this.disarm();
    this.owner.sooner(this.key);
  }
}
