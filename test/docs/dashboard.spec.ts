import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_ACTIONS_PER_MINUTE } from '../../lib/dashboard/dashboard.service.js';
import { resolveDashboardOptions } from '../../lib/dashboard/dashboard-options.js';
import { adminLine } from '../../lib/nest/logging/event-line.js';
import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument, root, tableUnder } from '../support/markdown.js';

const document = readDocument('docs/dashboard.md');

describe('the document on the dashboard', () => {
  it('has TypeScript that compiles in a strict project', () => {
    const [block] = codeBlocks(document, 'ts');
    expect(typeErrors({ 'dashboard.ts': block?.code ?? '' })).toEqual([]);
  });

  it('lists the options with their defaults', () => {
    const { path, readOnly, allowUnauthenticated } = resolveDashboardOptions({ allowUnauthenticated: true });
    const rows = new Map(tableUnder(document, 'option').map(([name, value]) => [name, value]));
    expect([...rows.keys()]).toEqual([
      'path',
      'guards',
      'imports',
      'readOnly',
      'allowUnauthenticated',
      'actor',
    ]);
    expect([rows.get('path'), rows.get('readOnly'), allowUnauthenticated]).toEqual([
      `'${path}'`,
      String(readOnly),
      true,
    ]);
  });

  it('lists the actions, the limit and the line in the log', () => {
    const actions = tableUnder(document, 'action').map(([name]) => name);
    expect(actions).toEqual(['open', 'close', 'reset', 'forceOpen', 'disable', 'observeOnly']);
    expect(document).toContain(`more than ${MAX_ACTIONS_PER_MINUTE} changes in a minute`);
    const line = adminLine({
      type: 'adminAction',
      policy: 'payments',
      operation: 'PaymentsService',
      at: 0,
      callId: '',
      breaker: 'PaymentsService',
      action: 'forceOpen',
      actor: 'alice',
      ttl: 3_600_000,
      from: 'closed',
      to: 'forcedOpen',
    });
    expect(codeBlocks(document, 'text')[0]?.code.trim()).toBe(line);
  });

  it('has its pictures', () => {
    const pictures = [...document.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path as string);
    expect(pictures.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
    expect(pictures).toHaveLength(1);
  });
});
