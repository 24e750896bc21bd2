// Saves versions of fifty circuits to a file, one after the other, until it is killed. Says each version once it is
// saved, and what the store has to say. It starts hundreds of times, so `npm run test:faults` bundles it without all that
// it does not need, Nest above all. Usage: node writer.mjs <file> <name of the writer>
import { randomInt } from 'node:crypto';
import { systemClock } from '../../../lib/core/time/system-clock.ts';
import { FileStateStore } from '../../../lib/stores/file/file-state-store.ts';

const [file, name] = process.argv.slice(2);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const store = new FileStateStore({ path: file });
store.attach({
  clock: systemClock,
  random: Math.random,
  diagnose: (message) => say({ diagnosis: message }),
  unavailable: () => {},
  recovered: () => {},
});
const versionOf = (records) => Math.max(0, ...records.map(({ reopenings }) => reopenings));
let version = versionOf(store.load());
say({ started: version });

for (;;) {
  version++;
  const changes = Array.from({ length: 50 }, (_, i) => {
    const breaker = `${name}-${i}`;
    const samples = '.'.repeat(randomInt(400));
    const window = { type: 'count', samples };
    const record = {
      breaker,
      state: 'open',
      savedAt: 1,
      reopenings: version,
      consecutiveFailures: 1,
      window,
    };
    return { breaker, record };
  });
  try {
    await store.save(changes);
    say({ saved: version });
  } catch (error) {
    say({ refused: String(error) });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
