import type { AttemptContext } from '../attempt-context.js';
import type { CallOptions } from '../call-options.js';
import { anyOf } from '../options/any-of.js';
import { func } from '../options/functions.js';
import { boolean, string } from '../options/words.js';

/** What runs the requests of a client: a policy, whether made by `createPolicy` or injected by Nest. */
export interface PolicyExecutor {
  /** As `Policy.execute`; has to hand on the options as they are. */
  execute<T>(operation: (context: AttemptContext) => T | PromiseLike<T>, options?: CallOptions): Promise<T>;
}

/** A request as options that depend on it see it, whichever client makes it. */
export interface HttpRequest {
  /** In capitals. */
  readonly method: string;
  /** Whole, with its query. It may hold secrets and ids: never make it a name as it is. */
  readonly url: string;
  /** The headers that the caller gave. */
  readonly headers: HttpRequestHeaders;
}

/** Headers of a request by their names, in whatever case. */
export interface HttpRequestHeaders {
  /** Whether there is such a header. */
  has(name: string): boolean;
  /** Its value; `null` or `undefined` where there is none. */
  get(name: string): unknown;
}

/** What `resilientFetch` and `protectAxios` have in common. */
export interface HttpClientOptions {
  /**
   * The name under which breaker, budget, statistics and metrics know the request. A function gives one for each
   * request; let it give few, as the names of hosts, for each is a series in the metrics and may be a breaker.
   *
   * @defaultValue the policy's name
   */
  readonly operation?: string | ((request: HttpRequest) => string);
  /**
   * Whether a request may be made twice; `undefined` from a function leaves it to the next one in this order: the
   * header `Idempotency-Key`, which says yes; the policy's `idempotent`; the method (GET, HEAD, OPTIONS, TRACE, PUT and
   * DELETE may, all others may not).
   *
   * A request that may not is retried only after errors which prove that nothing was sent.
   */
  readonly idempotent?: boolean | ((request: HttpRequest) => boolean | undefined);
}

/** {@link HttpClientOptions} as shapes, for the options of each client. */
export const httpClientFields = {
  operation: anyOf(string(), func<(request: HttpRequest) => string>()),
  idempotent: anyOf(boolean(), func<(request: HttpRequest) => boolean | undefined>()),
};
