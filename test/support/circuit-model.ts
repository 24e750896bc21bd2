import type { CircuitState } from '../../lib/core/events/event-types.js';

/** The rules of a circuit, as its user writes them, in milliseconds. */
export interface ModelRules {
  readonly failureThreshold?: number;
  readonly failureRatio?: number;
  readonly minimumCalls: number;
  readonly window:
    { readonly type: 'count'; readonly size: number } | { readonly type: 'time'; readonly duration: number };
  readonly slowCallDuration?: number;
  readonly slowCallRatio: number;
  readonly resetTimeout: number;
  readonly resetTimeoutFactor: number;
  readonly maxResetTimeout: number;
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly halfOpenTimeout: number;
}

export interface ModelOutcome {
  readonly verdict: 'success' | 'failure' | 'ignored';
  readonly duration: number;
}

interface Recorded {
  readonly at: number;
  readonly failed: boolean;
  readonly slow: boolean;
}

/** A phase is a generation: an attempt belongs to the very object in which it began. */
interface Phase {
  readonly kind: 'closed' | 'open' | 'halfOpen' | 'forcedOpen' | 'disabled';
  readonly recorded: Recorded[];
  /** Failed calls in a row. */
  streak: number;
  /** Open: until when. */
  readonly until?: number;
  /** Open: what went before, whose counts are still shown. */
  readonly before?: Phase;
  /** Half-open: ends of the leases in force. */
  places?: { readonly end: number }[];
}

export class ModelCall {
  /** The phase in which an attempt of this call failed last. */
  failedIn: Phase | undefined;
}

export interface ModelAttempt {
  readonly call: ModelCall;
  readonly phase: Phase | undefined;
  readonly place: { readonly end: number } | undefined;
}

const none: readonly Recorded[] = [];

function phase(kind: Phase['kind'], more: Partial<Phase> = {}): Phase {
  return { kind, recorded: [], streak: 0, ...more };
}

/**
 * What the contract says of a circuit, in the plainest words: lists that are filtered, phases that are objects. It shares
 * no code with the engine.
 */
export class CircuitModel {
  lastFailureAt: number | undefined;
  private phase = phase('closed');
  private observing = false;
  private manualUntil = Infinity;
  private reopenings = 0;

  /** @param told - hears of every change of the state */
  constructor(
    private readonly rules: ModelRules,
    private readonly time: { readonly now: number },
    private readonly told: (step: string) => void,
  ) {}

  private get now(): number {
    return this.time.now;
  }

  // ---- what a reader sees

  /** Closed, as far as anybody has noticed: it may be forgotten. */
  get isIdle(): boolean {
    return this.phase.kind === 'closed' && !this.observing;
  }

  get state(): CircuitState {
    this.expire();
    if (this.observing) return 'observing';
    return this.ruled();
  }

  get probes(): number {
    this.expire();
    return this.placesInForce().length;
  }

  get resetTimeout(): number {
    this.expire();
    return this.openFor();
  }

  /** When the state ends by itself. */
  get until(): number | undefined {
    const { state } = this;
    const until =
      state === 'open'
        ? this.phase.until
        : state === 'closed' || state === 'halfOpen'
          ? Infinity
          : this.manualUntil;
    return until === Infinity ? undefined : until;
  }

  get figures(): { failures: number; successes: number; failureRatio?: number } {
    this.expire();
    let shown = this.phase;
    while (shown.kind === 'open' && shown.before !== undefined) shown = shown.before;
    if (shown.kind === 'halfOpen') {
      return {
        failures: shown.recorded.filter(({ failed }) => failed).length,
        successes: shown.recorded.filter(({ failed }) => !failed).length,
      };
    }
    const inWindow = this.inWindow(shown);
    if (!this.hasRatioRule() || inWindow.length === 0)
      return { failures: this.hasRatioRule() ? 0 : shown.streak, successes: 0 };
    const failures = inWindow.filter(({ failed }) => failed).length;
    return { failures, successes: inWindow.length - failures, failureRatio: failures / inWindow.length };
  }

  /** What a refused caller is told. */
  get refusal(): { state: string; retryAfter: number | undefined } {
    const state = this.ruled();
    const rest = (until: number): number | undefined => (until === Infinity ? undefined : until - this.now);
    if (state === 'open') return { state, retryAfter: rest(this.phase.until ?? NaN) };
    if (state === 'forcedOpen') return { state, retryAfter: rest(this.manualUntil) };
    const rests = this.placesInForce().map(({ end }) => end - this.now);
    return { state, retryAfter: Math.min(1000, ...rests) };
  }

  // ---- what happens to it

  /** The attempt if it may run, else `undefined`. */
  start(call: ModelCall): ModelAttempt | undefined {
    this.expire();
    if (this.ruled() === 'halfOpen' && this.phase.kind === 'open')
      this.enterPhase(phase('halfOpen', { places: [] }), 'resetTimeout');
    const { kind } = this.phase;
    if (kind === 'disabled') return { call, phase: undefined, place: undefined };
    if (kind === 'closed') return { call, phase: this.phase, place: undefined };
    if (kind === 'halfOpen' && this.placesInForce().length < this.rules.halfOpenMaxCalls) {
      const place = { end: this.now + this.rules.halfOpenTimeout };
      this.phase.places?.push(place);
      return { call, phase: this.phase, place };
    }
    return this.observing ? { call, phase: undefined, place: undefined } : undefined;
  }

