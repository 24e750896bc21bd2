import { parse } from 'yaml';
import { readNamespace } from '../../lib/config/namespace.js';
import { readOperations } from '../../lib/config/resolve-operation.js';
import { readPolicies } from '../../lib/config/resolve-policies.js';

interface Configuration {
  readonly resilience: { readonly policies: object };
}

/** The policies that a configuration in YAML gives. */
export function policyNames(yaml: string): string[] {
  return Object.keys((parse(yaml) as Configuration).resilience.policies);
}

/** Everything that is wrong with a configuration in YAML and with variables over it. */
export function configurationIssues(
  yaml: string,
  variables: Readonly<Record<string, string>> = {},
): string[] {
  const { resilience } = parse(yaml) as Configuration;
  const issues: string[] = [];
  const source = { name: 'the document' };
  const { policies, operations } = readNamespace(resilience, 'resilience', source, issues);
  readOperations([{ ...source, operations }], issues);
  const read = readPolicies({
    sources: [{ ...source, policies }],
    readVariable: (variable) => variables[variable],
  });
  return [...issues, ...read.issues];
}

/** The variables of this package in the text of a `.env` file. */
export function variablesIn(env: string): Record<string, string> {
  const lines = [...env.matchAll(/^(RESILIENCE_\w+)=(\S*)/gm)];
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]));
}
