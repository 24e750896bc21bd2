interface Definition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Without the prefix. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric, in the order in which they are written; docs/observability/metrics.md lists the same. */
export const definitions = {
  calls: {
    type: 'counter',
    name: 'calls_total',
    help: 'Calls that have ended, each with one outcome.',
    labels: ['policy', 'operation', 'outcome'],
  },
  callDuration: {
    type: 'histogram',
    name: 'call_duration_seconds',
    help: 'Duration of whole calls, attempts and waits included.',
    labels: ['policy', 'operation', 'outcome'],
  },
  attempts: {
    type: 'counter',
    name: 'retry_attempts_total',
    help: 'Attempts that have ended, the first of a call included.',
    labels: ['policy', 'operation', 'attempt', 'outcome'],
  },
  budgetExhausted: {
    type: 'counter',
    name: 'retry_budget_exhausted_total',
    help: 'Retries refused because the retry budget was used up.',
    labels: ['policy', 'operation'],
  },
  fallbacks: {
    type: 'counter',
    name: 'fallback_operations_total',
    help: 'Fallback handlers that were asked, by their position.',
    labels: ['policy', 'operation', 'index', 'outcome'],
  },
  breakerState: {
    type: 'gauge',
    name: 'circuit_breaker_state',
    help: 'Circuits of the breaker that are in this state: 0 or 1, with keys their number.',
    labels: ['breaker', 'state'],
  },
  breakerTransitions: {
    type: 'counter',
    name: 'circuit_breaker_transitions_total',
    help: 'Changes of state of the circuits of the breaker.',
    labels: ['breaker', 'from', 'to'],
  },
  breakerRejected: {
    type: 'counter',
    name: 'circuit_breaker_rejected_total',
    help: 'Attempts that the breaker refused.',
    labels: ['breaker'],
  },
  breakerFailureRatio: {
    type: 'gauge',
    name: 'circuit_breaker_failure_ratio',
    help: 'Failures by recorded results in the window of the breaker, 0 to 1.',
    labels: ['breaker'],
  },
  bulkheadInFlight: {
    type: 'gauge',
    name: 'bulkhead_in_flight',
    help: 'Slots held in the bulkhead that the operation uses, of all its keys together.',
    labels: ['policy', 'operation'],
  },
  bulkheadQueued: {
    type: 'gauge',
    name: 'bulkhead_queued',
    help: 'Calls that wait for a slot of the bulkhead that the operation uses.',
    labels: ['policy', 'operation'],
  },
  bulkheadAbandoned: {
    type: 'gauge',
    name: 'bulkhead_abandoned',
    help: 'Slots held by operations that go on although their callers have been answered.',
    labels: ['policy', 'operation'],
  },
  rateLimiterRejected: {
    type: 'counter',
    name: 'rate_limiter_rejected_total',
    help: 'Attempts that the rate limiter refused.',
    labels: ['policy', 'operation'],
  },
  hedges: {
    type: 'counter',
    name: 'hedges_total',
    help: 'Hedges made, by what became of them.',
    labels: ['policy', 'operation', 'outcome'],
  },
  storeUp: {
    type: 'gauge',
    name: 'store_up',
    help: 'Whether the store of state served when it was asked last: 1 or 0; 1 where state lives in memory alone.',
    labels: [],
  },
} as const satisfies Record<string, Definition>;

export type MetricKey = keyof typeof definitions;

/** The metrics that are read when they are scraped. */
export type GaugeKey = {
  [K in MetricKey]: (typeof definitions)[K]['type'] extends 'gauge' ? K : never;
}[MetricKey];

/** The metrics that count events. */
export type CounterKey = {
  [K in MetricKey]: (typeof definitions)[K]['type'] extends 'counter' ? K : never;
}[MetricKey];
