import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, copyFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { definitions } from '../../lib/metrics/metric-definitions.js';
import { readDocument, tableUnder } from '../support/markdown.js';

const docs = join(__dirname, '../../docs/observability');
const rules = (parse(readFileSync(join(docs, 'alerts.yml'), 'utf8')) as RuleFile).groups.flatMap(
  (group) => group.rules,
);
const panels = (JSON.parse(readFileSync(join(docs, 'grafana.json'), 'utf8')) as Dashboard).panels;
const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$job', '.*')));

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

/** Metrics of this library as a scrape shows them. */
const known = new Set([
  'call_duration_seconds_bucket',
  ...Object.values(definitions).map(({ name }) => name),
]);
const unknownIn = (expressions: readonly string[]) =>
  expressions
    .flatMap((expr) => [...expr.matchAll(/resilience_(\w+)/g)].map(([, name = '']) => name))
    .filter((name) => !known.has(name));

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool && !process.env['CI'])
  process.stderr.write('skipped: promtool is not installed (Debian package prometheus)\n');
const withPromtool = hasPromtool || process.env['CI'] ? it : it.skip;

function promtool(...args: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-alerts-'));
  try {
    copyFileSync(join(docs, 'alerts.yml'), join(folder, 'alerts.yml'));
    copyFileSync(join(__dirname, 'alerts.test.yml'), join(folder, 'alerts.test.yml'));
    const panelRules = queries.map((expr, index) => ({ record: `panel_${index}`, expr }));
    writeFileSync(join(folder, 'panels.yml'), stringify({ groups: [{ name: 'panels', rules: panelRules }] }));
    const { status, stdout, stderr, error } = spawnSync('promtool', [...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, error, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the alerts and the dashboard', () => {
  it('ask for metrics that exist', () => {
    expect(queries.length).toBeGreaterThan(0);
    expect(unknownIn([...rules.map(({ expr }) => expr), ...queries])).toEqual([]);
  });

  it('show every metric on the dashboard', () => {
    const asked = queries.join(' ').replaceAll('_bucket', '');
    const missing = Object.values(definitions).filter(({ name }) => !asked.includes(`resilience_${name}{`));
    expect(missing).toEqual([]);
  });

  it('group by labels that the metrics have, beside those of Prometheus', () => {
    const labels = new Set<string>([
      'job',
      'instance',
      'le',
      ...Object.values(definitions).flatMap((one) => one.labels),
    ]);
    const grouped = [...rules.map(({ expr }) => expr), ...queries].flatMap((expr) =>
      [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/,\s*/)),
    );
    expect(grouped.filter((label) => !labels.has(label))).toEqual([]);
  });

  it('are all listed', () => {
    const listed = tableUnder(readDocument('docs/observability/alerts.md'), 'alert').map(([name]) => name);
    expect(listed).toEqual(rules.map(({ alert }) => alert));
  });

  withPromtool('are rules that Prometheus accepts', () => promtool('check', 'rules', 'alerts.yml'));

  withPromtool('are silent while all is well, and fire when they should', () =>
    promtool('test', 'rules', 'alerts.test.yml'),
  );

  withPromtool('have queries that Prometheus understands', () => promtool('check', 'rules', 'panels.yml'));
});
