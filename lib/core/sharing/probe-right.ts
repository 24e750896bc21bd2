import type { FleetCircuit } from '../circuit-breaker/circuit-owner.js';
import type { CircuitExchange, ProbeLease } from '../ports/circuit-exchange.js';
import type { CircuitId } from '../ports/circuit-record.js';
import type { Clock, TimerHandle } from '../time/clock.js';

/** Others probe: asked again after this time, where the circuit is still not decided. */
const ASK_AGAIN_MS = 100;

/**
 * Whether one circuit may be probed from here: one instance of the fleet at a time.
 *
 * The first caller who could be a probe is refused while the fleet is asked in the background; the next one probes, if the
 * lease was given or nobody answered in time. The lease ends by itself; so does the local decision.
 */
export class ProbeRight {
  private lease: ProbeLease | undefined;
  private heldUntil = -Infinity;
  private askAgainAt = -Infinity;
  private isAsking = false;
  /** Questions are numbered: an answer to an earlier one is none. */
  private question = 0;

  constructor(
    private readonly circuit: FleetCircuit,
    private readonly id: CircuitId,
    private readonly exchange: CircuitExchange,
    private readonly clock: Clock,
  ) {}

  /** May whoever comes now be a probe? Asks the fleet where that is not known. */
  isHeld(): boolean {
    const now = this.clock.now();
    if (now < this.heldUntil) return true;
    if (!this.isAsking && now >= this.askAgainAt) this.ask();
    return false;
  }

  /** Milliseconds after which asking again makes sense; 0 where it is held. */
  waitMs(): number {
    const now = this.clock.now();
    if (now < this.heldUntil) return 0;
    return this.isAsking ? this.exchange.answerWithinMs : Math.max(1, this.askAgainAt - now);
  }

  /** The circuit has been decided: the lease goes back. */
  end(): void {
    this.question++;
    this.isAsking = false;
    this.heldUntil = this.askAgainAt = -Infinity;
    if (this.lease !== undefined) this.exchange.releaseProbe(this.id, this.lease);
    this.lease = undefined;
  }

  private ask(): void {
    const question = ++this.question;
    this.isAsking = true;
    const forMs = this.circuit.settings.halfOpenTimeoutMs;
    const askedAt = this.clock.now();
    const timer = this.clock.setTimer(
      { expire: () => this.answered(question, () => this.hold(this.clock.now() + forMs)) },
      this.exchange.answerWithinMs,
    );
    const answer = this.request(forMs);
    answer.then(
      (lease) => this.given(question, timer, lease, askedAt + forMs),
      () => this.decideHere(question, timer, forMs),
    );
  }

  private request(forMs: number): Promise<ProbeLease | null> {
    try {
      return this.exchange.requestProbe({ ...this.id, forMs, places: 1 });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  private given(question: number, timer: TimerHandle, lease: ProbeLease | null, until: number): void {
    this.clock.clearTimer(timer);
    const isTaken = this.answered(question, () => {
      if (lease === null) this.askAgainAt = this.clock.now() + ASK_AGAIN_MS;
      else {
        this.lease = lease;
        this.hold(until);
      }
    });
    // Nobody waits for it any more: others may have it.
    if (!isTaken && lease !== null) this.exchange.releaseProbe(this.id, lease);
  }

  private decideHere(question: number, timer: TimerHandle, forMs: number): void {
    this.clock.clearTimer(timer);
    this.answered(question, () => this.hold(this.clock.now() + forMs));
  }

  private hold(until: number): void {
    this.heldUntil = until;
  }

  private answered(question: number, take: () => void): boolean {
    if (question !== this.question || !this.isAsking) return false;
    this.isAsking = false;
    take();
    return true;
  }
}
