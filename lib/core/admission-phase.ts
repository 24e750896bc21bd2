import { OF_THE_FLEET, type AdmissionControl } from './admission-control.js';
import type { AttemptEnd } from './attempt-end.js';
import type { Attempt } from './attempt.js';
import type { Bulkhead } from './bulkhead/bulkhead.js';
import type { Wait } from './interruption.js';
import { Pause } from './pause.js';
import type { FleetLimiter } from './rate-limiter/fleet-limiter.js';
import type { RateLimiter } from './rate-limiter/rate-limiter.js';
import { bulkheadRefusal, limiterRefusal, throttleRefusal, type RefusedCall } from './rejection-phase.js';

/** Nobody asks again in the same turn. */
const SHORTEST_WAIT_MS = 1;

/** `null`: the attempt may run. */
export type Admission = AttemptEnd | null;

/** The attempt has waited, and its turn has come. */
export interface Turn {
  readonly kind: 'turn';
  /**
   * Asks the breaker again, which may have opened in the meantime; what was waited for goes back then. To be called in the
   * tick in which the operation is invoked: others whose turn has come, too, may have failed just before.
   */
  take(): Admission;
}

/** What an attempt that has to wait comes to. */
export type AwaitedAdmission = Promise<AttemptEnd | Turn>;

/** A call as those see it who let its attempts pass. */
export interface AdmittedCall extends RefusedCall {
  /** Waits for its turn; ends early where the call is interrupted or the application ends. */
  pause(wait: Wait): Promise<void>;
  /** The end of an attempt that was refused. */
  refused(attempt: Attempt, error: unknown): AttemptEnd;
  /** The end of an attempt whose call was interrupted while it waited; `null` where it goes on. */
  interruptedWait(attempt: Attempt): Admission;
  /** Gives the breaker's permit back for as long as the attempt waits. */
  stepBack(attempt: Attempt): void;
  /** Asks the breaker again, now that it is the attempt's turn. */
  stepForward(attempt: Attempt): Admission;
}

/** To be asked in the tick in which the operation is invoked. */
export function admissionOf(awaited: AttemptEnd | Turn): Admission {
  return awaited.kind === 'turn' ? awaited.take() : awaited;
}

/** Asks throttle, limiter and bulkhead; a promise only where the attempt has to wait. */
export function admit(
  call: AdmittedCall,
  attempt: Attempt,
  control: AdmissionControl,
): Admission | AwaitedAdmission {
  const { throttle, limiter, bulkhead } = control;
  if (throttle !== undefined && !throttle.tryEnter(call.engine.random()))
    return call.refused(attempt, throttleRefusal(call, throttle.probability()));
  if (limiter?.fleet !== undefined)
    return new Admittance(call, attempt, control).atFleet(limiter, limiter.fleet, control.rules.maxWaitMs);
  if (limiter !== undefined && !limiter.tryTake())
    return new Admittance(call, attempt, control).atLimiter(limiter);
  if (bulkhead !== undefined && !bulkhead.tryEnter())
    return new Admittance(call, attempt, control).atBulkhead(bulkhead);
  attempt.admittedBy = control;
  return null;
}

/** The way of an attempt that could not pass at once. */
class Admittance implements Turn {
  readonly kind = 'turn';
  /** Number of the limiter's token that it took; `undefined`: the one taken last, just now. */
  private ticket: number | undefined = undefined;

  constructor(
    private readonly call: AdmittedCall,
    private readonly attempt: Attempt,
    private readonly control: AdmissionControl,
  ) {}

  /** Asks all instances' limit, again after waits that fit into what is left of `maxWait`; without an answer, our own share. */
  async atFleet(limiter: RateLimiter, fleet: FleetLimiter, patienceMs: number): AwaitedAdmission {
    const { clock } = this.call.engine;
    const endsAt = clock.now() + Math.min(patienceMs, this.call.remainingMs());
    for (let waitMs = fleet.queueMs(); ;) {
      if (waitMs > 0 && waitMs > endsAt - clock.now())
        return this.call.refused(this.attempt, limiterRefusal(this.call, waitMs));
      const interrupted = waitMs > 0 ? await this.inLine(fleet, waitMs) : null;
      if (interrupted !== null) return interrupted;
      const asked = fleet.ask();
      const cut = await this.waitFor(asked);
      if (cut !== null) return cut;
      const { answer } = asked;
      if (answer === undefined) return limiter.tryTake() ? this.withToken() : this.atLimiter(limiter);
      if (answer.allowed) return this.withToken(OF_THE_FLEET);
      waitMs = Math.max(SHORTEST_WAIT_MS, answer.retryAfterMs, fleet.queueMs());
    }
  }

  private async inLine(fleet: FleetLimiter, waitMs: number): Promise<Admission> {
    fleet.join(waitMs);
    try {
      return await this.waitFor(new Pause(this.call.engine.clock, waitMs));
    } finally {
      fleet.leave();
    }
  }

  private withToken(ticket?: number): AttemptEnd | Turn | AwaitedAdmission {
    const { limiter, bulkhead } = this.control;
    this.ticket = ticket ?? limiter?.ticket;
    return bulkhead?.tryEnter() === false ? this.atBulkhead(bulkhead) : this;
  }

  atLimiter(limiter: RateLimiter): AttemptEnd | AwaitedAdmission {
    const { call, control } = this;
    const delayMs = limiter.delayMs();
    if (delayMs <= control.rules.maxWaitMs && delayMs <= call.remainingMs())
      return this.waitForToken(limiter);
    return call.refused(this.attempt, limiterRefusal(call, delayMs));
  }

  atBulkhead(bulkhead: Bulkhead): AttemptEnd | AwaitedAdmission {
    const wait = bulkhead.queue();
    if (wait !== null) {
      // Others take tokens while it waits.
      this.ticket ??= this.control.limiter?.ticket;
      return this.waitForSlot(bulkhead, wait);
    }
    this.control.giveBack(this.ticket);
    return this.call.refused(this.attempt, bulkheadRefusal(this.call, bulkhead, 'full'));
  }

  private async waitForToken(limiter: RateLimiter): AwaitedAdmission {
    const { control, call, attempt } = this;
    const wait = limiter.queue(control.rules.maxWaitMs);
    const interrupted = await this.waitFor(wait);
    if (interrupted !== null) {
      if (wait.isAdmitted) limiter.giveBack(wait.ticket);
      return interrupted;
    }
    if (!wait.isAdmitted) return call.refused(attempt, limiterRefusal(call, limiter.delayMs()));
    return this.withToken(wait.ticket);
  }

  private async waitForSlot(
    bulkhead: Bulkhead,
    wait: Wait & { readonly isAdmitted: boolean },
  ): AwaitedAdmission {
    const { call, control } = this;
    const interrupted = await this.waitFor(wait);
    if (interrupted === null && wait.isAdmitted) return this;
    if (wait.isAdmitted) control.undo(this.ticket);
    else control.giveBack(this.ticket);
    return interrupted ?? call.refused(this.attempt, bulkheadRefusal(call, bulkhead, 'queueTimeout'));
  }

  private async waitFor(wait: Wait): Promise<Admission> {
    this.call.stepBack(this.attempt);
    await this.call.pause(wait);
    return this.call.interruptedWait(this.attempt);
  }

  take(): Admission {
    const refused = this.call.stepForward(this.attempt);
    if (refused === null) this.attempt.admittedBy = this.control;
    else this.control.undo(this.ticket);
    return refused;
  }
}
