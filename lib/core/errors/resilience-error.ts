import { ANY_CODE, brand, brandOf } from './brand.js';
import type { ResilienceErrorCode } from './error-code.js';

/** Response headers that go with an error, names in lower case. */
export interface ErrorHeaders {
  /** Whole seconds, rounded up; absent when unknown. */
  'retry-after'?: string;
}

/** What `JSON.stringify` writes of an error: data to act on, never causes, other errors or stacks. */
export interface ResilienceErrorJson {
  readonly name: string;
  readonly code: ResilienceErrorCode;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/** What every error may know of the call it ends. */
export interface ResilienceErrorData {
  readonly policy?: string | undefined;
  readonly operation?: string | undefined;
  readonly cause?: unknown;
}

/** What was set aside with an error of this copy of the library, which costs less than a place in a WeakMap. */
export let asideOf: (error: ResilienceError) => unknown;
export let setAside: (error: ResilienceError, aside: unknown) => void;
export let isOwn: (error: object) => error is ResilienceError;

/**
 * The base of all errors of this library.
 *
 * Compare `code`, or use `isResilienceError(error, code)`, rather than `instanceof`: a process may hold two copies of the
 * package. Nest's own exception filter answers with `statusCode` and the message, which therefore names the policy and the
 * operation and nothing of the cause.
 *
 * @public
 */
export abstract class ResilienceError extends Error {
  /** The stable name of what happened. */
  declare readonly code: ResilienceErrorCode;
  /** The policy of the call; absent where there was none. */
  declare readonly policy?: string;
  /** The operation of the call, `ClassName.method` unless it was named otherwise; absent where there was none. */
  declare readonly operation?: string;

  /** What the engine knows of this error beside what it says; unseen by all others. */
  #aside: unknown = undefined;

  static {
    brand(this, 'ResilienceError', ANY_CODE);
    asideOf = (error) => error.#aside;
    setAside = (error, aside) => {
      error.#aside = aside;
    };
    isOwn = (error): error is ResilienceError => #aside in error;
  }

  constructor(message: string, { policy, operation, cause }: ResilienceErrorData) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = brandOf(this) as ResilienceErrorCode;
    if (policy !== undefined) this.policy = policy;
    if (operation !== undefined) this.operation = operation;
  }

  /** The HTTP status that a server answers with when this error reaches its client; absent for errors of the boot. */
  get statusCode(): number | undefined {
    return undefined;
  }

  /** The same as {@link statusCode}, under the name that Express, Koa and `http-errors` read. */
  get status(): number | undefined {
    return this.statusCode;
  }

  /** Whether the message may be shown to HTTP clients. */
  get expose(): boolean {
    return this.statusCode !== undefined;
  }

  /** Headers for the HTTP answer. */
  get headers(): ErrorHeaders {
    return {};
  }

  /** What GraphQL servers send beside the message. */
  get extensions(): { readonly code: ResilienceErrorCode; readonly retryAfter?: number } {
    const { code, retryAfter } = this as { readonly code: ResilienceErrorCode; readonly retryAfter?: number };
    return retryAfter === undefined ? { code } : { code, retryAfter };
  }

  /** Name, code, message, status and the data of this class; never the cause, other errors or the stack. */
  toJSON(): ResilienceErrorJson {
    const { name, code, message, statusCode, policy, operation } = this;
    return { name, code, message, statusCode, policy, operation };
  }
}
