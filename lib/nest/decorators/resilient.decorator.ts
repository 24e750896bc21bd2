import { applying, policyName } from './apply.js';
import type { PolicyName, Protection, ResilientOverrides } from './decorator-types.js';

/**
 * Runs the method, or the asynchronous methods of the class, under a whole named policy.
 *
 * @param policy name of the policy
 * @param overrides options that win over the policy's
 *
 * A name that no source knows fails the boot and names class, method and the nearest known policy.
 *
 * @public
 */
export function Resilient<const M extends string = never>(
  policy: PolicyName,
  overrides: ResilientOverrides<M> = {},
): Protection<M> {
  const { methods, except, operation, ...options } = overrides;
  const decorator = '@Resilient';
  const saying = { decorator, policy: policyName(policy, decorator), operation, options };
  return applying(saying, { methods, except }) as Protection<M>;
}
