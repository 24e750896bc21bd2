import { BreakerGuard, type BreakerUser } from '../../lib/core/circuit-breaker/breaker-guard.js';
import { Breaker } from '../../lib/core/circuit-breaker/breaker.js';
import {
  resolveCircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitBreakerSettings,
} from '../../lib/core/circuit-breaker/circuit-breaker-options.js';
import { UNRECORDED } from '../../lib/core/circuit-breaker/permit.js';
import { Emitter } from '../../lib/core/events/emitter.js';
import type { CircuitEvent } from '../../lib/core/events/event-types.js';
import { StoppedClock, TestPermit } from '../support/circuit.js';
import { CircuitModel, ModelCall, type ModelAttempt, type ModelRules } from '../support/circuit-model.js';

const SEEDS = 20_000;
const STEPS = 40;

// Looked up once: in jest's sandbox a global is slow, and these are read millions of times.
const { imul, floor, round, max } = Math;
const { is } = Object;

/** A small generator with a seed, so that a failure names what to run again. */
class Dice {
  constructor(private seed: number) {}

  /** Uniform in [0, 1). (mulberry32) */
  roll(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(n: number): number {
    return floor(this.roll() * n);
  }

  pick<T>(...among: readonly [T, ...T[]]): T {
    return among[this.below(among.length)] as T;
  }

  chance(probability: number): boolean {
    return this.roll() < probability;
  }
}

function rollRules(dice: Dice): ModelRules {
  const kind = dice.pick('consecutive', 'failureRatio', 'slow', 'both');
  const resetTimeout = dice.pick(10, 30, 30, 30, Infinity);
  return {
    ...(kind === 'consecutive' || dice.chance(0.3) ? { failureThreshold: 1 + dice.below(3) } : {}),
    ...(kind === 'failureRatio' || kind === 'both' ? { failureRatio: dice.pick(0.3, 0.5, 1) } : {}),
    ...(kind === 'slow' || kind === 'both' ? { slowCallDuration: 10 } : {}),
    slowCallRatio: dice.pick(0.3, 0.5, 1),
    minimumCalls: 1 + dice.below(5),
    window: dice.chance(0.5)
      ? { type: 'count', size: 1 + dice.below(6) }
      : { type: 'time', duration: dice.pick(20, 50) },
    resetTimeout,
    resetTimeoutFactor: dice.pick(1, 1.5, 2),
    maxResetTimeout: resetTimeout === Infinity ? Infinity : dice.pick(resetTimeout, 70, 500),
    halfOpenMaxCalls: 1 + dice.below(3),
    successThreshold: 1 + dice.below(3),
    halfOpenTimeout: dice.pick(5, 20),
  };
}

function optionsOf({ window, maxResetTimeout, ...rules }: ModelRules): CircuitBreakerOptions {
  // Where only a hand closes the circuit, there is no maximum to give.
  const options = maxResetTimeout === Infinity ? rules : { ...rules, maxResetTimeout };
  if (rules.failureRatio === undefined && rules.slowCallDuration === undefined) return options;
  // A bucket for each millisecond: the window then forgets sample by sample, as the model does.
  return { ...options, window: window.type === 'count' ? window : { ...window, buckets: window.duration } };
}

interface InFlight {
  readonly permit: TestPermit;
  readonly user: BreakerUser;
  readonly twin: ModelAttempt;
}

/** The real circuit and its model, side by side. */
class Pair {
  readonly trace: string[] = [];
  private readonly clock = new StoppedClock();
  private readonly events: string[] = [];
  private readonly breaker: Breaker;
  private readonly guard: BreakerGuard;
  private readonly model: CircuitModel;
  private readonly inFlight: InFlight[] = [];
  /** Calls whose last attempt failed: they may make a further one. */
  private readonly retrying: { readonly user: BreakerUser; readonly call: ModelCall }[] = [];

  constructor(
    private readonly dice: Dice,
    rules: ModelRules,
    settings: CircuitBreakerSettings,
  ) {
    const emitter = new Emitter();
    emitter.onAny((event) => {
      const { from, to, reason } = event as CircuitEvent;
      if (to !== undefined) this.events.push(`${from} → ${to}: ${reason}`);
    });
    const context = { clock: this.clock, classify: () => 'network' as const, events: emitter };
    this.breaker = new Breaker('payments', settings, context);
    const unused = { judge: () => 'ignored' as const, recordResult: undefined, key: undefined };
    this.guard = new BreakerGuard(this.breaker.circuits.get(undefined), unused);
    this.model = new CircuitModel(rules);
  }

  step(): void {
    const roll = this.dice.roll();
    if (roll < 0.35) this.start();
    else if (roll < 0.7) this.settle();
    else if (roll < 0.75) this.abort();
    else if (roll < 0.92) this.tick();
    else this.byHand();
    // Sometimes nobody looks for a while: what is due must then be found by the next caller.
    if (this.dice.chance(0.8)) this.compare();
  }

  private start(): void {
    const { user, call } = (this.dice.chance(0.4) ? this.retrying.pop() : undefined) ?? {
      user: { failedIn: UNRECORDED },
      call: new ModelCall(),
    };
    const permit = new TestPermit();
    const twin = this.model.start(call);
    const admitted = this.guard.admit(permit);
    this.trace.push(`start: ${admitted ? 'runs' : 'refused'}`);
    same([admitted], [twin !== undefined]);
    if (twin !== undefined) this.inFlight.push({ permit, user, twin });
    else this.compareRefusal();
  }

