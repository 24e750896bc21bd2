// What the Grafana dashboard and the alerts ask, asked of a real Prometheus that scrapes sample/03-operations.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { hasPrometheus, startPrometheus } from './real-prometheus.mjs';
import { until } from './until.mjs';

const PATIENCE_SECONDS = 10;

/** Panels of strategies that the sample's policies do not use: Prometheus understands them and finds nothing. */
const EMPTY = ['Hedges'];

/** Watches an application; `undefined` where there is no Prometheus. */
export async function watchMetrics(root, appUrl) {
  if (!hasPrometheus()) return undefined;
  const { host } = new URL(appUrl);
  const prometheus = await startPrometheus(`${root}/sample/03-operations/prometheus.yml`, host);
  const { panels } = JSON.parse(readFileSync(`${root}/docs/observability/grafana.json`, 'utf8'));
  return {
    /** While a breaker is open and calls are made. */
    async check() {
      for (const panel of panels) await checkPanel(prometheus, panel);
      await checkAlerts(prometheus);
    },
    stop: () => prometheus.stop(),
  };
}

async function checkPanel(prometheus, { title, targets }) {
  const found = async () => {
    const answers = await Promise.all(targets.map(({ expr }) => resultOf(prometheus, expr)));
    return answers.flat().some(({ value: [, value] }) => value !== 'NaN');
  };
  if (EMPTY.includes(title)) assert.equal(await found(), false, `"${title}" has data: take it off the list`);
  else await until(found, `the panel "${title}" shows something`, PATIENCE_SECONDS);
}

async function resultOf(prometheus, expr) {
  const query = encodeURIComponent(expr.replaceAll('$job', '.*'));
  return (await prometheus.ask(`query?query=${query}`))?.result ?? [];
}

async function checkAlerts(prometheus) {
  const rules = async () => (await prometheus.ask('rules'))?.groups.flatMap(({ rules: all }) => all) ?? [];
  await until(
    async () => {
      const all = await rules();
      return all.length > 0 && all.every(({ health }) => health === 'ok');
    },
    'all alerts are evaluated',
    PATIENCE_SECONDS,
  );
  await until(
    async () =>
      (await rules()).some(({ name, state }) => name === 'ResilienceBreakerOpen' && state !== 'inactive'),
    'the alert of an open breaker is pending',
    PATIENCE_SECONDS,
  );
}
