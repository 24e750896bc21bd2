import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import type { CircuitSnapshot } from '../../core/circuit-breaker/circuit-snapshot.js';
import type { Circuit } from '../../core/circuit-breaker/circuit.js';
import type { SharedBulkhead } from '../../core/bulkhead/shared-bulkhead.js';
import type { SharedRetryBudget } from '../../core/retry/shared-retry-budget.js';
import { readBreaker } from '../runtime/breaker-reading.js';
import { breakersInUse } from '../runtime/breakers-in-use.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import type {
  InspectedBreaker,
  InspectedBudget,
  InspectedBulkhead,
  OperationOfPolicy,
} from './resilience-inspection.js';

type Users = ReadonlyMap<string, ReadonlySet<string>>;

export function inspectBreakers(runtime: ResilienceRuntime, maxCircuits: number): InspectedBreaker[] {
  return breakersInUse(runtime).map((breaker) => ({
    ...readBreaker(breaker),
    uses: usesOf(breaker.operations),
    keys: breaker.circuits.keys,
    circuits: circuitsOf(breaker, maxCircuits),
  }));
}

export function inspectBulkheads({ engine }: ResilienceRuntime): InspectedBulkhead[] {
  return [...engine.bulkheads.all()].filter(({ users }) => users.size > 0).map(readBulkhead);
}

export function inspectBudgets({ engine }: ResilienceRuntime): InspectedBudget[] {
  const now = engine.clock.now();
  return [...engine.budgets.all()]
    .filter(({ users }) => users.size > 0)
    .map((budget) => readBudget(budget, now));
}

function readBulkhead(shared: SharedBulkhead): InspectedBulkhead {
  const sums = { limit: 0, inFlight: 0, queued: 0 };
  for (const { limit, inFlight, queued } of shared.all()) {
    sums.limit += limit;
    sums.inFlight += inFlight;
    sums.queued += queued;
  }
  // Before its first call there is a limit all the same.
  const limit = sums.limit === 0 ? shared.settings.maxConcurrent : sums.limit;
  return { name: shared.name, uses: usesOf(shared.users), ...sums, limit };
}

function readBudget(shared: SharedRetryBudget, now: number): InspectedBudget {
  return { name: shared.name, uses: usesOf(shared.users), ...shared.reading(now) };
}

function usesOf(users: Users): OperationOfPolicy[] {
  return [...users].flatMap(([policy, operations]) =>
    Array.from(operations, (operation) => ({ policy, operation })),
  );
}

/** Those that need a look come first: what does not fit is closed. */
function circuitsOf(breaker: Breaker, max: number): CircuitSnapshot[] {
  const isClosed = (circuit: Circuit): boolean => circuit.state === 'closed';
  // Among keys, the circuit of calls without one is told only where it is not as it always was.
  const isTold = (one: Circuit): boolean =>
    one.key !== undefined || breaker.circuits.keys === 0 || !isClosed(one);
  const all = [...breaker.circuits.all()].filter(isTold);
  const chosen = [...all.filter((one) => !isClosed(one)), ...all.filter(isClosed)].slice(0, max);
  return chosen.map(({ key }) => breaker.snapshot(key));
}