  private settle(): void {
    const attempt = this.takeInFlight();
    if (attempt === undefined) return;
    const { permit, user, twin } = attempt;
    const verdict = this.dice.pick('success', 'success', 'failure', 'failure', 'ignored');
    const duration = this.dice.pick(0, 10, 11, 50);
    this.trace.push(`settle: ${verdict} after ${duration}`);
    this.model.settle(twin, { verdict, duration });
    this.guard.record(user, permit, verdict, duration, 'down');
    if (verdict === 'failure') this.retrying.push({ user, call: twin.call });
  }

  private abort(): void {
    const attempt = this.takeInFlight();
    if (attempt === undefined) return;
    this.trace.push('abort');
    this.model.abort(attempt.twin);
    this.guard.withdrawn(attempt.permit);
  }

  /** Mostly a little, often to an edge: just before, at, and just after the next instant at which something is due. */
  private tick(): void {
    const { until } = this.model;
    const toEdge = until === undefined ? this.dice.pick(5, 20, 50) : until - this.model.now;
    const ms = this.dice.chance(0.5) ? this.dice.below(12) : max(0, toEdge + this.dice.pick(-1, 0, 0, 1));
    this.trace.push(`tick: ${ms}`);
    this.clock.time = this.model.now += round(ms);
  }

  private byHand(): void {
    const { model, breaker, dice } = this;
    const circuit = breaker.circuits.get(undefined);
    const hand = dice.pick('open', 'close', 'reset', 'forceOpen', 'disable', 'observeOnly', 'observeOnly');
    const ttl = dice.pick(undefined, 1, 15, 40);
    this.trace.push(`${hand}(${ttl ?? ''})`);
    model[hand](ttl);
    circuit[hand](ttl);
  }

  private takeInFlight(): InFlight | undefined {
    return this.inFlight.splice(this.dice.below(this.inFlight.length), 1)[0];
  }

  private compareRefusal(): void {
    const { circuit } = this.guard;
    const { state, retryAfter } = this.model.refusal;
    same([circuit.refusingState, circuit.retryAfter()], [state, retryAfter]);
  }

  private compare(): void {
    const { model, breaker, events } = this;
    const seen = breaker.snapshot(undefined);
    const { figures, until } = model;
    const openUntil = until === undefined ? undefined : round(until);
    same(
      [seen.state, seen.probes, seen.failures, seen.successes, seen.failureRatio],
      [model.state, model.probes, figures.failures, figures.successes, figures.failureRatio],
    );
    same([seen.resetTimeout, seen.openUntil], [model.resetTimeout, openUntil]);
    same([seen.lastFailureAt], [model.lastFailureAt]);
    same(events, model.events);
    for (const event of events) seenTransitions.add(event);
    events.length = model.events.length = 0;
  }
}

/** As `toEqual`, which is asked only about what differs: it is too slow for millions of steps. */
function same(actual: readonly unknown[], expected: readonly unknown[]): void {
  const differs = (value: unknown, i: number): boolean => !is(value, actual[i]);
  if (actual.length !== expected.length || expected.some(differs)) expect(actual).toEqual(expected);
}

/** What all games together have come through. */
const seenTransitions = new Set<string>();

/** Checking options takes longer than a game: a set of rules serves several seeds. */
const sets = Array.from({ length: 1000 }, (_, i) => {
  const rules = rollRules(new Dice(-1 - i));
  return { rules, settings: resolveCircuitBreaker(optionsOf(rules)) };
});

function play(seed: number): void {
  const { rules, settings } = sets[seed % sets.length] as (typeof sets)[number];
  const pair = new Pair(new Dice(seed), rules, settings);
  try {
    for (let i = 0; i < STEPS; i++) pair.step();
  } catch (error) {
    const story = `seed ${seed}, ${JSON.stringify(rules)}:\n${pair.trace.join('\n')}`;
    throw new Error(story, { cause: error });
  }
}

describe('a circuit breaker', () => {
  it(`does what the contract says, in ${SEEDS} random interleavings`, () => {
    for (let seed = 1; seed <= SEEDS; seed++) play(seed);
  }, 60_000);

  it('comes through every transition in them', () => {
    const rules = ['failureThreshold', 'failureRatio', 'slowCallRatio'];
    const byHand = ['closed', 'open', 'halfOpen', 'forcedOpen', 'disabled', 'observing'].flatMap((from) =>
      ['closed', 'open', 'forcedOpen', 'disabled', 'observing'].map((to) => `${from} → ${to}: manual`),
    );
    expect([...seenTransitions]).toEqual(
      expect.arrayContaining([
        ...rules.map((rule) => `closed → open: ${rule}`),
        'open → halfOpen: resetTimeout',
        'halfOpen → open: probeFailed',
        'halfOpen → closed: probes',
        'closed → open: observing',
        'open → halfOpen: observing',
        'halfOpen → open: observing',
        'halfOpen → closed: observing',
        'forcedOpen → closed: ttl',
        'disabled → closed: ttl',
        'observing → closed: ttl',
        ...byHand.filter((step) => !/^(\w+) → \1:/.test(step)),
      ]),
    );
  });
});
