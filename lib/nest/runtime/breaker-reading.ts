import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import type { Engine } from '../../core/engine.js';
import type { Surround } from '../../core/events/surround.js';
import type { CircuitState } from '../../core/events/event-types.js';
import type { BreakerReading, ResilienceSource } from '../../metrics/resilience-source.js';
import { breakersInUse } from './breakers-in-use.js';
import { readBulkheads } from './bulkhead-reading.js';
import type { ResilienceRuntime } from './resilience.runtime.js';

/** What metrics read of an application. */
export function sourceOf(runtime: ResilienceRuntime): ResilienceSource {
  return {
    events: runtime.engine.events,
    measure: (meterOf) => runtime.engine.stats.measure(meterOf),
    surround: (run) => surroundWith(runtime.engine, run),
    breakers: () => breakersInUse(runtime).map(readBreaker),
    bulkheads: () => readBulkheads(runtime),
    isStoreUp: () => runtime.engine.keeper?.isUp !== false,
  };
}

/** The one who came last runs what those before would have run. */
function surroundWith(engine: Engine, run: Surround): () => void {
  const { surround: before } = engine;
  const both: Surround = before === undefined ? run : (call, invoke) => run(call, () => before(call, invoke));
  engine.surround = both;
  return () => {
    if (engine.surround === both) engine.surround = before;
  };
}

/** All circuits of a breaker as one. Cheaper than their snapshots, for there may be ten thousand of them. */
export function readBreaker(breaker: Breaker): BreakerReading {
  const states = noCircuits();
  let failures = 0;
  let recorded = 0;
  for (const circuit of breaker.circuits.all()) {
    circuit.settle();
    const { state, key } = circuit;
    // Among keys, the circuit of calls without one is told only where it is not as it always was.
    if (key !== undefined || state !== 'closed' || breaker.circuits.keys === 0) states[state]++;
    const figures = circuit.figures();
    if (figures.failureRatio === undefined) continue;
    failures += figures.failures;
    recorded += figures.failures + figures.successes;
  }
  return { name: breaker.name, states, ...(recorded > 0 ? { failureRatio: failures / recorded } : {}) };
}

function noCircuits(): Record<CircuitState, number> {
  return { closed: 0, open: 0, halfOpen: 0, forcedOpen: 0, disabled: 0, observing: 0 };
}
