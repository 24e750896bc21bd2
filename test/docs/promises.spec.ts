import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument, root, section, tableUnder } from '../support/markdown.js';

const document = readDocument('docs/promises.md');
const rowsOf = (heading: string) =>
  tableUnder(section(document, heading), 'promise').map(([promise = '', files = '']) => ({
    promise,
    files: files.split(/\s+/),
  }));
const nest = rowsOf('## Nest');
const rows = [
  ...rowsOf('## Engine'),
  ...nest,
  ...rowsOf('## State, network, operations'),
  ...rowsOf('## Admin and dashboard'),
];
const listed = rows.flatMap(({ files }) => files);

/** Folders whose tests are there for a promise. */
const proofs = [
  'test/unit/core/promises',
  'test/property',
  'test/simulation',
  'test/integration/nest/shutdown',
  'test/faults',
].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.spec.ts'))
    .map((file) => `${folder}/${file}`),
);

/** What each promise on Nest begins with. */
const promisesOnNest = [
  'Metadata survives',
  'super.method()',
  'Identity',
  'Request scope',
  'Two hundred apps',
  'Configuration is never silently ignored',
  'A reload never ends the process',
  'Shutdown',
  'Optional peers absent',
  'Streams, server-sent events and StreamableFile',
  'Each request runs through one pipeline',
  'A client that leaves',
  'Metrics',
];

describe('the table of promises', () => {
  it.each(rows.map(({ promise, files }) => [promise, files] as const))('%s: has its tests', (_, files) => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect([file, existsSync(join(root, file))]).toEqual([file, true]);
      expect(readDocument(file)).toMatch(/\bit(\.each[^;]*?)?\(/);
    }
  });

  it('has a row for each promise on Nest', () => {
    expect(promisesOnNest.filter((start) => !nest.some(({ promise }) => promise.startsWith(start)))).toEqual(
      [],
    );
    expect(nest).toHaveLength(promisesOnNest.length);
  });

  it('names every test that is there for a promise', () => {
    expect(proofs.filter((file) => !listed.includes(file))).toEqual([]);
  });
});
