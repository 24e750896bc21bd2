import { sameOptions } from '../../config/same-options.js';
import { joinPath } from '../../core/options/place.js';
import type { Resolution } from './policy-sources.js';

/** Names of the policies that one reading of the sources makes otherwise than another, or that only one of them has. */
export function changedPolicies(before: Resolution, after: Resolution): readonly string[] {
  const names = [...new Set([...before.names, ...after.names])];
  return names.filter(
    (name) => !sameOptions(before.policies.get(name)?.options, after.policies.get(name)?.options),
  );
}

/** What is wrong with the policy itself, or, where that is told under another name, with all of them. */
export function faultsOf({ policies, names, issues }: Resolution, policy: string): readonly string[] {
  const path = joinPath('policies', policy);
  const own = issues.filter((issue) => issue.startsWith(path) && /^[.:[]/.test(issue.slice(path.length)));
  return own.length === 0 && names.includes(policy) && !policies.has(policy) ? issues : own;
}
