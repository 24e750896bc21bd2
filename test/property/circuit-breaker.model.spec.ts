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
import { BreakerModel, type Key } from '../support/breaker-model.js';
import { CircuitModel, ModelCall, type ModelAttempt, type ModelRules } from '../support/circuit-model.js';
import { Dice } from '../support/dice.js';

const SEEDS = 20_000;
const STEPS = 40;

// Looked up once: in jest's sandbox a global is slow, and these are read millions of times.
const { round, max } = Math;
const { is } = Object;

/** Which keys calls bring, and how many of them the breaker keeps. */
interface Keys {
  readonly among: readonly [Key, ...Key[]];
  readonly maxKeys: number;
}

function rollKeys(dice: Dice): Keys {
  const few: Keys = { among: [undefined, 'a'], maxKeys: 1 };
  const many: Keys = { among: [undefined, 'a', 'b', 'c'], maxKeys: 2 };
  return dice.pick({ among: [undefined], maxKeys: 1 }, { among: ['a'], maxKeys: 1 }, few, many);
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

/** A call, which keeps to the circuit that it has found first. */
interface CallUnderWay {
  readonly key: Key;
  readonly guard: BreakerGuard;
  readonly user: BreakerUser;
  readonly circuit: CircuitModel;
  readonly call: ModelCall;
}

interface InFlight extends CallUnderWay {
  readonly permit: TestPermit;
  readonly twin: ModelAttempt;
}

/** The real breaker and its model, side by side. */
class Pair {
  readonly trace: string[] = [];
  private readonly clock = new StoppedClock();
  private readonly events: string[] = [];
  private readonly breaker: Breaker;
  private readonly model: BreakerModel;
  private readonly inFlight: InFlight[] = [];
  /** Calls whose last attempt failed: they may make a further one. */
  private readonly retrying: CallUnderWay[] = [];
  /** The key of the last thing that happened. */
  private key: Key;

  constructor(
    private readonly dice: Dice,
    private readonly rules: ModelRules,
    private readonly keys: Keys,
    settings: CircuitBreakerSettings,
  ) {
    const emitter = new Emitter();
    emitter.onAny((event) => {
      const { from, to, reason, key } = event as CircuitEvent;
      const step = `${from} → ${to}: ${reason}`;
      if (to !== undefined) this.events.push(key === undefined ? step : `${key}: ${step}`);
    });
    const context = { clock: this.clock, classify: () => 'network' as const, events: emitter };
    this.breaker = new Breaker('payments', settings, context);
    this.model = new BreakerModel(rules, keys.maxKeys);
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
    const call = (this.dice.chance(0.4) ? this.retrying.pop() : undefined) ?? this.newCall();
    const { key, guard, circuit } = call;
    this.key = key;
    const permit = new TestPermit();
    const twin = circuit.start(call.call);
    const admitted = guard.admit(permit);
    this.told(`start: ${admitted ? 'runs' : 'refused'}`);
    same([admitted], [twin !== undefined]);
    if (twin !== undefined) this.inFlight.push({ ...call, permit, twin });
    else compareRefusal(guard, circuit);
  }

  private newCall(): CallUnderWay {
    const key = this.rollKey();
    const guard = new BreakerGuard(this.breaker.circuits.get(key), unused);
    const circuit = this.model.of(key);
    return { key, guard, user: { failedIn: UNRECORDED }, circuit, call: new ModelCall() };
  }

  private settle(): void {
    const attempt = this.takeInFlight();
    if (attempt === undefined) return;
    const { guard, permit, user, circuit, twin } = attempt;
    const verdict = this.dice.pick('success', 'success', 'failure', 'failure', 'ignored');
    const duration = this.dice.pick(0, 10, 11, 50);
    this.told(`settle: ${verdict} after ${duration}`);
    circuit.settle(twin, { verdict, duration });
    // As the fast lane does, which measures nothing.
    const isPlain = verdict === 'success' && !guard.needsDuration && this.dice.chance(0.7);
    if (isPlain) guard.passed(permit);
    else guard.record(user, permit, verdict, duration, 'down');
    if (verdict === 'failure') this.retrying.push(attempt);
  }

  private abort(): void {
    const attempt = this.takeInFlight();
    if (attempt === undefined) return;
    this.told('abort');
    attempt.circuit.abort(attempt.twin);
    attempt.guard.withdrawn(attempt.permit);
  }

  /** Mostly a little, often to an edge: just before, at, and just after the next instant at which something is due. */
  private tick(): void {
    const { time } = this.model;
    const until = this.model.peek(this.key)?.until;
    const toEdge = until === undefined ? this.dice.pick(5, 20, 50) : until - time.now;
    const ms = this.dice.chance(0.5) ? this.dice.below(12) : max(0, toEdge + this.dice.pick(-1, 0, 0, 1));
    this.trace.push(`tick: ${ms}`);
    // The look above is a look at both.
    this.breaker.snapshot(this.key);
    this.clock.time = time.now += round(ms);
  }

  private byHand(): void {
    const { dice } = this;
    const hand = dice.pick('open', 'close', 'reset', 'forceOpen', 'disable', 'observeOnly', 'observeOnly');
    const ttl = dice.pick(undefined, 1, 15, 40);
    this.key = this.rollKey();
    this.told(`${hand}(${ttl ?? ''})`);
    this.model.of(this.key)[hand](ttl);
    this.breaker.circuits.get(this.key)[hand](ttl);
  }

  private rollKey(): Key {
    return this.keys.among.length === 1 ? this.keys.among[0] : this.dice.pick(...this.keys.among);
  }

  private told(what: string): void {
    this.trace.push(this.key === undefined ? what : `${this.key}: ${what}`);
  }

  private takeInFlight(): InFlight | undefined {
    const attempt = this.inFlight.splice(this.dice.below(this.inFlight.length), 1)[0];
    if (attempt !== undefined) this.key = attempt.key;
    return attempt;
  }

  private compare(): void {
    const { model, breaker, events, key } = this;
    this.compareKeys();
    const seen = breaker.snapshot(key);
    const circuit = model.peek(key) ?? new CircuitModel(this.rules, model.time, () => undefined);
    const { figures, until } = circuit;
    const openUntil = until === undefined ? undefined : round(until);
    same(
      [seen.state, seen.probes, seen.failures, seen.successes, seen.failureRatio],
      [circuit.state, circuit.probes, figures.failures, figures.successes, figures.failureRatio],
    );
    same([seen.resetTimeout, seen.openUntil], [circuit.resetTimeout, openUntil]);
    same([seen.lastFailureAt], [circuit.lastFailureAt]);
    same(events, model.events);
    for (const event of events) seenTransitions.add(event.replace(/^\w: /, ''));
    events.length = model.events.length = 0;
  }

  /** The same ones are known, and the same ones forgotten. */
  private compareKeys(): void {
    const { model, breaker, keys } = this;
    for (const key of keys.among)
      if (key !== undefined)
        same([breaker.circuits.peek(key) !== undefined], [model.peek(key) !== undefined]);
  }
}

const unused = { judge: () => 'ignored' as const, recordResult: undefined, key: undefined };

function compareRefusal({ circuit }: BreakerGuard, model: CircuitModel): void {
  const { state, retryAfter } = model.refusal;
  same([circuit.refusingState, circuit.retryAfter()], [state, retryAfter]);
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
  const dice = new Dice(-1 - i);
  const rules = rollRules(dice);
  const keys = rollKeys(dice);
  const settings = resolveCircuitBreaker({ ...optionsOf(rules), maxKeys: keys.maxKeys });
  return { rules, keys, settings };
});

function play(seed: number): void {
  const { rules, keys, settings } = sets[seed % sets.length] as (typeof sets)[number];
  const pair = new Pair(new Dice(seed), rules, keys, settings);
  try {
    for (let i = 0; i < STEPS; i++) pair.step();
  } catch (error) {
    const story = `seed ${seed}, ${JSON.stringify({ ...rules, ...keys })}:\n${pair.trace.join('\n')}`;
    throw new Error(story, { cause: error });
  }
}

describe('a circuit breaker', () => {
  it(`does what the contract says, with and without keys, in ${SEEDS} random interleavings`, () => {
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
