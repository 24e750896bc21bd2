import type { AttemptContext } from '../attempt-context.js';
import { handOnReport } from '../call-report.js';
import type { AdapterCallOptions } from '../caller.js';
import { causeOf } from '../classify/links.js';
import { isResilienceError } from '../errors/is-resilience-error.js';
import { func } from '../options/functions.js';
import { matchers } from '../options/matchers.js';
import { object } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import type { Matcher } from '../predicate.js';
import { FetchRequest } from './fetch-request.js';
import { httpClientFields, type HttpClientOptions, type PolicyExecutor } from './http-client-options.js';
import { HttpCall } from './http-call.js';
import { requestCallOptions } from './request-call-options.js';
import { ResponseError } from './response-error.js';
import { compileFailure } from './response-failure.js';

/** Options of {@link resilientFetch}. */
export interface ResilientFetchOptions extends HttpClientOptions {
  /** What makes the requests. @defaultValue the global `fetch` at the time of each request */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Which answers are failures: HTTP statuses, categories such as `'notFound'`, and predicates, which get a
   * {@link ResponseError}. What is not named is a success whatever its status. Replaces the default, for which the word
   * `'default'` stands. Retry, breaker and fallback then treat the failure by their own rules: to retry a 404, name it
   * in the policy's `retryOn`, too.
   *
   * @defaultValue 408, 425, 429 and 5xx: what another try may change
   */
  readonly failOn?: readonly Matcher[];
}

/** Everything there is to know about {@link ResilientFetchOptions}. */
export const resilientFetchShape = object({
  fields: { ...httpClientFields, fetch: func<typeof globalThis.fetch>(), failOn: matchers() },
  build: (options) => options,
});

/**
 * A `fetch` under a policy: same arguments, same answers.
 *
 * - An answer of 408, 425, 429 or 5xx is a failure for retry, breaker and fallback, and its `Retry-After` is obeyed. When
 *   the call gives up on it the caller gets that response, unread, as from `fetch`, which rejects for no status; also
 *   where `retry.wrapExhausted` or a failing fallback would have thrown. `callReport(response)` tells of its attempts.
 * - POST and PATCH are retried only after errors which prove that nothing was sent, unless they have the header
 *   `Idempotency-Key` or the options or the policy say `idempotent: true`.
 * - A body that can be read only once (a stream, or that of a `Request`) is never sent a second time.
 * - The bodies of answers that are given up are cancelled, which frees their connections.
 * - Limits of time, attempt and total, end with the headers of the answer; the caller's `signal` also ends the reading of
 *   its body.
 *
 * The policy's `key` and fallbacks get what `fetch` was called with: `(input, init)` and `(error, input, init)`. A
 * fallback has to give a `Response`, and a new one each time.
 *
 * Beside what `fetch` rejects with, the promise rejects with the errors of `Policy.execute`: CircuitOpenError
 * (`CIRCUIT_OPEN`), TimeoutExceededError (`TIMEOUT_EXCEEDED`) and so on.
 *
 * @param policy - made by `createPolicy`, injected by `@InjectPolicy`, or `resilience.policy(name)`
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for wrong options, at once.
 *
 * @example
 * ```ts
 * const fetchRates = resilientFetch(policy, { operation: ({ url }) => new URL(url).host });
 * const response = await fetchRates('https://rates.example/eur');
 * ```
 * @public
 */
export function resilientFetch(
  policy: PolicyExecutor,
  options: ResilientFetchOptions = {},
): typeof globalThis.fetch {
  const { failOn, fetch, ...rules } = resolveOptions(resilientFetchShape, options);
  const failureOf = compileFailure(failOn);

  return async function fetchUnderPolicy(input, init) {
    const request = new FetchRequest(input, init);
    const { body, signal } = request;
    const call = new HttpCall<Response>({ body, signal, bodyOf, answerIn: noAnswer });
    const send = async (context: AttemptContext): Promise<Response> => {
      const response = await call.attempt(context, (attemptSignal) =>
        (fetch ?? globalThis.fetch)(input, { ...init, signal: attemptSignal }),
      );
      const failure = failureOf(response);
      if (failure !== undefined) throw failure;
      return response;
    };
    const callOptions: AdapterCallOptions = {
      ...requestCallOptions(request, body, rules),
      ...(signal !== undefined && { signal }),
      args: [input, init],
      caller: call,
    };
    return answered(call, policy.execute(send, callOptions));
  };
}

/** What the caller gets: the call's answer or, where it gave up on an answer, that one. */
async function answered(call: HttpCall<Response>, result: Promise<Response>): Promise<Response> {
  let answer: Response | undefined;
  try {
    answer = await result;
    return answer;
  } catch (error) {
    answer = lastAnswer(call, error);
    if (answer === undefined) throw error;
    handOnReport(error as object, answer);
    return answer;
  } finally {
    call.end(answer);
  }
}

/** The answer that the call gave up on, also where a wrapper or the failure of its fallbacks is told in its place. */
function lastAnswer(call: HttpCall<Response>, error: unknown): Response | undefined {
  let link = error;
  while (isResilienceError(link, 'ALL_FALLBACKS_FAILED') || isResilienceError(link, 'MAX_RETRIES_EXCEEDED'))
    link = causeOf(link);
  return link instanceof ResponseError && call.holds(link.response) ? link.response : undefined;
}

function bodyOf({ body }: Response): unknown {
  return body;
}

/** An error of `fetch` carries none. */
function noAnswer(): undefined {
  return undefined;
}
