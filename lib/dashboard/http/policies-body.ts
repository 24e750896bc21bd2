import type { ExplainedOption } from '../../config/explain.js';
import { describeValue } from '../../core/options/describe-value.js';
import type { PolicyStats } from '../../core/call-stats.js';
import { isResilienceError } from '../../core/errors/is-resilience-error.js';
import type { ResilienceInspection } from '../../nest/inspection/resilience-inspection.js';

/** A policy, or an operation with what its decorators and the configuration say over its policy. */
export interface ShownPolicy {
  readonly name: string;
  readonly kind: 'policy' | 'operation';
  /** Effective values, each with its source. */
  readonly options: readonly ShownOption[];
  /** Counts since the application began; of policies alone. */
  readonly stats?: PolicyStats;
}

/** A value as JSON can say it: functions, classes and objects are named. */
export interface ShownOption {
  readonly path: string;
  readonly value: unknown;
  readonly source: string;
  /** The policy that gave it, where it was inherited. */
  readonly policy?: string;
}

/** Every policy by its name, in order. */
export function policiesBody(inspection: ResilienceInspection): readonly ShownPolicy[] {
  return inspection.policies.map((name) => ({
    name,
    kind: 'policy',
    options: optionsOf(inspection, name),
    stats: inspection.stats(name),
  }));
}

/** @throws ResilienceConfigError (`CONFIG_INVALID`) when neither an operation nor a policy goes by the name. */
export function policyBody(inspection: ResilienceInspection, name: string): ShownPolicy {
  const kind = inspection.operations.includes(name) ? 'operation' : 'policy';
  return { name, kind, options: inspection.explain(name).map(shownOption) };
}

/** One that a reload has broken has no values; the others are shown all the same. */
function optionsOf(inspection: ResilienceInspection, name: string): readonly ShownOption[] {
  try {
    return inspection.explain(name).map(shownOption);
  } catch (error) {
    if (isResilienceError(error, 'CONFIG_INVALID')) return [];
    throw error;
  }
}

function shownOption({ path, value, source, policy }: ExplainedOption): ShownOption {
  return { path, value: shownValue(path, value), source, ...(policy === undefined ? {} : { policy }) };
}

function shownValue(path: string, value: unknown): unknown {
  // What a fallback answers with is the application's own data.
  if (/(^|[.\]])value$/.test(path)) return describeType(value);
  if (Array.isArray(value)) return value.map((item: unknown) => shownValue('', item));
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return describeValue(value);
}

function describeType(value: unknown): string {
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
}
