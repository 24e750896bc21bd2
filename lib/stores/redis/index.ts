export { RedisStateStore } from './redis-state-store.js';
export type { RedisStateStoreOptions } from './redis-store-options.js';
export type { RedisClient, RedisSubscriber } from './redis-client.js';

export type {
  CircuitClosing,
  CircuitExchange,
  CircuitNews,
  CircuitNewsHere,
  CircuitOpening,
  ProbeLease,
  ProbeRequest,
} from '../../core/ports/circuit-exchange.js';
export type {
  CircuitChange,
  CircuitId,
  CircuitRecord,
  CountedSamples,
  TimedBucket,
  TimedSamples,
} from '../../core/ports/circuit-record.js';
export type {
  BudgetCounts,
  PermitStore,
  RateAnswer,
  SharedBudget,
  SharedRate,
} from '../../core/ports/permit-store.js';
export type { StateStore, StoreHost } from '../../core/ports/state-store.js';
