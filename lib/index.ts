export { ResilienceModule } from './nest/resilience.module.js';
export type {
  ResilienceFactoryOptions,
  ResilienceFeatureAsyncOptions,
  ResilienceFeatureOptions,
  ResilienceModuleAsyncOptions,
  ResilienceModuleOptions,
  ResilienceOptionsFactory,
} from './nest/resilience-options.interface.js';
export { ResilienceService } from './nest/resilience.service.js';
export { NamedPolicy } from './nest/runtime/named-policy.js';
export type { CallOverrides, ExecuteAllOptions, ExecuteOptions } from './nest/runtime/named-policy.js';
export type { BreakerSelection } from './nest/runtime/breaker-selection.js';
export type { RecordedAttempt } from './nest/runtime/record-attempt.js';
export { RESILIENCE_OPTIONS } from './nest/resilience.constants.js';
export { Retryable } from './nest/decorators/retryable.decorator.js';
export { Resilient } from './nest/decorators/resilient.decorator.js';
export {
  Bulkhead,
  CircuitBreaker,
  Hedge,
  RateLimit,
  TimeLimit,
} from './nest/decorators/strategy.decorators.js';
export { Fallback, FallbackValue } from './nest/decorators/fallback.decorators.js';
export { SkipResilience } from './nest/decorators/skip-resilience.decorator.js';
export { Attempt } from './nest/decorators/attempt.decorator.js';
export {
  AggressiveRetry,
  ApiRetry,
  DatabaseRetry,
  FileRetry,
  NetworkRetry,
  QuickRetry,
} from './nest/decorators/preset-retries.decorator.js';
export { OnResilienceEvent } from './nest/events/on-resilience-event.decorator.js';
export type { OnBreakerEventOptions } from './nest/events/on-resilience-event.decorator.js';
export type { FailedCall } from './nest/events/recent-failures.js';
export { getPolicyToken, InjectPolicy } from './nest/decorators/inject-policy.decorator.js';
export type { PolicyName, ResiliencePolicies } from './nest/decorators/decorator-types.js';
export { AttemptContext } from './core/attempt-context.js';
export { currentAttempt } from './nest/context/current-attempt.js';
export { outgoingHeaders } from './nest/context/context-headers.js';

export { UsePolicy } from './nest/interceptor/use-policy.decorator.js';
export { queueBackoff } from './nest/queue/queue-backoff.js';
export type { QueueBackoff } from './nest/queue/queue-backoff.js';
export { ResilienceInterceptor } from './nest/interceptor/resilience.interceptor.js';
export { ResilienceExceptionFilter } from './nest/filter/resilience-exception.filter.js';
export { ResilienceHttpException, toHttpException } from './nest/filter/to-http-exception.js';
export { configJsonSchema } from './config/json-schema.js';

export { BackoffError } from './core/retry/backoff/backoff-error.js';
export { ChaosError } from './core/chaos/chaos.js';
export { callReport } from './core/call-report.js';
export { classify } from './core/classify/classify.js';
export { isResilienceError } from './core/errors/is-resilience-error.js';
export { protectAxios } from './core/http/protect-axios.js';
export { resilientFetch } from './core/http/resilient-fetch.js';
export { ResponseError } from './core/http/response-error.js';

export { AdaptiveThrottleError } from './core/errors/adaptive-throttle-error.js';
export { AllFallbacksFailedError } from './core/errors/all-fallbacks-failed-error.js';
export { BulkFailureError } from './core/errors/bulk-failure-error.js';
export { BulkheadFullError } from './core/errors/bulkhead-full-error.js';
export { CircuitOpenError } from './core/errors/circuit-open-error.js';
export { MaxRetriesExceededError } from './core/errors/max-retries-exceeded-error.js';
export { PermanentError } from './core/errors/permanent-error.js';
export { RateLimitedError } from './core/errors/rate-limited-error.js';
export { ResilienceConfigError } from './core/errors/config-error.js';
export { ResilienceError } from './core/errors/resilience-error.js';
export { RetryableError } from './core/errors/retryable-error.js';
export { ShutdownError } from './core/errors/shutdown-error.js';
export { TimeoutExceededError } from './core/errors/timeout-exceeded-error.js';

export type { Policy } from './core/policy.js';
export type { PolicyListeners, PolicyOptions } from './core/policy-options.js';
export type { PolicyStats } from './core/call-stats.js';
export type { CallOptions, CallResult } from './core/call-options.js';
export type { CallReason, CallReport } from './core/call-report.js';
export type { LoopAttempt } from './core/attempt-loop.js';
export type { BulkOptions } from './core/bulk/bulk-options.js';
export type {
  BulkOperation,
  BulkOperations,
  BulkProgress,
  BulkResult,
  BulkValue,
} from './core/bulk/bulk-types.js';

export type { AxiosInstanceLike } from './core/http/axios-types.js';
export type { ResilientFetchOptions } from './core/http/resilient-fetch.js';
export type {
  HttpClientOptions,
  HttpRequest,
  HttpRequestHeaders,
  PolicyExecutor,
} from './core/http/http-client-options.js';

