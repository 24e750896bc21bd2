import type { Rate } from './rate-limiter-options.js';

/** A millionth of a millisecond: no clock tells times apart that are so near, and roundings of binary are smaller. */
export const NOISE_MS = 1e-6;

/**
 * The generic cell rate algorithm, as a bucket that is refilled evenly: nothing has to happen for tokens to come.
 *
 * Theoretical arrival time (here: the time at which the bucket is full again) = `since` + `taken` · interval / limit. A
 * token is free from (burst − 1) · interval / limit before that time on. It is computed anew from whole numbers each
 * time and not added up, so that three per second do not drift.
 *
 * @see ITU-T Recommendation I.371, "Traffic control and congestion control in B-ISDN", 2004, Annex A (GCRA, virtual
 * scheduling)
 */
export class TokenBucket {
  /** Number of the token taken last. */
  ticket = 0;
  /** When the bucket was last full, and how many have been taken since. */
  private since = -Infinity;
  private taken = 0;
  private lastTakenAt = -Infinity;

  constructor(private rate: Rate) {}

  /** When the bucket is full again. */
  get fullAt(): number {
    return this.after(this.taken);
  }

  /** When a token is free that `ahead` others do not take. */
  freeAt(now: number, ahead: number): number {
    const waitedFor = ahead + 1 - this.rate.burst;
    if (this.fullAt > now) return this.after(this.taken + waitedFor);
    return now + this.lengthOf(Math.max(0, waitedFor));
  }

  /** Takes a token, if one is free. */
  tryTake(now: number): boolean {
    if (this.freeAt(now, 0) - now > NOISE_MS) return false;
    if (this.fullAt <= now) {
      this.since = now;
      this.taken = 0;
    }
    this.taken++;
    this.ticket++;
    this.lastTakenAt = now;
    return true;
  }

  /**
   * Takes back that the token of this number was taken, as far as that is safe: what was taken after it may have been
   * free only because of the time that passed since.
   *
   * Without it the bucket would be full at the latest of `since` + (`taken` − 1) tokens and of the time at which any of
   * the later ones was taken + those from then on; the latter is at most `lastTakenAt` + all later ones.
   */
  giveBack(ticket: number): void {
    const later = this.ticket - ticket;
    // Filled up in the meantime, token included.
    if (later >= this.taken) return;
    const withoutIt = this.after(this.taken - 1);
    const ofLater = later === 0 ? -Infinity : this.lastTakenAt + this.lengthOf(later);
    if (ofLater <= withoutIt) this.taken--;
    else if (ofLater < this.fullAt) {
      this.since = this.lastTakenAt;
      this.taken = later;
    }
  }

  /** Goes on at another rate; what is missing now is still missing, and comes at the new rate. */
  reconfigure(now: number, rate: Rate): void {
    const come = ((now - this.since) * this.rate.limit) / this.rate.intervalMs;
    this.taken = Math.max(0, this.taken - come);
    this.since = now;
    this.rate = rate;
  }

  private after(tokens: number): number {
    return this.since + this.lengthOf(tokens);
  }

  private lengthOf(tokens: number): number {
    return (tokens * this.rate.intervalMs) / this.rate.limit;
  }
}
