import type { CircuitReason, CircuitState } from '../events/event-types.js';
import type { Clock } from '../time/clock.js';
import type { CircuitBreakerSettings } from './circuit-breaker-options.js';
import type { CircuitContext } from './circuit-context.js';
import type { CircuitOwner, FleetCircuit } from './circuit-owner.js';
import { Leases } from './leases.js';
import { SUCCESS, UNRECORDED, type Origin, type Permit, type Sample } from './permit.js';
import { closed } from './states/closed.js';
import { halfOpen } from './states/half-open.js';
import { disabled, forcedOpen } from './states/manual.js';
import { open } from './states/open.js';
import type { StateRules } from './states/state-rules.js';
import { Tally, type Figures } from './tally.js';
import { tripReason } from './trip-rule.js';

/** What a circuit takes over from another process. */
export interface ResumedState {
  readonly state: 'closed' | 'open' | 'forcedOpen' | 'disabled' | 'observing';
  /** Monotonic instant from which an open circuit takes probes, or at which a state set by hand ends. */
  readonly until: number;
  readonly growth: number;
}

const resumedRules: Readonly<Record<ResumedState['state'], StateRules>> = {
  closed,
  open,
  forcedOpen,
  disabled,
  observing: closed,
};

/** The states that come and go by themselves. */
const ruled: ReadonlySet<StateRules> = new Set([closed, open, halfOpen]);

/**
 * One circuit: asks its present state, counts through its tally, and carries out transitions.
 *
 * Every transition starts a new generation; a result counts only for the generation in which its attempt started. The
 * owner hears of a transition when it is complete, so a listener may ask or change the circuit at once.
 */
export class Circuit implements CircuitContext, FleetCircuit {
  generation = 0;
  openUntil = 0;
  manualUntil = Infinity;
  /** Instant of the last transition. */
  since = 0;
  readonly tally = new Tally();
  private rules: StateRules = closed;
  /** Runs the same rules, reports what it would do, and refuses nobody. */
  private observing = false;
  /** Times it has opened again from half-open since it was closed. */
  private reopenings = 0;
  private probes: Leases | null = null;

  constructor(
    private readonly owner: CircuitOwner,
    readonly key: string | undefined,
  ) {}

  get name(): string {
    return this.owner.name;
  }

  get settings(): CircuitBreakerSettings {
    return this.owner.settings;
  }

  get clock(): Clock {
    return this.owner.clock;
  }

  get leases(): Leases {
    return (this.probes ??= new Leases());
  }

  /** May this attempt run? If so the permit is filled in, and `leave` has to follow exactly once. */
  enter(permit: Permit): boolean {
    if (this.rules === closed && !this.observing) {
      permit.generation = this.generation;
      return true;
    }
    this.settle();
    if (this.admit(permit)) return true;
    if (!this.observing) return false;
    permit.generation = UNRECORDED;
    permit.refusalObserved(this.name);
    return true;
  }

  /** Ends what `enter` began: gives a probe's place back and counts the sample if its generation still lasts. */
  leave(permit: Permit, sample: Sample): void {
    if (permit.lease !== null) {
      this.probes?.release(permit.lease);
      permit.lease = null;
    }
    this.settle();
    if (sample.verdict === 'ignored' || permit.generation !== this.generation) return;
    this.rules.record(this, permit, sample);
  }

  /** As {@link leave}, with a success that was not slow; a closed circuit without failures has nothing to count then. */
  passed(permit: Permit): void {
    const isUnmoved = this.rules === closed && this.manualUntil === Infinity && this.tally.isFullOfSuccesses;
    if (!isUnmoved || permit.lease !== null) this.leave(permit, SUCCESS);
  }

  /** A state set by hand whose time to live is over ends in a closed circuit; whoever comes first carries it out. */
  settle(): void {
    if (this.manualUntil === Infinity || this.clock.now() < this.manualUntil) return;
    const from = this.state;
    this.endManualState();
    this.becomeClosed(from, 'ttl');
  }

  /** As every reader sees it: an open circuit whose time is over is half-open, probe or not. Call `settle` before. */
  get state(): CircuitState {
    return this.observing ? 'observing' : this.ruledState;
  }

  /** The state that refused a caller just now. */
  get refusingState(): 'open' | 'halfOpen' | 'forcedOpen' {
    if (this.rules === open) return this.clock.now() < this.openUntil ? 'open' : 'halfOpen';
    return this.rules === forcedOpen ? 'forcedOpen' : 'halfOpen';
  }

  /** Whether it would let through whoever comes, and none of them as a probe. */
  get passesAll(): boolean {
    this.settle();
    return this.observing || this.rules === closed || this.rules === disabled;
  }

  /** Open by its rules alone, and at this instant for some time still: nothing would come of asking. */
  refusesAt(now: number): boolean {
    return this.rules === open && !this.observing && this.manualUntil === Infinity && now < this.openUntil;
  }

  /** Milliseconds after which asking again makes sense; `undefined` when nobody knows. */
  retryAfter(): number | undefined {
    return this.rules.retryAfter(this, this.clock.now());
  }

  /** The current length of the open state, with its growth. */
  get resetTimeoutMs(): number {
    const { resetTimeoutMs, resetTimeoutFactor, maxResetTimeoutMs } = this.settings;
    return Math.min(resetTimeoutMs * resetTimeoutFactor ** this.reopenings, maxResetTimeoutMs);
  }

  figures(): Figures {
    return this.tally.figures(this.clock.now());
  }

  /** Probes under way that still hold their place. */
  get probesUnderWay(): number {
    return this.probes === null ? 0 : this.probes.count(this.clock.now());
  }

