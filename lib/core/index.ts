export { createPolicy } from './create-policy.js';
export { AttemptContext } from './attempt-context.js';
export { backoffDelay } from './retry/backoff/backoff-delay.js';
export { BackoffError } from './retry/backoff/backoff-error.js';
export { ChaosError } from './chaos/chaos.js';
export { callReport } from './call-report.js';
export { classify } from './classify/classify.js';
export { isResilienceError } from './errors/is-resilience-error.js';
export { systemClock } from './time/system-clock.js';

export { protectAxios } from './http/protect-axios.js';
export { resilientFetch } from './http/resilient-fetch.js';
export { ResponseError } from './http/response-error.js';

export { AdaptiveThrottleError } from './errors/adaptive-throttle-error.js';
export { AllFallbacksFailedError } from './errors/all-fallbacks-failed-error.js';
export { BulkFailureError } from './errors/bulk-failure-error.js';
export { BulkheadFullError } from './errors/bulkhead-full-error.js';
export { CircuitOpenError } from './errors/circuit-open-error.js';
export { MaxRetriesExceededError } from './errors/max-retries-exceeded-error.js';
export { PermanentError } from './errors/permanent-error.js';
export { RateLimitedError } from './errors/rate-limited-error.js';
export { ResilienceConfigError } from './errors/config-error.js';
export { ResilienceError } from './errors/resilience-error.js';
export { RetryableError } from './errors/retryable-error.js';
export { ShutdownError } from './errors/shutdown-error.js';
export { TimeoutExceededError } from './errors/timeout-exceeded-error.js';

export type { AttemptStorage } from './attempt-storage.js';
export type { EngineOptions } from './engine-options.js';
export type { NamedPolicyOptions } from './create-policy.js';
export type { Policy } from './policy.js';
export type { PolicyListeners, PolicyOptions } from './policy-options.js';
export type { PolicyStats } from './call-stats.js';
export type { CallOptions, CallResult } from './call-options.js';
export type { CallReason, CallReport } from './call-report.js';
export type { LoopAttempt } from './attempt-loop.js';
export type { BulkOptions } from './bulk/bulk-options.js';
export type {
  BulkOperation,
  BulkOperations,
  BulkProgress,
  BulkResult,
  BulkValue,
} from './bulk/bulk-types.js';

export type { AxiosInstanceLike } from './http/axios-types.js';
export type { ResilientFetchOptions } from './http/resilient-fetch.js';
export type {
  HttpClientOptions,
  HttpRequest,
  HttpRequestHeaders,
  PolicyExecutor,
} from './http/http-client-options.js';

export type { RetryOptions } from './retry/retry-options.js';
export type { RetryBudgetOptions } from './retry/budget-options.js';
export type {
  AdaptiveBackoffOptions,
  BackoffFunction,
  BackoffOptions,
  BackoffType,
  Jitter,
} from './retry/backoff/backoff-options.js';
export type { BackoffDelayInputs } from './retry/backoff/backoff-delay.js';
export type { BackoffErrorData } from './retry/backoff/backoff-error.js';
export type { StreamTimeoutOptions, TimeoutOptions } from './timeout/timeout-options.js';
export type { AdaptiveThrottleOptions } from './adaptive-throttle/adaptive-throttle-options.js';
export type { AdaptiveLimitOptions } from './bulkhead/adaptive-options.js';
export type { BulkheadOptions, BulkheadRelease } from './bulkhead/bulkhead-options.js';
export type { RateLimiterOptions } from './rate-limiter/rate-limiter-options.js';
export type { HedgeOptions } from './hedge/hedge-options.js';
export type { HedgeBudgetOptions } from './hedge/hedge-budget-options.js';
export type { FallbackHandler, FallbackOptions } from './fallback/fallback-options.js';
export type { ChaosOptions } from './chaos/chaos-options.js';
export type { LoggingOptions, LogLevel } from './logging-options.js';
export type { IdentityOptions, IdentityScope, KeyFunction } from './identity-options.js';
export type { Matcher } from './predicate.js';
export type { ErrorClass } from './error-class.js';

export type { CircuitBreakerOptions } from './circuit-breaker/circuit-breaker-options.js';
export type { WindowOptions } from './circuit-breaker/window-options.js';
export type { BreakerHandle, ManualStateOptions } from './circuit-breaker/breaker-handle.js';
export type { CircuitSnapshot } from './circuit-breaker/circuit-snapshot.js';

export type { Classifier } from './classify/ask-classifiers.js';
export type { ErrorCategory } from './classify/error-category.js';

export type {
  CircuitChange,
  CircuitId,
  CircuitRecord,
  CountedSamples,
  TimedBucket,
  TimedSamples,
} from './ports/circuit-record.js';
export type {
  CircuitClosing,
  CircuitExchange,
  CircuitNews,
  CircuitNewsHere,
  CircuitOpening,
  ProbeLease,
  ProbeRequest,
} from './ports/circuit-exchange.js';
export type {
  BudgetCounts,
  PermitStore,
  RateAnswer,
  SharedBudget,
  SharedRate,
} from './ports/permit-store.js';
export type { StateStore, StoreHost } from './ports/state-store.js';

export type { Clock, TimerHandle, TimerTask } from './time/clock.js';
export type { Duration } from './time/duration.js';
export type { Random } from './random.js';

export type { ResilienceEvents } from './events/emitter.js';
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
} from './events/event-types.js';

export type { ResilienceErrorCode } from './errors/error-code.js';
export type { AnyResilienceError, ResilienceErrorByCode } from './errors/is-resilience-error.js';
export type { ErrorHeaders, ResilienceErrorData, ResilienceErrorJson } from './errors/resilience-error.js';
export type { UserError, UserErrorOptions } from './errors/user-error.js';
export type { AdaptiveThrottleErrorData } from './errors/adaptive-throttle-error.js';
export type { AllFallbacksFailedErrorData } from './errors/all-fallbacks-failed-error.js';
export type { BulkFailure, BulkFailureErrorData, BulkSuccess } from './errors/bulk-failure-error.js';
export type { BulkheadFullErrorData, BulkheadRejectionReason } from './errors/bulkhead-full-error.js';
export type { CircuitOpenErrorData, RejectingCircuitState } from './errors/circuit-open-error.js';
export type { MaxRetriesExceededErrorData } from './errors/max-retries-exceeded-error.js';
export type { RateLimitedErrorData } from './errors/rate-limited-error.js';
export type { ResilienceConfigErrorData } from './errors/config-error.js';
export type { ShutdownErrorData } from './errors/shutdown-error.js';
export type { TimeoutExceededErrorData, TimeoutScope } from './errors/timeout-exceeded-error.js';
