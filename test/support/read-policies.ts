import { type PolicyInput, readPolicies } from '../../lib/config/resolve-policies.js';

/** Policies of one obvious source without presets, and what else a test says. */
export function readCode(policies: unknown, input: Partial<PolicyInput> = {}) {
  return readPolicies({
    presets: false,
    ...input,
    sources: [{ name: 'code', obvious: true, policies }, ...(input.sources ?? [])],
  });
}
