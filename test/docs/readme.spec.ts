import { parse } from 'yaml';
import { unknownVariables } from '../../lib/config/environment.js';
import { readNamespace } from '../../lib/config/namespace.js';
import { presets } from '../../lib/config/presets/presets.js';
import { readOperations } from '../../lib/config/resolve-operation.js';
import { readPolicies } from '../../lib/config/resolve-policies.js';
import * as holdfast from '../../lib/index.js';
import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument, tableUnder } from '../support/markdown.js';

const readme = readDocument('README.md');

describe('README', () => {
  it('has TypeScript that compiles in a strict project', () => {
    const blocks = codeBlocks(readme, 'ts').map(({ code }, index) => [fileName(code, index), code] as const);

    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });

  it('has a YAML configuration without a fault', () => {
    const [block] = codeBlocks(readme, 'yaml');
    const { resilience } = parse(block?.code ?? '') as { resilience: unknown };
    const issues: string[] = [];
    const { policies, operations } = readNamespace(resilience, 'resilience', { name: 'README' }, issues);
    const read = readPolicies({ sources: [{ name: 'README', policies }] });
    const overrides = readOperations([{ name: 'README', operations }], issues);

    expect([...issues, ...read.issues]).toEqual([]);
    expect(read.policies.get('payments')?.settings.retry?.maxAttempts).toBe(4);
    expect([...overrides.keys()]).toEqual(['ReportsService.render']);
  });

  it('shows the faults of a configuration as they are told', () => {
    const text = codeBlocks(readme, 'text').find(({ code }) => code.startsWith('policies.'));
    const policies = { network: { retry: { maxAttempts: -1, backof: {} } } };

    expect(readPolicies({ sources: [{ name: 'code', obvious: true, policies }] }).issues).toEqual(
      text?.code.trim().split('\n'),
    );
  });

  it('has variables that are read', () => {
    const env = codeBlocks(readme, 'sh').find(({ code }) => code.startsWith('# .env'));
    const names = [...(env?.code ?? '').matchAll(/^(RESILIENCE_\w+)=/gm)].map(([, name = '']) => name);

    expect(names).toHaveLength(3);
    expect(
      unknownVariables(Object.keys(presets), Object.fromEntries(names.map((name) => [name, '']))),
    ).toEqual([]);
  });

  it('tells the presets as they are', () => {
    const { policies } = readPolicies({ sources: [] });
    const rows = tableUnder(readme, 'name').map(([name = '', attempts]) => [name, Number(attempts)]);

    expect(rows).toEqual([...policies].map(([name, { settings }]) => [name, settings.retry?.maxAttempts]));
  });

  it('names decorators that exist', () => {
    const named = [...readme.matchAll(/@([A-Z]\w+)\(/g)].map(([, name = '']) => name);
    const foreign = ['Injectable', 'Module', 'Controller', 'Get', 'HealthCheck'];

    expect(named.filter((name) => !foreign.includes(name) && !(name in holdfast))).toEqual([]);
  });
});

/** A block says its name in its first line if another one imports it. */
function fileName(code: string, index: number): string {
  return /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `block-${index + 1}.ts`;
}
