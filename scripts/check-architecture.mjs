// Proves the import table of lib and the bans on reading clocks and randomness; see scripts/architecture/.
// Usage: node scripts/check-architecture.mjs [project folder]
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkClock } from './architecture/clock-bans.mjs';
import { checkCycles } from './architecture/cycles.mjs';
import { checkImports, checkOptionalPeers } from './architecture/import-checks.mjs';
import { readModules } from './architecture/read-module.mjs';

const project = path.resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const manifest = JSON.parse(fs.readFileSync(path.join(project, 'package.json'), 'utf8'));
const optionalPeers = Object.keys(manifest.peerDependenciesMeta ?? {});

const modules = readModules(path.join(project, 'lib'));
const findings = [
  ...[...modules.values()].flatMap((module) => [...checkImports(module), ...checkClock(module)]),
  ...checkCycles(modules),
  ...checkOptionalPeers(modules, optionalPeers),
];

for (const { file, line, what, todo } of findings) console.error(`lib/${file}:${line}: ${what}\n    ${todo}`);
if (findings.length > 0) {
  console.error(`\narchitecture: ${findings.length} findings in ${modules.size} files`);
  process.exitCode = 1;
} else {
  console.log(`architecture: ${modules.size} files keep the import table and the clock bans`);
}