export type { RetryOptions } from './core/retry/retry-options.js';
export type { RetryBudgetOptions } from './core/retry/budget-options.js';
export type {
  AdaptiveBackoffOptions,
  BackoffFunction,
  BackoffOptions,
  BackoffType,
  Jitter,
} from './core/retry/backoff/backoff-options.js';
export type { BackoffErrorData } from './core/retry/backoff/backoff-error.js';
export type { StreamTimeoutOptions, TimeoutOptions } from './core/timeout/timeout-options.js';
export type { AdaptiveThrottleOptions } from './core/adaptive-throttle/adaptive-throttle-options.js';
export type { AdaptiveLimitOptions } from './core/bulkhead/adaptive-options.js';
export type { BulkheadOptions, BulkheadRelease } from './core/bulkhead/bulkhead-options.js';
export type { RateLimiterOptions } from './core/rate-limiter/rate-limiter-options.js';
export type { HedgeOptions } from './core/hedge/hedge-options.js';
export type { HedgeBudgetOptions } from './core/hedge/hedge-budget-options.js';
export type { FallbackHandler, FallbackOptions } from './core/fallback/fallback-options.js';
export type { ChaosOptions } from './core/chaos/chaos-options.js';
export type { LoggingOptions, LogLevel } from './core/logging-options.js';
export type { IdentityOptions, IdentityScope, KeyFunction } from './core/identity-options.js';
export type { Matcher } from './core/predicate.js';
export type { ErrorClass } from './core/error-class.js';

export type { CircuitBreakerOptions } from './core/circuit-breaker/circuit-breaker-options.js';
export type { WindowOptions } from './core/circuit-breaker/window-options.js';
export type { BreakerHandle, ManualStateOptions } from './core/circuit-breaker/breaker-handle.js';
export type { CircuitSnapshot } from './core/circuit-breaker/circuit-snapshot.js';

export type { Classifier } from './core/classify/ask-classifiers.js';
export type { ErrorCategory } from './core/classify/error-category.js';

export { FileStateStore } from './stores/file/file-state-store.js';
export { MemoryStateStore } from './stores/memory/memory-state-store.js';
export type { FileStateStoreOptions } from './stores/file/file-state-store.js';
export type {
  CircuitChange,
  CircuitId,
  CircuitRecord,
  CountedSamples,
  TimedBucket,
  TimedSamples,
} from './core/ports/circuit-record.js';
export type {
  CircuitClosing,
  CircuitExchange,
  CircuitNews,
  CircuitNewsHere,
  CircuitOpening,
  ProbeLease,
  ProbeRequest,
} from './core/ports/circuit-exchange.js';
export type {
  BudgetCounts,
  PermitStore,
  RateAnswer,
  SharedBudget,
  SharedRate,
} from './core/ports/permit-store.js';
export type { StateStore, StoreHost } from './core/ports/state-store.js';

export type { Clock, TimerHandle, TimerTask } from './core/time/clock.js';
export type { Duration } from './core/time/duration.js';
export type { Random } from './core/random.js';

export type { ResilienceEvents } from './core/events/emitter.js';
export type {
  AttemptFailedEvent,
  AttemptStartedEvent,
  BreakerEventType,
  BudgetExhaustedEvent,
  CallOutcome,
  CallRejectedEvent,
  CircuitClosedEvent,
  CircuitEvent,
  CircuitEventBase,
  CircuitHalfOpenedEvent,
  CircuitOpenedEvent,
  CircuitReason,
  CircuitState,
  ConfigReloadedEvent,
  ConfigReloadFailedEvent,
  AdminAction,
  AdminActionEvent,
  DiagnosticEvent,
  FailureEvent,
  FallbackFailedEvent,
  FallbackUsedEvent,
  HedgedEvent,
  ResilienceEvent,
  ResilienceEventBase,
  ResilienceEventOf,
  ResilienceEventType,
  ResilienceListener,
  RetriesExhaustedEvent,
  RetryEvent,
  StoreRecoveredEvent,
  StoreUnavailableEvent,
  SuccessEvent,
  TimeoutEvent,
} from './core/events/event-types.js';

export type { ResilienceErrorCode } from './core/errors/error-code.js';
export type { AnyResilienceError, ResilienceErrorByCode } from './core/errors/is-resilience-error.js';
export type {
  ErrorHeaders,
  ResilienceErrorData,
  ResilienceErrorJson,
} from './core/errors/resilience-error.js';
export type { UserError, UserErrorOptions } from './core/errors/user-error.js';
export type { AdaptiveThrottleErrorData } from './core/errors/adaptive-throttle-error.js';
export type { AllFallbacksFailedErrorData } from './core/errors/all-fallbacks-failed-error.js';
export type { BulkFailure, BulkFailureErrorData, BulkSuccess } from './core/errors/bulk-failure-error.js';
export type { BulkheadFullErrorData, BulkheadRejectionReason } from './core/errors/bulkhead-full-error.js';
export type { CircuitOpenErrorData, RejectingCircuitState } from './core/errors/circuit-open-error.js';
export type { MaxRetriesExceededErrorData } from './core/errors/max-retries-exceeded-error.js';
export type { RateLimitedErrorData } from './core/errors/rate-limited-error.js';
export type { ResilienceConfigErrorData } from './core/errors/config-error.js';
export type { ShutdownErrorData } from './core/errors/shutdown-error.js';
export type { TimeoutExceededErrorData, TimeoutScope } from './core/errors/timeout-exceeded-error.js';

export type { EventLogger, LineLogger, ModuleOptions, RouteOptions } from './config/module-options.js';
export type { PropagationOptions, TrustInbound } from './config/propagation-options.js';
export type { JsonSchema } from './core/options/shape.js';
export type { ExplainedOption } from './config/explain.js';
export type {
  ClassProtection,
  ClassSelection,
  Composable,
  InstanceTarget,
  MethodProtection,
  Protectable,
  ProtectableDescriptor,
  Protection,
  ResilientOverrides,
  RetryableOverrides,
} from './nest/decorators/decorator-types.js';
export type {
  FallbackChain,
  FallbackProtection,
  FallbackRules,
  FallbackSource,
} from './nest/decorators/fallback.decorators.js';
