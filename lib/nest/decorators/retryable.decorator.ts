import type { PolicyOptions } from '../../core/policy-options.js';
import type { RetryOptions } from '../../core/retry/retry-options.js';
import { applying, policyName } from './apply.js';
import type { PolicyName, Protection, RetryableOverrides } from './decorator-types.js';

/**
 * Runs the method, or the asynchronous methods of the class, under a whole named policy, which must have a retry.
 *
 * @param policy name of the policy. Default: `'default'`
 * @param overrides options of the retry that win over the policy's, and `timeout`, `fallback`, `circuitBreaker`,
 * `operation`, `key`, `idempotent`
 *
 * A name that no source knows fails the boot and names class, method and the nearest known policy.
 *
 * @example
 * ```ts
 * @Retryable('network', { maxAttempts: 4 })
 * async charge(order: Order): Promise<Receipt> { … }
 * ```
 *
 * @public
 */
export function Retryable<const M extends string = never>(
  policy?: PolicyName,
  overrides?: RetryableOverrides<M>,
): Protection<M>;
export function Retryable<const M extends string = never>(overrides: RetryableOverrides<M>): Protection<M>;
export function Retryable(
  policyOrOverrides?: string | RetryableOverrides,
  overrides: RetryableOverrides = {},
): Protection {
  return typeof policyOrOverrides === 'object' && policyOrOverrides !== null
    ? retryable('@Retryable', undefined, policyOrOverrides)
    : retryable('@Retryable', policyOrOverrides, overrides);
}

/** @internal */
export function retryable(
  decorator: string,
  policy: string | undefined,
  overrides: RetryableOverrides,
): Protection {
  const { methods, except, operation, ...rest } = overrides;
  const saying = {
    decorator,
    policy: policy === undefined ? undefined : policyName(policy, decorator),
    needsRetry: true,
    operation,
    options: toPolicyOptions(rest),
  };
  return applying(saying, { methods, except }) as Protection;
}

/** What is no option of the retry is one of the policy. */
function toPolicyOptions(
  overrides: Omit<RetryableOverrides, 'methods' | 'except' | 'operation'>,
): PolicyOptions {
  const { timeout, fallback, circuitBreaker, key, idempotent, ...retry } = overrides;
  const given = { timeout, fallback, circuitBreaker, key, idempotent };
  const options = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as PolicyOptions;
  return Object.keys(retry).length === 0 ? options : { ...options, retry: retry as RetryOptions };
}
