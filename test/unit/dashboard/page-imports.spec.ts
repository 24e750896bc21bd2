import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = join(__dirname, '../../../page');
const files = readdirSync(page, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));

describe('the page', () => {
  it('takes types from the library, and nothing that would run in a browser', () => {
    const imports = files.flatMap((file) =>
      [
        ...readFileSync(join(page, file), 'utf8').matchAll(/^(?:import|export)[^;]*?'[^']*\/lib\/[^']*'/gm),
      ].map(([statement]) => `${file}: ${statement}`),
    );
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((statement) => !/: (?:import|export) type /.test(statement))).toEqual([]);
  });
});
