/** A place among the probes of a half-open circuit; given back, or passed on once it has run out. */
export interface Lease {
  /** Instant on the monotonic clock. */
  readonly expiresAt: number;
}

/**
 * The places of a half-open circuit, each taken for a limited time: a probe that never settles wedges nobody.
 *
 * A lease is in force before `expiresAt`; at that instant its place is free.
 */
export class Leases {
  private held: Lease[] = [];

  /** A place for `durationMs`; `null` while `places` are taken. */
  take(now: number, durationMs: number, places: number): Lease | null {
    this.held = this.held.filter(({ expiresAt }) => expiresAt > now);
    if (this.held.length >= places) return null;
    const lease: Lease = { expiresAt: now + durationMs };
    this.held.push(lease);
    return lease;
  }

  /** Frees the place; a lease that has run out, or belongs to others, frees nothing. */
  release(lease: Lease): void {
    const index = this.held.indexOf(lease);
    if (index >= 0) this.held.splice(index, 1);
  }

  /** Places taken. */
  count(now: number): number {
    return this.held.reduce((sum, { expiresAt }) => (expiresAt > now ? sum + 1 : sum), 0);
  }

  /** Milliseconds until a place runs out; Infinity where none is taken. */
  shortestRest(now: number): number {
    return this.held.reduce(
      (rest, { expiresAt }) => (expiresAt > now ? Math.min(rest, expiresAt - now) : rest),
      Infinity,
    );
  }
}
