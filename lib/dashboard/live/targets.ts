import type {
  InspectedBreaker,
  OperationOfPolicy,
  ResilienceInspection,
} from '../../nest/inspection/resilience-inspection.js';
import type { CircuitSnapshot } from '../../core/circuit-breaker/circuit-snapshot.js';
import { LONGEST_NAME } from './shown-event.js';
import type { Traffic, TrafficReading } from './traffic.js';

/** Keys of a breaker that are shown one by one. */
export const MAX_KEYS = 20;
/** Operations of a breaker, or a bulkhead, that are named. */
const MAX_USES = 50;

/** A breaker with the circuits that are shown one by one. */
export interface ShownBreaker {
  /** How many circuits are in each state, states without any left out. */
  readonly states: Readonly<Record<string, number>>;
  readonly keys: number;
  readonly failureRatio?: number;
  readonly circuits: readonly CircuitSnapshot[];
}

/** What a row of the page shows: a breaker with the operations that use it, or an operation without a breaker. */
export interface Target {
  readonly name: string;
  readonly uses: readonly OperationOfPolicy[];
  readonly breaker?: ShownBreaker;
  readonly bulkheads?: readonly {
    readonly inFlight: number;
    readonly limit: number;
    readonly queued: number;
  }[];
  readonly budget?: { readonly used: number; readonly allowed: number };
  readonly traffic: TrafficReading;
}

/** Everything that the page has rows for, by an id that stays the same. */
export function readTargets(inspection: ResilienceInspection, traffic: Traffic): ReadonlyMap<string, Target> {
  const parts = new Parts(inspection);
  const targets = new Map<string, Target>();
  const covered = new Set<string>();
  for (const breaker of inspection.breakers(MAX_KEYS)) {
    for (const use of breaker.uses) covered.add(idOf(use));
    targets.set(`b:${breaker.name}`, parts.target(breaker.name, breaker.uses, traffic, breaker));
  }
  for (const use of [...parts.uses(), ...traffic.seen()]) {
    const id = idOf(use);
    if (covered.has(id)) continue;
    covered.add(id);
    targets.set(`o:${id}`, parts.target(use.operation, [use], traffic));
  }
  return targets;
}

/** Bulkheads and budgets by the operations that use them. */
class Parts {
  private readonly bulkheads;
  private readonly budgets;

  constructor(inspection: ResilienceInspection) {
    this.bulkheads = byUse(inspection.bulkheads());
    this.budgets = byUse(inspection.budgets());
  }

  /** Every operation that has one of them. */
  *uses(): Iterable<OperationOfPolicy> {
    for (const parts of [this.bulkheads, this.budgets])
      for (const [part] of parts.values()) if (part !== undefined) yield* part.uses;
  }

  target(
    name: string,
    uses: readonly OperationOfPolicy[],
    traffic: Traffic,
    breaker?: InspectedBreaker,
  ): Target {
    const bulkheads = partsOf(this.bulkheads, uses);
    const [budget] = partsOf(this.budgets, uses);
    return {
      name: name.slice(0, LONGEST_NAME),
      uses: uses.slice(0, MAX_USES).map(shortUse),
      ...(breaker && { breaker: shownBreaker(breaker) }),
      ...(bulkheads.length > 0 && {
        bulkheads: bulkheads.map(({ inFlight, limit, queued }) => ({ inFlight, limit, queued })),
      }),
      ...(budget && { budget: { used: budget.used, allowed: budget.allowed } }),
      traffic: traffic.read(uses),
    };
  }
}

export function shownBreaker({ states, keys, failureRatio, circuits }: InspectedBreaker): ShownBreaker {
  const nonzero = Object.fromEntries(Object.entries(states).filter(([, count]) => count > 0));
  return {
    states: nonzero,
    keys,
    ...(failureRatio !== undefined && { failureRatio: Number(failureRatio.toFixed(4)) }),
    circuits: circuits.map((circuit) => ({ ...circuit, name: circuit.name.slice(0, LONGEST_NAME) })),
  };
}

function shortUse({ policy, operation }: OperationOfPolicy): OperationOfPolicy {
  return { policy: policy.slice(0, LONGEST_NAME), operation: operation.slice(0, LONGEST_NAME) };
}

type Used = { readonly uses: readonly OperationOfPolicy[] };

function byUse<T extends Used>(parts: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const all = new Map<string, T[]>();
  for (const part of parts)
    for (const use of part.uses) {
      const id = idOf(use);
      const known = all.get(id);
      if (known === undefined) all.set(id, [part]);
      else known.push(part);
    }
  return all;
}

function partsOf<T>(
  parts: ReadonlyMap<string, readonly T[]>,
  uses: readonly OperationOfPolicy[],
): readonly T[] {
  return [...new Set(uses.flatMap((use) => parts.get(idOf(use)) ?? []))];
}

/** One text for two names, whatever is in them. */
function idOf({ policy, operation }: OperationOfPolicy): string {
  return `${policy.length}:${policy}${operation}`;
}
