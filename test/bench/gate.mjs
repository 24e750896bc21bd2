// Did a change make calls slower? A quick run whose ratios stay within 1.5 times the committed ones: `npm run bench:gate`.
import fs from 'node:fs';
import path from 'node:path';
import { measureCalls } from './lib/micro.mjs';

const FACTOR = 1.5;
const RUNS = 3;
const params = { processes: 1, rounds: 5, sampleMs: 15, maxWarmMs: 300 };
const { calls: committed } = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, 'results/results.json'), 'utf8'),
);

let ids = committed.filter(({ cells }) => cells.ours).map(({ id }) => id);
const allowed = (id) => FACTOR * committed.find((row) => row.id === id).cells.ours.ratio;

// A busy machine makes a run worse but never better: what was too slow gets another chance.
for (let run = 1; run <= RUNS && ids.length > 0; run++) {
  const rows = await measureCalls({ names: ['ours'], ids, params, say: () => undefined });
  for (const { id, what, cells } of rows) {
    const verdict = cells.ours.ratio <= allowed(id) ? 'ok' : 'SLOWER';
    const figures = `${cells.ours.ratio}, allowed ${allowed(id).toPrecision(3)}`;
    process.stdout.write(`${verdict.padEnd(6)} ${id.padEnd(4)} ${figures}  (${what})\n`);
  }
  ids = rows.filter(({ id, cells }) => cells.ours.ratio > allowed(id)).map(({ id }) => id);
}
if (ids.length > 0) {
  process.stdout.write(
    `${ids.join(', ')}: more than ${FACTOR} times the committed ratio in each of ${RUNS} runs; ` +
      'docs/performance.md tells how to find out why, `npm run bench` commits new figures\n',
  );
  process.exitCode = 1;
}
