import type { AdmissionControl } from './admission-control.js';
import { Attempt } from './attempt.js';
import type { CallScope } from './call-scope.js';
import { isPermanent } from './classify/classify.js';
import { depart, departureOf, type Departure } from './departure.js';
import { HANDED_OFF } from './hand-off.js';
import { Pace } from './hedge/pace.js';
import type { Hedging } from './hedge/shared-hedging.js';
import type { Interruptible, Interruption } from './interruption.js';
import type { HedgePlan } from './hedge-plan.js';
import { keepSlotWhileOpen } from './node-stream.js';
import { toPromise } from './to-promise.js';

/** A call as its hedges see it. */
export interface HedgedCall extends CallScope {
  /** Nothing but the time and the budget forbids another invocation. */
  mayHedge(primary: Attempt): boolean;
  operate(attempt: Attempt): unknown;
}

/** A further invocation and when it came. */
interface Hedge {
  readonly attempt: Attempt;
  /** Milliseconds after the primary's invocation. */
  readonly delay: number;
  outcome: 'won' | 'lost' | 'failed';
}

/**
 * One attempt in several invocations: the first success is its result. It fails when every invocation has failed, with
 * the last error.
 *
 * All decisions are made in one loop in the async context of the caller; timers and invocations only wake it up.
 */
export class HedgedAttempt implements Interruptible {
  private readonly running = new Set<Attempt>();
  private readonly hedges: Hedge[] = [];
  private readonly pace: Pace;
  /** What a hedge has to pass; `null` where nothing stands in its way. */
  private readonly control: AdmissionControl | null;
  private winner: { readonly attempt: Attempt; readonly value: unknown } | null = null;
  private failure: { readonly attempt: Attempt; readonly error: unknown } | null = null;
  private isOver = false;

  constructor(
    private readonly call: HedgedCall,
    private readonly primary: Attempt,
    { settings }: HedgePlan,
    private readonly state: Hedging,
  ) {
    this.control = primary.admittedBy;
    const { delayMs, percentile, maxHedges } = settings;
    const pauseMs = delayMs ?? state.latencies.percentile(percentile as number);
    this.pace = new Pace(call.engine.clock, pauseMs, maxHedges);
  }

  /** Invokes the operation for the first time. */
  start(): void {
    this.invoke(this.primary);
    this.state.budget.earn();
    this.pace.next();
  }

  async result(): Promise<unknown> {
    try {
      for (;;) {
        // A winner came before any interruption: later ones do not win.
        if (this.winner !== null) return this.winner.value;
        const { interruption } = this.call;
        if (interruption !== null) throw this.interrupted(interruption);
        while (this.pace.takeChance()) this.hedge();
        if (this.running.size === 0 && this.failure !== null) throw this.failed(this.failure);
        await this.pace.change();
      }
    } finally {
      this.end();
    }
  }

  interrupt(): void {
    this.pace.wake();
  }

  private invoke(attempt: Attempt): void {
    attempt.startedAt = this.call.engine.clock.now();
    attempt.startTimer();
    this.running.add(attempt);
    this.observe(attempt).then(
      (value) => this.succeeded(attempt, value),
      (error: unknown) => this.invocationFailed(attempt, error),
    );
  }

  private observe(attempt: Attempt): Promise<unknown> {
    try {
      return attempt.guard(toPromise(this.call.operate(attempt)));
    } catch (error) {
      if (error === HANDED_OFF) throw error;
      return Promise.reject(error as Error);
    }
  }

  /** Another invocation, if the budget has one left and nothing has to be waited for. */
  private hedge(): void {
    const { call, primary, control } = this;
    const { budget } = this.state;
    if (budget.allowsHedge && call.mayHedge(primary) && control?.tryPass(call.engine.random) !== false) {
      budget.spend();
      const attempt = new Attempt(call, primary.attempt);
      attempt.admittedBy = control;
      const delay = call.engine.clock.now() - primary.startedAt;
      this.hedges.push({ attempt, delay, outcome: 'lost' });
      this.invoke(attempt);
    }
    this.pace.next();
  }

  private succeeded(attempt: Attempt, value: unknown): void {
    if (this.isDecided) {
      this.call.lateResult(value);
      return;
    }
    this.running.delete(attempt);
    this.winner = { attempt, value };
    this.state.latencies.add(this.call.engine.clock.now() - attempt.startedAt);
    keepSlotWhileOpen(attempt, this.call.engine, value);
    this.settled(attempt, 'won', 'succeeded');
  }

  private invocationFailed(attempt: Attempt, error: unknown): void {
    if (this.isDecided) return;
    this.running.delete(attempt);
    if (attempt.endedBy !== null) attempt.abort(error);
    this.failure = { attempt, error };
    const { classify } = this.call.engine;
    // What the dependency answered with a "no" it would answer so again.
    if (!isPermanent(error, classify)) this.pace.hurry();
    this.settled(attempt, 'failed', departureOf(error, classify));
  }

  /** What comes now is too late, though the loop may not have seen so yet; what it holds goes back in {@link end}. */
  private get isDecided(): boolean {
    return this.isOver || this.winner !== null || this.call.interruption !== null;
  }

  private settled(attempt: Attempt, outcome: Hedge['outcome'], departure: Departure): void {
    attempt.finish();
    depart(attempt, departure);
    const hedge = this.hedges.find((one) => one.attempt === attempt);
    if (hedge !== undefined) hedge.outcome = outcome;
    this.pace.wake();
  }

  /** What ended the last invocation is what ended the attempt. */
  private failed({ attempt, error }: { readonly attempt: Attempt; readonly error: unknown }): unknown {
    this.primary.endedBy = attempt.endedBy;
    this.primary.wasShutDown ||= attempt.wasShutDown;
    return error;
  }

  private interrupted(interruption: Interruption): unknown {
    this.primary.endedBy = interruption;
    return interruption.error;
  }

  /** Nobody waits for those that still run: their signals abort, and their slots are held until they settle. */
  private end(): void {
    this.isOver = true;
    this.pace.stop();
    const { interruption } = this.call;
    const reason = interruption?.error ?? new HedgeLostError();
    // Of those who were too slow for the policy's own limit the dependency is to blame; of those who lost, nobody.
    const departure = this.winner === null && interruption?.kind === 'total' ? 'timedOut' : 'unknown';
    for (const attempt of this.running) {
      attempt.abort(reason);
      attempt.finish();
      depart(attempt, departure);
    }
    this.announce();
  }

  private announce(): void {
    this.hedges.forEach(({ delay, outcome }, index) => {
      this.call.emit('hedged', { attempt: this.primary.attempt, hedge: index + 1, delay, outcome });
    });
  }
}

/** Said once for each operation: it is not hedged, and why. */
export function sayUnhedged(call: CallScope, { settings }: HedgePlan, reason: string): false {
  const { said } = call.plan;
  if (said.unhedged) return false;
  said.unhedged = true;
  const hedges = settings.maxHedges === 1 ? 'a hedge' : `up to ${settings.maxHedges} hedges`;
  const message = `${call.operation} runs without ${hedges}: ${reason}`;
  call.diagnose({ source: 'hedge', message });
  return false;
}

/** What the signal of an invocation is aborted with that another one has overtaken. */
class HedgeLostError extends Error {
  override readonly name = 'AbortError';

  constructor() {
    super('another invocation of this attempt was faster');
  }
}