  settle(attempt: ModelAttempt, { verdict, duration }: ModelOutcome): void {
    this.expire();
    this.giveBack(attempt);
    if (verdict === 'ignored' || attempt.phase !== this.phase) return;
    const failed = verdict === 'failure';
    const slow = this.rules.slowCallDuration !== undefined && duration > this.rules.slowCallDuration;
    this.phase.recorded.push({ at: this.now, failed, slow });
    if (failed) this.lastFailureAt = this.now;
    if (this.phase.kind === 'halfOpen') this.judgeProbe(failed || slow);
    else this.judgeCall(attempt.call, failed);
  }

  /** The caller's abort and the like: nothing is recorded. */
  abort(attempt: ModelAttempt): void {
    this.expire();
    this.giveBack(attempt);
  }

  open(): void {
    this.expire();
    this.byHand(phase('open', { until: this.now + this.openFor(), before: this.phase }));
  }

  close(): void {
    this.reopeningsStartAnew(() => this.byHand(phase('closed')));
  }

  reset(): void {
    this.lastFailureAt = undefined;
    this.close();
  }

  forceOpen(ttl = Infinity): void {
    this.reopeningsStartAnew(() => this.byHand(phase('forcedOpen'), ttl));
  }

  disable(ttl = Infinity): void {
    this.reopeningsStartAnew(() => this.byHand(phase('disabled'), ttl));
  }

  observeOnly(ttl = Infinity): void {
    this.reopeningsStartAnew(() => this.byHand(phase('closed'), ttl, true));
  }

  // ---- how it decides

  private judgeCall(call: ModelCall, failed: boolean): void {
    const { phase: current, rules } = this;
    if (!failed) current.streak = 0;
    else if (call.failedIn !== current) current.streak++;
    if (failed) call.failedIn = current;
    const threshold = rules.failureThreshold ?? (this.hasRatioRule() ? Infinity : 5);
    const reason = current.streak >= threshold ? 'failureThreshold' : this.ratioReason();
    if (reason !== undefined) this.trip(reason);
  }

  private ratioReason(): string | undefined {
    const { rules } = this;
    const inWindow = this.inWindow(this.phase);
    const { minimumCalls, window } = rules;
    const enough = window.type === 'count' ? Math.min(minimumCalls, window.size) : minimumCalls;
    if (!this.hasRatioRule() || inWindow.length < enough) return undefined;
    const share = (of: 'failed' | 'slow'): number =>
      inWindow.filter((one) => one[of]).length / inWindow.length;
    if (rules.failureRatio !== undefined && share('failed') >= rules.failureRatio) return 'failureRatio';
    if (rules.slowCallDuration !== undefined && share('slow') >= rules.slowCallRatio) return 'slowCallRatio';
    return undefined;
  }

  private judgeProbe(bad: boolean): void {
    if (bad) {
      this.reopenings++;
      this.trip('probeFailed');
    } else if (this.phase.recorded.length >= this.rules.successThreshold) {
      this.reopenings = 0;
      this.enterPhase(phase('closed'), 'probes');
    }
  }

  private trip(reason: string): void {
    this.enterPhase(phase('open', { until: this.now + this.openFor(), before: this.phase }), reason);
  }

  private openFor(): number {
    let length = this.rules.resetTimeout;
    for (let i = 0; i < this.reopenings; i++) length *= this.rules.resetTimeoutFactor;
    return Math.min(length, this.rules.maxResetTimeout);
  }

  // ---- small change

  private ruled(): Phase['kind'] {
    const { kind, until = Infinity } = this.phase;
    return kind === 'open' && this.now >= until ? 'halfOpen' : kind;
  }

  private hasRatioRule(): boolean {
    return this.rules.failureRatio !== undefined || this.rules.slowCallDuration !== undefined;
  }

  private inWindow({ recorded }: Phase): readonly Recorded[] {
    const { window } = this.rules;
    if (recorded.length === 0) return none;
    if (window.type === 'count') return recorded.slice(-window.size);
    return recorded.filter(({ at }) => this.now - at < window.duration);
  }

  private placesInForce(): readonly { readonly end: number }[] {
    return (this.phase.places ?? []).filter(({ end }) => end > this.now);
  }

  private giveBack({ place }: ModelAttempt): void {
    if (this.phase.places !== undefined) this.phase.places = this.phase.places.filter((one) => one !== place);
  }

  private expire(): void {
    if (this.now < this.manualUntil) return;
    const from = this.observing ? 'observing' : this.phase.kind;
    this.observing = false;
    this.manualUntil = Infinity;
    this.phase = phase('closed');
    this.reopenings = 0;
    this.note(from, 'closed', 'ttl');
  }

  private reopeningsStartAnew(change: () => void): void {
    this.expire();
    this.reopenings = 0;
    change();
  }

  private byHand(next: Phase, ttl = Infinity, observing = false): void {
    const from = this.state;
    this.phase = next;
    this.observing = observing;
    this.manualUntil = this.now + ttl;
    this.note(from, observing ? 'observing' : next.kind, 'manual');
  }

  private enterPhase(next: Phase, reason: string): void {
    this.note(this.phase.kind, next.kind, this.observing ? 'observing' : reason);
    this.phase = next;
  }

  private note(from: string, to: string, reason: string): void {
    if (from !== to) this.told(`${from} → ${to}: ${reason}`);
  }
}
