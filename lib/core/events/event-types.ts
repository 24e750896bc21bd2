import type { ErrorCategory } from '../classify/error-category.js';

/** What every event carries. */
export interface ResilienceEventBase {
  /** The policy of the call, or of the breaker's first user where no call caused the event. */
  readonly policy: string;
  /** The operation, `ClassName.method` unless it was named otherwise. */
  readonly operation: string;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  /** The same for all events of one call; `''` where no call caused the event. */
  readonly callId: string;
}

/** How a call ended; each call has exactly one outcome. */
export type CallOutcome = 'success' | 'failure' | 'timeout' | 'rejected' | 'aborted' | 'fallback';

/** The state of a circuit as every reader sees it. */
export type CircuitState = 'closed' | 'open' | 'halfOpen' | 'forcedOpen' | 'disabled' | 'observing';

/** An attempt begins: its operation is invoked next. */
export interface AttemptStartedEvent extends ResilienceEventBase {
  readonly type: 'attemptStarted';
  readonly attempt: number;
}

/** An attempt ended in a failure, or with a result that `retryResult` refuses (`reason: 'result'`). */
export interface AttemptFailedEvent extends ResilienceEventBase {
  readonly type: 'attemptFailed';
  readonly attempt: number;
  readonly error: unknown;
  readonly category: ErrorCategory;
  /** Milliseconds from invocation; absent where the clock was not read. */
  readonly duration?: number;
  readonly reason?: 'result';
  /** Made elsewhere, such as by an SDK's own retry, and only told: no call belongs to it. */
  readonly recorded?: true;
}

/** The wait before a retry begins. */
export interface RetryEvent extends ResilienceEventBase {
  readonly type: 'retry';
  /** The number of the attempt that follows, at least 2. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Milliseconds until that attempt. */
  readonly delay: number;
  readonly error: unknown;
  readonly category: ErrorCategory;
}

/** A call ended with the operation's own result. */
export interface SuccessEvent extends ResilienceEventBase {
  readonly type: 'success';
  /** The number of the attempt that succeeded. */
  readonly attempt: number;
  /** Milliseconds of the whole call, waits included; absent where the clock was not read. */
  readonly duration?: number;
  /** The attempts ran out, and the last result is given though `retryResult` refuses it: `attemptFailed` told of it. */
  readonly reason?: 'result';
  /** An attempt made elsewhere, such as by an SDK's own retry, and only told: no call belongs to it. */
  readonly recorded?: true;
}

/** A call ended with an error and no fallback answered it. */
export interface FailureEvent extends ResilienceEventBase {
  readonly type: 'failure';
  readonly outcome: Exclude<CallOutcome, 'success' | 'fallback'>;
  /** Attempts made. */
  readonly attempt: number;
  readonly error: unknown;
  readonly category: ErrorCategory;
  readonly duration?: number;
}

/** A call gave up retrying: attempts, budget or the time for its delays ran out. */
export interface RetriesExhaustedEvent extends ResilienceEventBase {
  readonly type: 'retriesExhausted';
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly error: unknown;
  readonly category: ErrorCategory;
  readonly reason: 'exhausted' | 'budget' | 'hint' | 'timeout';
}

/** What every change of a circuit's state tells. */
export interface CircuitEventBase extends ResilienceEventBase {
  readonly breaker: string;
  /** The key of a keyed circuit. */
  readonly key?: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /**
   * Why: a rule, `'resetTimeout'`, `'probes'`, `'manual'`, `'ttl'`, `'shared'` where the other instances have decided, or
   * `'observing'` where the circuit only reports.
   */
  readonly reason: CircuitReason;
  /** The failure that opened it. */
  readonly error?: unknown;
}

/** A circuit opened, or was forced open. */
export interface CircuitOpenedEvent extends CircuitEventBase {
  readonly type: 'circuitOpened';
}

/** The first probe of an open circuit whose reset timeout is over. */
export interface CircuitHalfOpenedEvent extends CircuitEventBase {
  readonly type: 'circuitHalfOpened';
}

/** A circuit closed, or was told to let everything through: disabled, or only observing. */
export interface CircuitClosedEvent extends CircuitEventBase {
  readonly type: 'circuitClosed';
}

/** A circuit changed its state. */
export type CircuitEvent = CircuitOpenedEvent | CircuitHalfOpenedEvent | CircuitClosedEvent;

export type CircuitReason =
  | 'failureThreshold'
  | 'failureRatio'
  | 'slowCallRatio'
  | 'probeFailed'
  | 'resetTimeout'
  | 'probes'
  | 'manual'
  | 'ttl'
  | 'shared'
  | 'observing';

/** An attempt was refused without invoking the operation. */
export interface CallRejectedEvent extends ResilienceEventBase {
  readonly type: 'callRejected';
  readonly attempt: number;
  /** The strategy that refused. */
  readonly reason: 'circuitBreaker' | 'adaptiveThrottle' | 'rateLimiter' | 'bulkhead' | 'shutdown';
  readonly breaker?: string;
  readonly error?: unknown;
  /** True where the circuit only observes: the operation was invoked all the same. */
  readonly observed?: true;
}

/** A fallback answered the call. */
export interface FallbackUsedEvent extends ResilienceEventBase {
  readonly type: 'fallbackUsed';
  /** 0-based position of the handler that answered. */
  readonly index: number;
  /** What the call failed with. */
  readonly error: unknown;
  readonly category: ErrorCategory;
  readonly attempt: number;
  readonly duration?: number;
}

