export { VirtualClock } from './virtual-clock.js';
export { scripted } from './scripted.js';
export { storeContract } from './store-contract/store-contract.js';
export { describeOperation } from './nest/describe-operation.js';
export { overrideResilience } from './nest/override-resilience.js';
export { protect } from './nest/protect.js';
export { ResilienceTestingModule } from './nest/resilience-testing.module.js';

export type { VirtualClockOptions } from './virtual-clock.js';
export type { Returned, ScriptedOperation, ScriptResult, Thrown } from './scripted.js';
export type { StoreContractCase, StoreContractOptions } from './store-contract/store-contract.js';
export type { StorePlace } from './store-contract/contract-stores.js';
export type { DescribeOptions, OperationDescription } from './nest/describe-operation.js';
export type { OverridableBuilder, ResilienceTestOverrides } from './nest/override-resilience.js';
export type { Protected, ProtectOptions } from './nest/protect.js';
export type { RecordedEvents } from './nest/recorded-events.js';
