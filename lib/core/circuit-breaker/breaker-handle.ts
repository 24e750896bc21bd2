import { parseDuration, type Duration } from '../time/duration.js';
import { ResilienceConfigError } from '../errors/config-error.js';
import type { Breaker } from './breaker.js';
import type { CircuitSnapshot } from './circuit-snapshot.js';

/** How long a state set by hand lasts. */
export interface ManualStateOptions {
  /** After this time the circuit closes by itself; greater than 0. Without it the state lasts until it is changed. */
  readonly ttl?: Duration;
}

/** A circuit in the hands of an operator. Every change starts a new generation: results still under way count no more. */
export class BreakerHandle {
  constructor(
    private readonly breaker: Breaker,
    private readonly key: string | undefined,
  ) {}

  get name(): string {
    return this.breaker.name;
  }

  snapshot(): CircuitSnapshot {
    return this.breaker.snapshot(this.key);
  }

  /** Opens for the reset timeout, as if a rule had fired. */
  open(): void {
    this.circuit.open();
  }

  /** Closes, with a fresh window and without growth of the reset timeout. */
  close(): void {
    this.circuit.close();
  }

  /** As `close`, and forgets the last failure, too. */
  reset(): void {
    this.circuit.reset();
  }

  /** Rejects every call until `close`, `reset` or the end of `ttl`. */
  forceOpen(options?: ManualStateOptions): void {
    this.circuit.forceOpen(ttlOf(options));
  }

  /** Lets every call through and records nothing, until `close`, `reset` or the end of `ttl`. */
  disable(options?: ManualStateOptions): void {
    this.circuit.disable(ttlOf(options));
  }

  /** Records and reports what it would do but rejects nobody, until `close`, `reset` or the end of `ttl`. */
  observeOnly(options?: ManualStateOptions): void {
    this.circuit.observeOnly(ttlOf(options));
  }

  private get circuit() {
    return this.breaker.circuits.get(this.key);
  }
}

function ttlOf(options: ManualStateOptions | undefined): number {
  if (options?.ttl === undefined) return Infinity;
  const ttlMs = parseDuration(options.ttl);
  if (ttlMs !== undefined && ttlMs > 0) return ttlMs;
  throw new ResilienceConfigError({
    issues: [`ttl: expected a duration such as 60000 or '1m', greater than 0 (got ${String(options.ttl)})`],
  });
}
