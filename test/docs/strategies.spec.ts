import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unknownVariables } from '../../lib/config/environment.js';
import { defaultVerdict } from '../../lib/core/circuit-breaker/verdict.js';
import { errorCategories } from '../../lib/core/classify/error-category.js';
import { eventTypes } from '../../lib/core/events/event-types.js';
import { defaultLogging, type LoggingKey } from '../../lib/core/logging-options.js';
import { backoffDelay } from '../../lib/core/retry/backoff/backoff-delay.js';
import type { BackoffType } from '../../lib/core/retry/backoff/backoff-options.js';
import * as holdfast from '../../lib/index.js';
import { definitions } from '../../lib/metrics/metric-definitions.js';
import { eventOfKey } from '../../lib/nest/logging/event-line.js';
import { typeErrors } from '../support/compile.js';
import { configurationIssues, policyNames, variablesIn } from '../support/configuration.js';
import {
  type CodeBlock,
  codeBlocks,
  headings,
  readDocument,
  root,
  section,
  tableUnder,
} from '../support/markdown.js';
import { listedOptions } from '../support/option-table.js';
import { strategyErrors } from '../support/strategy-errors.js';
import { pageOf, strategyPages } from '../support/strategy-pages.js';
import { strategyRuns } from '../support/strategy-runs.js';

const outline = [
  '## What it is',
  '## Use',
  '### Decorator',
  '### Configuration',
  '### Environment',
  '### Without Nest',
  '## Options',
  '## Failure handling',
  '## Events and metrics',
  '## Patterns',
  '## Anti-patterns',
];

const readme = readDocument('README.md');

describe('the pages on strategies', () => {
  it('have TypeScript that compiles in a strict project', () => {
    const blocks = strategyPages.flatMap(({ name, text }) =>
      codeBlocks(text, 'ts').map(({ code }, index) => [`${name}-${index}.ts`, code] as const),
    );

    expect(blocks.length).toBeGreaterThan(5 * strategyPages.length);
    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });

  it('tell of every metric', () => {
    const told = new Set(
      strategyPages.flatMap(({ text }) => rowsUnder(text, 'metric').map(([name]) => name)),
    );

    expect(Object.values(definitions).filter(({ name }) => !told.has(name))).toEqual([]);
  });
});

