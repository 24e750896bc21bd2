import type { AdapterCallOptions } from '../caller.js';
import { object } from '../options/object.js';
import { resolveOptions } from '../options/resolve-options.js';
import { AxiosCall } from './axios-call.js';
import { fallbackAnswer } from './axios-fallback.js';
import { AxiosRequest } from './axios-request.js';
import { noInstance, senderBy, sendOnce } from './axios-sender.js';
import type { AxiosAdapter, AxiosAnswer, AxiosConfig, AxiosInstanceLike } from './axios-types.js';
import { httpClientFields, type HttpClientOptions, type PolicyExecutor } from './http-client-options.js';
import { type ClientRules, requestCallOptions } from './request-call-options.js';

/** Where a protecting adapter keeps the one that it protects; shared by all copies of this package. */
const PROTECTED = Symbol.for('nestjs-holdfast.axios.protected');

type ProtectingAdapter = AxiosAdapter & { [PROTECTED]: unknown };

const optionsShape = object({ fields: httpClientFields, build: (options): ClientRules => options });

/**
 * Puts the requests of an axios instance under a policy, by way of its adapter: interceptors and transformations run once
 * for each request, however many attempts it takes.
 *
 * - What axios rejects with is what the policy sees, and in the end what the caller gets: `validateStatus` decides which
 *   answers are errors, and their category whether they are retried. `Retry-After` is obeyed.
 * - POST and PATCH are retried only after errors which prove that nothing was sent, unless they have the header
 *   `Idempotency-Key` or the options or the policy say `idempotent: true`.
 * - A body that is a stream (`form-data` included) is never sent a second time.
 * - Streamed answers that are given up are destroyed, which frees their connections.
 * - `signal`, `cancelToken` and unsubscribing from `HttpService` end the call wherever it is; axios' own `timeout` is that
 *   of one attempt.
 *
 * The policy's `key` and fallbacks get axios' configuration of the request: `(config)` and `(error, config)`. A fallback
 * gives an answer, as `{ data }`, or else what becomes the `data` of one.
 *
 * A request that brings an adapter of its own is not protected. Protecting an instance again puts the new policy in the
 * place of the old one. Instances made from this one by `create()` are protected, too.
 *
 * @param instance - `axios.create()`, or the `axiosRef` of `HttpService`. Where modules import `HttpModule` without
 *   `register`, that is the one instance of the whole process.
 * @param policy - made by `createPolicy`, injected by `@InjectPolicy`, or `resilience.policy(name)`
 * @returns what takes the protection away again
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for wrong options, or what is no axios instance.
 *
 * @example
 * ```ts
 * protectAxios(httpService.axiosRef, policy, { operation: ({ url }) => new URL(url).host });
 * ```
 * @public
 */
export function protectAxios(
  instance: AxiosInstanceLike,
  policy: PolicyExecutor,
  options: HttpClientOptions = {},
): () => void {
  const rules = resolveOptions(optionsShape, options);
  const { defaults } = instance ?? {};
  if (typeof defaults !== 'object') throw noInstance();
  const original: unknown = unprotected(defaults.adapter);
  const send = senderBy(instance, original);
  const adapter: AxiosAdapter = (config) =>
    request(policy, send, config, requestCallOptions(new AxiosRequest(instance, config), config.data, rules));
  defaults.adapter = Object.assign(adapter, { [PROTECTED]: original });
  return () => {
    if (defaults.adapter === adapter) defaults.adapter = original;
  };
}

function unprotected(adapter: unknown): unknown {
  return typeof adapter === 'function' && PROTECTED in adapter
    ? (adapter as ProtectingAdapter)[PROTECTED]
    : adapter;
}

async function request(
  policy: PolicyExecutor,
  send: AxiosAdapter,
  config: AxiosConfig,
  said: AdapterCallOptions,
): Promise<AxiosAnswer> {
  const call = new AxiosCall(config);
  const { signal } = config;
  const options: AdapterCallOptions = { ...said, ...(signal && { signal }), args: [config], caller: call };
  try {
    const answer: unknown = await policy.execute(
      (context) => call.attempt(context, (attemptSignal) => sendOnce(send, config, attemptSignal)),
      options,
    );
    call.end(answer);
    return call.holds(answer) ? answer : fallbackAnswer(answer, config);
  } catch (error) {
    call.failed(error);
    throw error;
  }
}
