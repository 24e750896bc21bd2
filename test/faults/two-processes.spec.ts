import { temporaryFolder } from '../support/temporary-folder.js';
import { versionsIn, Writer } from './support/writers.js';

const folder = temporaryFolder();

describe('two processes on one file', () => {
  it('never interleave: the second is refused until the first has ended, then takes over what that one left', async () => {
    const file = folder.path('circuits.json');
    for (let round = 0; round < 20; round++) {
      const [first, second] = [new Writer(file, `a${round}`), new Writer(file, `b${round}`)];
      const both = [first, second];
      await Promise.all(
        both.map((writer) => writer.says(({ saved, refused }) => (saved ?? refused) !== undefined)),
      );
      const owner = first.lastSaved > 0 ? first : second;
      const other = owner === first ? second : first;
      for (let look = 0; look < 50; look++) {
        expect(() => versionsIn(file)).not.toThrow();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      expect(other.lastSaved).toBe(0);
      expect(other.said.some(({ diagnosis }) => diagnosis?.includes('is in use by process'))).toBe(true);

      await owner.kill();
      await other.says(({ saved }) => saved !== undefined);
      await other.kill();
      const versions = versionsIn(file);
      const [ownersName, othersName] =
        owner === first ? [`a${round}`, `b${round}`] : [`b${round}`, `a${round}`];
      expect([owner.lastSaved, owner.lastSaved + 1]).toContain(versions.get(ownersName));
      expect([other.lastSaved, other.lastSaved + 1]).toContain(versions.get(othersName));
    }
    expect(folder.files().filter((name) => name.includes('corrupt'))).toEqual([]);
  });
});
