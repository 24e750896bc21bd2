import {
  resolveCircuitBreaker,
  type CircuitBreakerOptions,
} from '../../lib/core/circuit-breaker/circuit-breaker-options.js';
import type { Transition } from '../../lib/core/circuit-breaker/circuit-owner.js';
import { Circuit } from '../../lib/core/circuit-breaker/circuit.js';
import type { Lease } from '../../lib/core/circuit-breaker/leases.js';
import { UNRECORDED, type Permit, type Sample, type Verdict } from '../../lib/core/circuit-breaker/permit.js';
import type { Clock } from '../../lib/core/time/clock.js';

/** A clock that shows what it is told. It has no timers: a circuit needs none. */
export class StoppedClock implements Clock {
  time = 0;
  /** By how much the wall clock is ahead. */
  epochOffset = 0;

  now(): number {
    return this.time;
  }

  epoch(): number {
    return this.time + this.epochOffset;
  }

  setTimer(): never {
    throw new TypeError('a circuit starts no timer');
  }

  clearTimer(): never {
    throw new TypeError('a circuit has no timer');
  }
}

export class TestPermit implements Permit {
  readonly policy = 'payments';
  readonly operation = 'Payments.charge';
  readonly callId = 'call-1';
  generation = UNRECORDED;
  lease: Lease | null = null;

  constructor(private readonly observed: Permit[] = []) {}

  refusalObserved(): void {
    this.observed.push(this);
  }
}

export function sample(verdict: Verdict, more: Partial<Sample> = {}): Sample {
  return { verdict, slow: false, repeated: false, error: undefined, ...more };
}

/** A circuit alone, with a clock to set and a log of what its owner hears. */
export function testCircuit(options: CircuitBreakerOptions = {}) {
  const clock = new StoppedClock();
  const transitions: Transition[] = [];
  const observed: Permit[] = [];
  const owner = {
    name: 'payments',
    settings: resolveCircuitBreaker(options),
    clock,
    fleet: undefined,
    changed: (transition: Transition) => void transitions.push(transition),
    touched: () => {},
  };
  const circuit = new Circuit(owner, undefined);

  /** An attempt that was let through; throws where it is refused. */
  const enter = (): TestPermit => {
    const permit = new TestPermit(observed);
    if (!circuit.enter(permit)) throw new TypeError(`refused while ${circuit.state}`);
    return permit;
  };
  const record = (verdict: Verdict, more?: Partial<Sample>): void =>
    circuit.leave(enter(), sample(verdict, more));
  const isRefused = (): boolean => !circuit.enter(new TestPermit());
  const steps = (): string[] => transitions.map(({ from, to, reason }) => `${from} → ${to}: ${reason}`);
  return { circuit, clock, owner, transitions, observed, enter, record, isRefused, steps };
}
