import { Breaker } from '../../../../../lib/core/circuit-breaker/breaker.js';
import {
  resolveCircuitBreaker,
  type CircuitBreakerOptions,
} from '../../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import { Emitter } from '../../../../../lib/core/events/emitter.js';
import { sample, StoppedClock, TestPermit } from '../../../../support/circuit.js';

function breakerOf(options: CircuitBreakerOptions) {
  const context = { clock: new StoppedClock(), classify: () => 'unknown' as const, events: new Emitter() };
  return new Breaker('payments', resolveCircuitBreaker(options), context);
}

/** Objects and arrays that belong to a circuit alone. */
function partsOf(value: unknown, seen = new Set<unknown>()): Set<unknown> {
  if (typeof value !== 'object' || value === null || seen.has(value) || value instanceof Breaker) return seen;
  seen.add(value);
  for (const part of Object.values(value)) partsOf(part, seen);
  return seen;
}

describe('the memory of a circuit', () => {
  // As measured on Node 20: some 230 bytes for a circuit with its place among the keys; a count window of successes adds 70,
  // with a ring of 100 samples 350; a time window of ten buckets 450.
  it.each<[string, CircuitBreakerOptions]>([
    ['the default rule', {}],
    ['a count window', { failureRatio: 0.5, window: { type: 'count', size: 1_000_000 } }],
    ['a time window', { failureRatio: 0.5, window: { type: 'time', buckets: 10_000 } }],
  ])('holds no window and no leases while it is new, with %s', (_, options) => {
    const circuit = breakerOf(options).circuits.get('a');
    expect(circuit.tally.window).toBeNull();
    expect(partsOf(circuit).size).toBeLessThanOrEqual(3); // the circuit, its tally, its state
  });

  it('holds a counter, whatever the size of the window, while calls succeed', () => {
    const breaker = breakerOf({ failureRatio: 0.5, window: { type: 'count', size: 1_000_000 } });
    const circuit = breaker.circuits.get(undefined);
    for (let i = 0; i < 1000; i++) {
      const permit = new TestPermit();
      circuit.enter(permit);
      circuit.leave(permit, sample('success'));
    }
    expect([...partsOf(circuit)].some((part) => ArrayBuffer.isView(part))).toBe(false);
    expect(circuit.figures()).toEqual({ failures: 0, successes: 1000, failureRatio: 0 });
  });

  it('is bounded by maxKeys', () => {
    const breaker = breakerOf({ maxKeys: 100 });
    for (let i = 0; i < 10_000; i++) breaker.circuits.get(String(i));
    expect(breaker.snapshots()).toHaveLength(100);
  });
});
