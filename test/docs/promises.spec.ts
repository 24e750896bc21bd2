import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument, tableUnder } from '../support/markdown.js';

const root = join(__dirname, '../..');
const rows = readDocument('docs/promises.md')
  .split(/^(?=## )/m)
  .flatMap((section) => tableUnder(section, 'promise'))
  .map(([promise = '', files = '']) => ({ promise, files: files.split(/\s+/) }));
const listed = rows.flatMap(({ files }) => files);

/** Folders whose tests are there for a promise. */
const proofs = ['test/unit/core/promises', 'test/property', 'test/simulation', 'test/faults'].flatMap(
  (folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.spec.ts'))
      .map((file) => `${folder}/${file}`),
);

describe('the table of promises', () => {
  it.each(rows.map(({ promise, files }) => [promise, files] as const))('%s: has its tests', (_, files) => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect([file, existsSync(join(root, file))]).toEqual([file, true]);
      expect(readDocument(file)).toMatch(/\bit(\.each[^;]*?)?\(/);
    }
  });

  it('names every test that is there for a promise', () => {
    expect(proofs.filter((file) => !listed.includes(file))).toEqual([]);
  });
});