  /** Closed circuits are given up first where keys are bounded. */
  get isIdle(): boolean {
    return this.rules === closed && !this.observing;
  }

  /** Opens for the reset timeout, as if a rule had fired. */
  open(): void {
    this.settle();
    const from = this.state;
    this.endManualState();
    this.becomeOpen(from, 'manual');
  }

  /** Closes with a fresh window and without growth. */
  close(): void {
    this.settle();
    const from = this.state;
    this.endManualState();
    this.becomeClosed(from, 'manual');
  }

  /** As `close`, and nothing of the past is left, at the other instances either. */
  reset(): void {
    this.tally.forgetLastFailure();
    this.close();
    this.owner.fleet?.wasReset(this, this.name);
  }

  get isRuled(): boolean {
    return !this.observing && this.manualUntil === Infinity && ruled.has(this.rules);
  }

  followOpen(forMs: number, growth: number): void {
    const from = this.ruledState;
    this.start(open);
    this.reopenings = growth;
    this.openUntil = this.clock.now() + Math.min(forMs, this.settings.maxResetTimeoutMs);
    this.report(from, 'open', 'shared');
  }

  followClosed(): void {
    this.becomeClosed(this.ruledState, 'shared');
  }

  mayProbe(): boolean {
    return this.owner.fleet?.mayProbe(this, this.name) ?? true;
  }

  probeWaitMs(): number {
    return this.owner.fleet?.probeWaitMs(this) ?? 0;
  }

  forceOpen(ttlMs = Infinity): void {
    this.setByHand(forcedOpen, ttlMs);
  }

  disable(ttlMs = Infinity): void {
    this.setByHand(disabled, ttlMs);
  }

  observeOnly(ttlMs = Infinity): void {
    this.setByHand(closed, ttlMs, true);
  }

  /** How often it has opened again from half-open since it was closed. */
  get growth(): number {
    return this.reopenings;
  }

  /** Nothing has happened to it but counting. */
  get isUntouched(): boolean {
    return this.generation === 0;
  }

  /** Nothing has happened to it at all. */
  get isNew(): boolean {
    return this.isUntouched && this.tally.isEmpty;
  }

  /** Becomes what it was in another process, before anything has happened here. That is no transition: nobody hears of it. */
  resume({ state, until, growth }: ResumedState): void {
    this.rules = resumedRules[state];
    this.observing = state === 'observing';
    this.openUntil = state === 'open' ? until : 0;
    this.manualUntil = state === 'open' || state === 'closed' ? Infinity : until;
    this.reopenings = growth;
    this.since = this.clock.now();
    this.generation++;
  }

  /** Takes over other options: counts stay as far as they fit, timings count from the next transition. */
  reconfigured(): void {
    this.tally.adapt(this.settings.window);
  }

  admit(permit: Permit): boolean {
    return this.rules.admit(this, permit);
  }

  count(sample: Sample): CircuitReason | undefined {
    const isNews = sample.verdict === 'failure' || sample.slow || this.tally.consecutiveFailures > 0;
    const now = this.tally.add(sample, this.settings.window, this.clock);
    if (isNews) this.owner.touched(this);
    return tripReason(this.settings, this.tally, now);
  }

  trip(reason: CircuitReason, origin: Origin, error: unknown): void {
    this.becomeOpen(this.ruledState, reason, origin, error);
  }

  halfOpen(origin: Origin): void {
    this.start(halfOpen);
    this.tally.clear();
    this.report('open', 'halfOpen', 'resetTimeout', origin);
  }

  probeSucceeded(origin: Origin, sample: Sample): void {
    this.tally.addProbe(sample, this.clock);
    if (this.tally.probeSuccesses >= this.settings.successThreshold)
      this.becomeClosed('halfOpen', 'probes', origin);
  }

  probeFailed(origin: Origin, sample: Sample): void {
    this.tally.addProbe(sample, this.clock);
    this.reopenings++;
    this.trip('probeFailed', origin, sample.error);
  }

  private becomeOpen(from: CircuitState, reason: CircuitReason, origin?: Origin, error?: unknown): void {
    this.start(open);
    this.openUntil = this.clock.now() + this.resetTimeoutMs;
    this.report(from, 'open', reason, origin, error);
  }

  private becomeClosed(from: CircuitState, reason: CircuitReason, origin?: Origin): void {
    this.start(closed);
    this.tally.clear();
    this.reopenings = 0;
    this.report(from, 'closed', reason, origin);
  }

  private setByHand(rules: StateRules, ttlMs: number, observing = false): void {
    this.settle();
    const from = this.state;
    this.start(rules);
    this.tally.clear();
    this.reopenings = 0;
    this.observing = observing;
    this.manualUntil = this.clock.now() + ttlMs;
    this.report(from, this.state, 'manual');
  }

  private endManualState(): void {
    this.observing = false;
    this.manualUntil = Infinity;
  }

  private start(rules: StateRules): void {
    this.rules = rules;
    this.since = this.clock.now();
    this.generation++;
    this.probes = null;
    this.owner.touched(this);
  }

  /** What the rules say, whether they are heeded or only observed. */
  private get ruledState(): CircuitState {
    return this.rules === open && this.clock.now() >= this.openUntil ? 'halfOpen' : this.rules.name;
  }

  private report(
    from: CircuitState,
    to: CircuitState,
    reason: CircuitReason,
    origin?: Origin,
    error?: unknown,
  ): void {
    if (from === to) return;
    const shown = this.observing && reason !== 'manual' ? 'observing' : reason;
    this.owner.changed({ key: this.key, from, to, reason: shown, error, origin }, this);
  }
}
