import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder of its own for each test, gone after it. */
export function temporaryFolder(): { path(...names: string[]): string; files(): string[] } {
  let folder = '';
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-')));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  return {
    path: (...names) => path.join(folder, ...names),
    files: () => fs.readdirSync(folder).sort(),
  };
}
