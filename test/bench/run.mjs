// The cost of a call, against the newest peers that install: `npm run bench`, or with `-- --quick`, `-- --only ours`.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadAdapter, NAMES } from './lib/adapters.mjs';
import { measureCalls } from './lib/micro.mjs';
import { measureRest } from './lib/rest.mjs';
import { asMarkdown } from './lib/report.mjs';
import { SCENARIOS } from './lib/scenarios.mjs';

const here = import.meta.dirname;
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    scenarios: { type: 'string' },
    out: { type: 'string', default: path.join(here, 'results') },
  },
});
const say = (line) => process.stderr.write(`${line}\n`);

/** Only what somebody wants to compare with. */
function install() {
  for (const folder of [here, path.join(here, 'nest10')]) {
    if (fs.existsSync(path.join(folder, 'node_modules'))) continue;
    say(`installing what is compared with, in ${path.relative(process.cwd(), folder)}`);
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  }
}

async function main() {
  const names = options.only?.split(',') ?? NAMES;
  if (names.some((name) => name !== 'ours')) install();
  const ids = options.scenarios?.split(',') ?? SCENARIOS.map(({ id }) => id);
  const params = options.quick
    ? { processes: 1, rounds: 3, sampleMs: 15, maxWarmMs: 200 }
    : { processes: 5, rounds: 3, sampleMs: 60, maxWarmMs: 800 };
  const adapters = await Promise.all(names.map(loadAdapter));
  const calls = await measureCalls({ names, ids, params, say });
  const rest = options.scenarios
    ? undefined
    : await measureRest({ names: options.quick ? ['ours'] : names, say });
  const result = {
    date: new Date().toISOString(),
    machine: `${os.cpus().length} x ${os.cpus()[0].model}`,
    node: process.version,
    libraries: adapters.map(({ name, version, note }) => ({ name, version: version(), note })),
    calls,
    ...rest,
  };
  process.stdout.write(asMarkdown(result));
  if (options.scenarios || options.only) return;
  fs.mkdirSync(options.out, { recursive: true });
  fs.writeFileSync(path.join(options.out, 'results.json'), `${JSON.stringify(result, null, 2)}\n`);
  fs.writeFileSync(path.join(options.out, 'RESULTS.md'), asMarkdown(result));
}

await main();
