import { eventTypes } from '../../lib/core/events/event-types.js';
import { defaultLogging } from '../../lib/core/logging-options.js';
import { definitions } from '../../lib/metrics/metric-definitions.js';
import { resolveMetricsOptions } from '../../lib/metrics/prometheus/metrics-options.js';
import { resolveTelemetryOptions } from '../../lib/metrics/opentelemetry/telemetry-options.js';
import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument, tableUnder } from '../support/markdown.js';

const documents = ['metrics', 'health', 'logs', 'events', 'opentelemetry'].map((name) => [
  name,
  readDocument(`docs/observability/${name}.md`),
]) as [string, string][];
const [metrics = '', , logs = '', events = '', opentelemetry = ''] = documents.map(([, text]) => text);

describe('the documents on observability', () => {
  it('have TypeScript that compiles in a strict project', () => {
    const blocks = documents.flatMap(([name, text]) =>
      codeBlocks(text, 'ts').map(({ code }, index) => [`${name}-${index}.ts`, code] as const),
    );
    expect(blocks).toHaveLength(7);
    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });

  it('list every metric with its labels', () => {
    const rows = tableUnder(metrics.replaceAll('\\|', '/'), 'name');
    expect(rows.map(([name, labels]) => [name, labels])).toEqual(
      Object.values(definitions).map(({ name, labels }) => [name, labels.join(', ')]),
    );
    for (const [name = '', , , example = ''] of rows) expect(example).toContain(`resilience_${name}`);
  });

  it('tell the options of metrics as they are', () => {
    const rows = tableUnder(metrics, 'option').map(([name, value = '']) => [
      name,
      value.replaceAll("'", '"'),
    ]);
    expect(rows).toEqual(
      Object.entries(resolveMetricsOptions()).map(([name, value]) => [
        name,
        JSON.stringify(value).replaceAll(',', ', '),
      ]),
    );
  });

  it('tell the options of telemetry as they are', () => {
    const rows = tableUnder(opentelemetry, 'option').map(([name, value]) => [name, value]);
    expect(rows).toEqual(
      Object.entries(resolveTelemetryOptions()).map(([name, value]) => [name, String(value)]),
    );
  });

  it('list every event', () => {
    const listed = tableUnder(events, 'type').map(([name]) => name);
    expect(listed).toEqual(expect.arrayContaining([...eventTypes]));
  });

  it('tell how loud each event is', () => {
    expect(tableUnder(logs, 'option').map(([name, value]) => [name, value])).toEqual(
      Object.entries(defaultLogging).map(([name, value]) => [name, String(value)]),
    );
  });
});
