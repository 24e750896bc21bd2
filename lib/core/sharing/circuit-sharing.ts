import type { Breaker } from '../circuit-breaker/breaker.js';
import type { CircuitFleet, FleetCircuit, Transition } from '../circuit-breaker/circuit-owner.js';
import type { CircuitExchange, CircuitNews, CircuitOpening } from '../ports/circuit-exchange.js';
import { circuitId } from '../ports/circuit-id.js';
import type { CircuitId } from '../ports/circuit-record.js';
import type { Clock } from '../time/clock.js';
import { CircuitOpenings, type Opening } from './circuit-openings.js';
import { ProbeRight } from './probe-right.js';

/** What sharing needs of its engine. */
export interface SharingContext {
  readonly clock: Clock;
  breaker(name: string): Breaker | undefined;
}

/**
 * Lets the circuits of one engine and those of other instances decide together: tells what happens here, opens what enough
 * others have opened, closes what a probe of theirs has closed, and probes for the fleet where that is its turn.
 */
export class CircuitSharing implements CircuitFleet {
  private readonly openings = new CircuitOpenings();
  private readonly rights = new WeakMap<FleetCircuit, ProbeRight>();
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly exchange: CircuitExchange,
    private readonly context: SharingContext,
  ) {}

  start(): void {
    this.stopListening ??= this.exchange.listen((news) => this.heard(news));
  }

  stop(): void {
    this.stopListening?.();
    this.stopListening = undefined;
  }

  joined(circuit: FleetCircuit, breaker: string): void {
    const latest = this.opened(circuitId(breaker, circuit.key), circuit.settings.resetTimeoutMs);
    if (latest === undefined || latest.openUntil <= this.context.clock.now()) return;
    circuit.resume({ state: 'open', until: latest.openUntil, growth: latest.reopenings });
  }

  changed(circuit: FleetCircuit, breaker: string, { to, reason }: Transition): void {
    const id = circuitId(breaker, circuit.key);
    // Before the lease goes back: who gets it next has to know.
    if (reason !== 'shared' && circuit.isRuled) {
      if (to === 'open') this.exchange.publish(openingOf(circuit, id, this.context.clock.now()));
      if (to === 'closed' && reason === 'probes') this.exchange.publish({ ...id, type: 'closed' });
    }
    if (to === 'closed') this.openings.forget(id);
    if (to !== 'halfOpen') this.rights.get(circuit)?.end();
  }

  wasReset(circuit: FleetCircuit, breaker: string): void {
    const id = circuitId(breaker, circuit.key);
    this.openings.forget(id);
    this.exchange.publish({ ...id, type: 'reset' });
  }

  mayProbe(circuit: FleetCircuit, breaker: string): boolean {
    let right = this.rights.get(circuit);
    if (right === undefined) {
      right = new ProbeRight(circuit, circuitId(breaker, circuit.key), this.exchange, this.context.clock);
      this.rights.set(circuit, right);
    }
    return right.isHeld();
  }

  probeWaitMs(circuit: FleetCircuit): number {
    return this.rights.get(circuit)?.waitMs() ?? 0;
  }

  private heard(news: CircuitNews): void {
    if (news.type !== 'opened') return this.heardClosing(news);
    const { clock } = this.context;
    this.openings.add(news, clock.now());
    const breaker = this.context.breaker(news.breaker);
    if (breaker === undefined) return;
    const known = breaker.circuits.peek(news.key);
    if (known !== undefined && !known.isIdle) return this.stayOpen(known, news);
    // One that comes later hears of it then.
    if (known !== undefined) this.follow(known, news);
  }

  /** A probe of the fleet has failed: nobody else need find out, unless somebody is about to. */
  private stayOpen(circuit: FleetCircuit, { reopenings, openForMs = Infinity, ageMs }: CircuitOpening): void {
    const restMs = openForMs - ageMs;
    if (!circuit.isRuled || reopenings === 0 || circuit.probesUnderWay > 0 || restMs <= 0) return;
    if (this.context.clock.now() + restMs <= circuit.openUntil) return;
    circuit.followOpen(restMs, Math.max(reopenings, circuit.growth));
  }

  /** Opens a closed circuit where enough others have. */
  private follow(circuit: FleetCircuit, id: CircuitId): void {
    if (!circuit.isRuled || !circuit.isIdle) return;
    const latest = this.opened(id, circuit.settings.resetTimeoutMs);
    if (latest === undefined) return;
    const restMs = latest.openUntil - this.context.clock.now();
    if (restMs > 0) circuit.followOpen(restMs, latest.reopenings);
  }

  /** The opening that lasts longest, where there are enough of them within the reset timeout. */
  private opened(id: CircuitId, withinMs: number): Opening | undefined {
    const openings = this.openings.within(id, withinMs, this.context.clock.now());
    if (openings.length < this.exchange.quorum) return undefined;
    return openings.reduce((latest, one) => (one.openUntil > latest.openUntil ? one : latest));
  }

  private heardClosing({ type, breaker, key }: Exclude<CircuitNews, CircuitOpening>): void {
    this.openings.forget(circuitId(breaker, key));
    const circuit = this.context.breaker(breaker)?.circuits.peek(key);
    if (circuit === undefined) return;
    if (type === 'reset') circuit.tally.forgetLastFailure();
    if (circuit.isRuled && !circuit.isIdle) circuit.followClosed();
  }
}

function openingOf(circuit: FleetCircuit, id: CircuitId, now: number) {
  const openForMs = Math.ceil(circuit.openUntil - now);
  return {
    ...id,
    type: 'opened' as const,
    reopenings: circuit.growth,
    ...(Number.isFinite(openForMs) ? { openForMs } : {}),
  };
}
