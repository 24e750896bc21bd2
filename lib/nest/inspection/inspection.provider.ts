import type { FactoryProvider } from '@nestjs/common';
import { summarize } from '../../core/call-stats.js';
import { ResilienceBootstrap } from '../resilience.bootstrap.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import { act } from './admin-actions.js';
import { inspectBreakers, inspectBudgets, inspectBulkheads } from './read-state.js';
import { RESILIENCE_INSPECTION, type ResilienceInspection } from './resilience-inspection.js';

/** What a page sees of this application. */
export const inspectionProvider: FactoryProvider<ResilienceInspection> = {
  provide: RESILIENCE_INSPECTION,
  inject: [ResilienceBootstrap],
  useFactory: ({ runtime }: ResilienceBootstrap) => inspectionOf(runtime),
};

function inspectionOf(runtime: ResilienceRuntime): ResilienceInspection {
  const { engine } = runtime;
  return {
    clock: engine.clock,
    events: engine.events,
    get policies() {
      return runtime.policies.names;
    },
    get operations() {
      return runtime.operations;
    },
    breakers: (maxCircuits) => inspectBreakers(runtime, maxCircuits),
    bulkheads: () => inspectBulkheads(runtime),
    budgets: () => inspectBudgets(runtime),
    explain: (name) => runtime.explain(name),
    stats: (policy) => summarize(engine.stats.sum(policy)),
    act: (request) => act(runtime, request),
  };
}
