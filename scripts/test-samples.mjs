// Runs every sample as its README says and asserts what it prints. Needs `npm run build` before.
import { spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(command, args, env = {}) {
  const { status, stdout, stderr, signal } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 600_000,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  assert.equal(
    status,
    0,
    `${command} ${args.join(' ')} ended with ${signal ?? status}\n${stdout}\n${stderr}`,
  );
  return stdout;
}

/** The number in a row of the closing table: [without the module, with it]. */
function row(output, name) {
  const line = output.split('\n').find((one) => one.trim().startsWith(name));
  assert.ok(line, `the table has a row "${name}"`);
  return [...line.matchAll(/(\d+) \(/g)].map(([, count]) => Number(count));
}

function quickstart() {
  const output = run(process.execPath, ['sample/01-quickstart/dist/main.js', '--once'], {
    PHASE_SECONDS: '2',
  });
  const seconds = output.split('\n').filter((line) => /^\s+\d+s\s+\d+\s+\d+\s+\w+\s/.test(line));
  assert.equal(seconds.length, 12, `a line each second\n${output}`);
  // None, but where a busy machine keeps the very first answers from coming: then no last known one is there yet.
  const [bareErrors, guardedErrors] = row(output, 'errors');
  assert.ok(bareErrors > 0, `users without the module see errors\n${output}`);
  assert.ok(guardedErrors < bareErrors / 2, `users with the module do not\n${output}`);
  const [, guardedFallbacks] = row(output, 'answered from the last known');
  assert.ok(guardedFallbacks > 0, 'the fallback answers while the dependency is gone');
  assert.match(output, /\b(open|halfOpen)\b/, 'the breaker is seen to open');
  return 'sample/01-quickstart';
}

/** The variables that a README names are those that the sample reads. */
function documentedVariables() {
  const readme = readFileSync(`${root}/sample/01-quickstart/README.md`, 'utf8');
  const named = [...readme.matchAll(/^\| `([A-Z_]+)`\s*\|/gm)].map(([, name]) => name);
  assert.deepEqual(named, ['PORT', 'DEPENDENCY_PORT', 'PHASE_SECONDS', 'NO_COLOR']);
}

run('npx', ['tsc', '-p', 'sample/01-quickstart']);
documentedVariables();
const passed = [quickstart()];
console.log(`samples: ${passed.length} passed, 0 failed (${passed.join(', ')})`);