describe.each(strategyPages)('docs/strategies/$name', ({ name, shape, text }) => {
  it('has the outline of all these pages', () => {
    const patterns = /^(Patterns|Anti-patterns)$/;
    const found = headings(text).filter(({ level, parent }) => level === 2 || !patterns.test(parent));

    expect(headings(text)[0]?.level).toBe(1);
    expect(found.filter(({ level }) => level > 1).map(({ line }) => line)).toEqual(outline);
    expect(headings(section(text, '## Patterns')).length).toBeGreaterThan(1);
  });

  it('shows, for each anti-pattern, the code that is wrong and the code that is right', () => {
    const parts = section(text, '## Anti-patterns').split('\n### ').slice(1);

    expect(parts.length).toBeGreaterThanOrEqual(2);
    for (const part of parts) {
      expect(part).toMatch(/\nWrong:\n\n```[\s\S]*\nRight:\n\n```/);
      expect(codeBlocks(part)).toHaveLength(2);
    }
  });

  it('prints what the engine really does', async () => {
    const printed = codeBlocks(section(text, '## What it is'), 'text').map(({ code }) => code.trimEnd());

    expect(printed).toContain(await (strategyRuns[name] as () => Promise<string>)());
  });

  it('lists every option with its default, and nothing else', () => {
    const told = rowsUnder(section(text, '## Options'), 'option');
    const expected = listedOptions(shape);

    expect(told.map(([option]) => option)).toEqual(expected.map((option) => option.name));
    for (const [index, { value }] of expected.entries()) {
      const [option, cell = ''] = told[index] as string[];
      expect([option, value === undefined ? withoutCode(cell) : cell]).toEqual([option, value ?? cell]);
    }
  });

  it('has YAML configuration without a fault', () => {
    const blocks = codeBlocks(text, 'yaml');

    expect(blocks.length).toBeGreaterThan(0);
    for (const { code } of blocks) expect(configurationIssues(code)).toEqual([]);
  });

  it('has variables that are read for the policies of its configuration', () => {
    const [yaml] = codeBlocks(section(text, '### Configuration'), 'yaml') as [CodeBlock];
    const [env] = codeBlocks(section(text, '### Environment'), 'sh') as [CodeBlock];
    const variables = variablesIn(env.code);

    expect(Object.keys(variables).length).toBeGreaterThan(0);
    expect(unknownVariables(policyNames(yaml.code), variables)).toEqual([]);
    expect(configurationIssues(yaml.code, variables)).toEqual([]);
  });

  it('tells of its errors what they are', () => {
    const told = rowsUnder(section(text, '## Failure handling'), 'error');
    const errors = strategyErrors[name] ?? [];

    expect(told.map(([error, code]) => [error, code])).toEqual(
      errors.map(({ name: is, code }) => [is, code]),
    );
    for (const [index, error] of errors.entries()) {
      const [, , data = '', http = ''] = told[index] as string[];
      const { name: _, code, message, statusCode, policy, operation, ...details } = error.toJSON();
      const hidden = ['errors', 'cause'].filter((key) => Object.hasOwn(error, key));
      expect(data.split(', ').sort()).toEqual([...Object.keys(details), ...hidden].sort());
      expect(http).toContain(String(error.statusCode));
      expect(http.includes('retry-after: 1')).toBe(error.headers['retry-after'] === '1');
    }
  });

  it('names events that there are, and how loud they are', () => {
    const told = rowsUnder(section(text, '## Events and metrics'), 'event');
    const keys = Object.keys(eventOfKey) as LoggingKey[];

    expect(told.length).toBeGreaterThan(0);
    for (const [event = '', , log] of told) {
      expect(eventTypes).toContain(event);
      const key = keys.find((one) => eventOfKey[one] === event);
      expect([event, log]).toEqual([event, key === undefined ? '–' : `${key}: ${defaultLogging[key]}`]);
    }
  });

  it('names metrics that there are, with their labels', () => {
    const told = rowsUnder(section(text, '## Events and metrics'), 'metric');
    const known = Object.values(definitions).map(({ name: metric, labels }) => [metric, labels.join(', ')]);

    expect(told.length).toBeGreaterThan(0);
    for (const [metric, labels] of told) expect(known).toContainEqual([metric, labels]);
  });

  it('has links that lead somewhere', () => {
    const targets = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    const local = targets.filter((target) => !target.startsWith('https://'));
    const folder = join(root, 'docs/strategies');

    expect(local.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
  });

  it('is in the README', () => {
    expect(readme.includes(`](docs/strategies/${name}.md)`)).toBe(true);
  });

  it('names decorators that exist', () => {
    const named = [...text.matchAll(/@([A-Z]\w+)\(/g)].map(([, decorator = '']) => decorator);
    const foreign = ['Injectable', 'Module', 'Controller', 'Get', 'Post', 'Cron'];

    expect(named.filter((one) => !foreign.includes(one) && !(one in holdfast))).toEqual([]);
  });
});

describe('docs/strategies/retry.md', () => {
  it('tells the pauses of each kind of backoff', () => {
    const rows = tableUnder(pageOf('retry'), 'type').map(([type = '', , pauses = '']) => [
      type,
      pauses.replace(/ while .*/, ''),
    ]);
    const types: readonly BackoffType[] = ['fixed', 'linear', 'exponential', 'fibonacci', 'adaptive'];
    const pausesOf = (type: BackoffType) =>
      [1, 2, 3, 4, 5, 6].map((n) => `${backoffDelay({ type, jitter: false }, n) / 1000} s`).join(', ');

    expect(rows).toEqual(types.map((type) => [type, pausesOf(type)]));
  });
});

describe('docs/strategies/circuit-breaker.md', () => {
  it('tells of every category what the breaker makes of it', () => {
    expect(tableUnder(pageOf('circuit-breaker'), 'category')).toEqual(
      errorCategories.map((category) => [category, defaultVerdict(category)]),
    );
  });
});

/** As {@link tableUnder}; none where no table begins so. */
function rowsUnder(text: string, firstHeader: string): string[][] {
  return text.includes(`\n| ${firstHeader} `) ? tableUnder(text, firstHeader) : [];
}

/** What is no default of the code must not look like one. */
function withoutCode(cell: string): string {
  return cell === '–' || !/['\d{]/.test(cell) ? cell : `"${cell}" is no default`;
}
