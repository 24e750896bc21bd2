import { printable } from '../printable.js';
import { brand } from './brand.js';
import { tryAgain, underPolicy } from './message.js';
import { ResilienceError, type ErrorHeaders, type ResilienceErrorJson } from './resilience-error.js';
import { knownPause, retryAfterHeaders } from './retry-after.js';

/** The states in which a circuit rejects calls. */
export type RejectingCircuitState = 'open' | 'halfOpen' | 'forcedOpen';

export interface CircuitOpenErrorData {
  readonly policy: string;
  readonly operation: string;
  readonly breaker: string;
  readonly state: RejectingCircuitState;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

const stateTexts: Readonly<Record<RejectingCircuitState, string>> = {
  open: 'is open',
  halfOpen: 'is half-open and all its probes are in flight',
  forcedOpen: 'is forced open',
};

/**
 * A circuit breaker refused the call; the operation was not invoked. Answered with HTTP 503.
 *
 * `cause` is the last failure that the breaker counted, possibly of another call.
 *
 * @public
 */
export class CircuitOpenError extends ResilienceError {
  declare readonly code: 'CIRCUIT_OPEN';
  declare readonly policy: string;
  declare readonly operation: string;
  /** The name of the breaker. */
  declare readonly breaker: string;
  /** `'halfOpen'`: probes are in flight and no more are permitted; `'forcedOpen'`: opened by hand. */
  declare readonly state: RejectingCircuitState;
  /** Milliseconds until the breaker may let a call through; absent where that is decided by hand. */
  declare readonly retryAfter?: number;

  static {
    brand(this, 'CircuitOpenError', 'CIRCUIT_OPEN');
  }

  constructor(data: CircuitOpenErrorData) {
    const retryAfter = knownPause(data.retryAfter);
    super(messageOf(data, retryAfter), data);
    this.breaker = data.breaker;
    this.state = data.state;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }

  override get statusCode(): number {
    return 503;
  }

  override get headers(): ErrorHeaders {
    return retryAfterHeaders(this.retryAfter);
  }

  override toJSON(): ResilienceErrorJson {
    const { breaker, state, retryAfter } = this;
    return { ...super.toJSON(), breaker, state, retryAfter };
  }
}

type Names = Pick<CircuitOpenErrorData, 'policy' | 'operation' | 'breaker' | 'state'>;

interface Message extends Names {
  /** The pause that it tells, in whole milliseconds. */
  readonly pauseMs: number | undefined;
  readonly text: string;
}

/** In an outage the same circuit refuses the same operation call after call, and says the same for a millisecond. */
let latest: Message | undefined;

function messageOf(data: CircuitOpenErrorData, retryAfter?: number): string {
  const pauseMs = retryAfter && Math.round(retryAfter);
  if (latest === undefined || latest.pauseMs !== pauseMs || !areSame(latest, data))
    latest = { ...composed(data, retryAfter), pauseMs };
  return latest.text;
}

function composed(
  { breaker, state, operation, policy }: Names,
  retryAfter?: number,
): Omit<Message, 'pauseMs'> {
  const circuit = `Circuit ${printable(breaker)} ${stateTexts[state]}`;
  const again = tryAgain(retryAfter);
  const text = `${circuit}: ${printable(operation)} was not invoked${again}${underPolicy(policy)}`;
  return { breaker, state, operation, policy, text };
}

function areSame(a: Names, b: Names): boolean {
  return (
    a.breaker === b.breaker && a.operation === b.operation && a.policy === b.policy && a.state === b.state
  );
}