/** One fallback handler failed; the next one, if there is one, is tried. */
export interface FallbackFailedEvent extends ResilienceEventBase {
  readonly type: 'fallbackFailed';
  readonly index: number;
  /** What the handler failed with. */
  readonly error: unknown;
}

/** A limit of the policy, or a deadline from outside, was reached. */
export interface TimeoutEvent extends ResilienceEventBase {
  readonly type: 'timeout';
  readonly scope: 'total' | 'attempt' | 'deadline' | 'stream';
  readonly attempt: number;
  /** The limit in milliseconds. */
  readonly timeout: number;
}

/** An attempt was hedged, and the end of the hedge is known. */
export interface HedgedEvent extends ResilienceEventBase {
  readonly type: 'hedged';
  readonly attempt: number;
  /** The number of the hedge within its attempt, 1 for the first. */
  readonly hedge: number;
  /** Milliseconds from the primary's invocation to the hedge's. */
  readonly delay: number;
  /** `won`: its result is the attempt's; `lost`: another one was faster, or the call ended; `failed` by itself. */
  readonly outcome: 'won' | 'lost' | 'failed';
}

/** A retry was refused because the retry budget is used up. */
export interface BudgetExhaustedEvent extends ResilienceEventBase {
  readonly type: 'budgetExhausted';
  readonly attempt: number;
  readonly budget: string;
  readonly error: unknown;
}

/** A reload of the configuration took effect. */
export interface ConfigReloadedEvent extends ResilienceEventBase {
  readonly type: 'configReloaded';
  /** Names of the policies that changed. */
  readonly policies: readonly string[];
}

/** A reload was refused; the options in force stay. */
export interface ConfigReloadFailedEvent extends ResilienceEventBase {
  readonly type: 'configReloadFailed';
  readonly error: unknown;
}

/** The store of state cannot be read or written: what is in memory goes on. Told once until it has recovered. */
export interface StoreUnavailableEvent extends ResilienceEventBase {
  readonly type: 'storeUnavailable';
  /** What the store calls itself, such as `file /var/lib/app/circuits.json`. */
  readonly store: string;
  readonly error: unknown;
}

/** The store serves again. */
export interface StoreRecoveredEvent extends ResilienceEventBase {
  readonly type: 'storeRecovered';
  readonly store: string;
}

/** Somebody changed a breaker by hand through the admin endpoints, whether or not its state was another one before. */
export interface AdminActionEvent extends ResilienceEventBase {
  readonly type: 'adminAction';
  readonly breaker: string;
  /** The key of a keyed circuit. */
  readonly key?: string;
  readonly action: AdminAction;
  /** Who did it, as the application's guards know them; `'unknown'` where they do not say. */
  readonly actor: string;
  /** Milliseconds after which the circuit closes by itself. */
  readonly ttl?: number;
  readonly from: CircuitState;
  readonly to: CircuitState;
}

/** What may be done to a breaker by hand. */
export type AdminAction = 'open' | 'close' | 'reset' | 'forceOpen' | 'disable' | 'observeOnly';

/** Something that harms no call but should be known: user code that threw, a retry that another layer makes already. */
export interface DiagnosticEvent extends ResilienceEventBase {
  readonly type: 'diagnostic';
  /** What happened, for a person. */
  readonly message: string;
  /** Where: `'retryOn'`, `'listener'`, `'key'`, … */
  readonly source: string;
  readonly error?: unknown;
}

/** Every event, discriminated by `type`. */
export type ResilienceEvent =
  | AttemptStartedEvent
  | AttemptFailedEvent
  | RetryEvent
  | SuccessEvent
  | FailureEvent
  | RetriesExhaustedEvent
  | CircuitEvent
  | CallRejectedEvent
  | FallbackUsedEvent
  | FallbackFailedEvent
  | TimeoutEvent
  | HedgedEvent
  | BudgetExhaustedEvent
  | ConfigReloadedEvent
  | ConfigReloadFailedEvent
  | StoreUnavailableEvent
  | StoreRecoveredEvent
  | AdminActionEvent
  | DiagnosticEvent;

export type ResilienceEventType = ResilienceEvent['type'];

/** The events that may come from a breaker. */
export type BreakerEventType = CircuitEvent['type'] | 'callRejected';

/** The event of a given type. */
export type ResilienceEventOf<T extends ResilienceEventType> = Extract<ResilienceEvent, { type: T }>;

export type ResilienceListener<T extends ResilienceEventType = ResilienceEventType> = (
  event: ResilienceEventOf<T>,
) => void;

/** All names, in the order of the contract; validation and documentation read them from here. */
export const eventTypes: readonly ResilienceEventType[] = [
  'attemptStarted',
  'attemptFailed',
  'retry',
  'success',
  'failure',
  'retriesExhausted',
  'circuitOpened',
  'circuitHalfOpened',
  'circuitClosed',
  'callRejected',
  'fallbackUsed',
  'fallbackFailed',
  'timeout',
  'hedged',
  'budgetExhausted',
  'configReloaded',
  'configReloadFailed',
  'storeUnavailable',
  'storeRecovered',
  'adminAction',
  'diagnostic',
];

/** The events that may come from a breaker. */
export const breakerEventTypes: readonly BreakerEventType[] = [
  'circuitOpened',
  'circuitHalfOpened',
  'circuitClosed',
  'callRejected',
];
