import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { temporaryFolder } from '../support/temporary-folder.js';
import { versionsIn, Writer } from './support/writers.js';

const folder = temporaryFolder();

describe('a process that writes its state', () => {
  it('and is killed 500 times at any moment leaves one of the versions that it wrote, and the next goes on', async () => {
    const file = folder.path('circuits.json');
    let version = 0;
    for (let round = 0; round < 500; round++) {
      const writer = new Writer(file, 'w');
      await writer.says(({ started }) => started !== undefined);
      // Versions take a few milliseconds: most kills hit one on its way.
      await new Promise((resolve) => setTimeout(resolve, randomInt(25)));
      await writer.kill();

      expect(writer.said.find(({ started }) => started !== undefined)).toEqual({ started: version });
      expect(writer.said.filter(({ diagnosis, refused }) => diagnosis ?? refused)).toEqual([]);
      if (!existsSync(file)) continue;
      const found = versionsIn(file).get('w') ?? NaN;
      // The last version that it said, or the one that it was killed over.
      const said = Math.max(version, writer.lastSaved);
      expect([said, said + 1]).toContain(found);
      version = found;
    }
    expect(version).toBeGreaterThan(500);
    expect(folder.files().filter((name) => name.includes('corrupt'))).toEqual([]);
  });
});
