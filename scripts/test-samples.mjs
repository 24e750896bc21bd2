// Runs every sample as its README says and asserts what it prints. Needs `npm run build` before.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operations } from './test-operations-sample.mjs';

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

/** The shape of a line: numbers, the port, the time left and the width of what changes from run to run left out. */
function inKind(line) {
  return line
    .replace(/(…|\d+ s) left$/, 'left')
    .replaceAll(/\d+(\.\d+)?/g, 'n')
    .replace(/breaker \w+/, 'breaker …')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const bulkMain = 'sample/04-bulk/dist/main.js';

/** The lines between which a run moves differ; its beginning and its end are those that the README shows. */
function bulk() {
  const printed = run(process.execPath, [bulkMain]).trimEnd().split('\n');
  const readme = readFileSync(`${root}/sample/04-bulk/README.md`, 'utf8');
  const [, shown] = /```text\n(.*?)\n```/s.exec(readme);
  const kinds = new Set(printed.map(inKind));
  for (const line of shown.split('\n')) {
    // The two rows of what the service never takes; what a busy machine adds to them may stand between.
    const expected = /^\s+\d+ {2}\d{3} /.test(line)
      ? printed.some((one) => one.includes(rowStart(line)))
      : kinds.has(inKind(line));
    assert.ok(expected, `a run prints a line like the README's "${line}"\n${printed.join('\n')}`);
  }
  return 'sample/04-bulk';
}

/** A row without its last column and its attempts. */
function rowStart(line) {
  return /^.*?(validation|conflict)/.exec(line)[0];
}

/** Too few records, and Ctrl+C in the middle: what was done is told, and the exit code is 1. */
async function bulkThatFails() {
  const missed = spawnSync(process.execPath, [bulkMain], {
    cwd: root,
    encoding: 'utf8',
    timeout: 600_000,
    env: { ...process.env, RECORDS: '100', SUCCESS_THRESHOLD: '1' },
  });
  assert.equal(missed.status, 1, `100 records are too few\n${missed.stdout}\n${missed.stderr}`);
  assert.match(missed.stdout, /^99 of 100 records sent, 1 failed \(99\.0 % succeeded\)\.$/m);

  const child = spawn(process.execPath, [bulkMain], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let isTold = false;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    // Once: a second Ctrl+C is for whoever does not want to wait.
    if (isTold || !/ [1-9]\d*\/1000 /.test(output)) return;
    isTold = child.kill('SIGINT');
  });
  const [status] = await once(child, 'close');
  assert.equal(status, 1, `Ctrl+C ends the run\n${output}`);
  assert.match(output, /^\d+ of 1000 records sent, \d+ failed/m);
  assert.match(output, /^\d+ were not reached\.$/m);
  assert.match(output, /ended by Ctrl\+C +aborted/);
}

/** The variables that a README names are those that the sample reads. */
function documentedVariables(sample, variables) {
  const readme = readFileSync(`${root}/sample/${sample}/README.md`, 'utf8');
  const named = [...readme.matchAll(/^\| `([A-Z_]+)`\s*\|/gm)].map(([, name]) => name);
  assert.deepEqual(named, variables);
}

run('npx', ['tsc', '-b', '--force', 'sample/01-quickstart', 'sample/03-operations', 'sample/04-bulk']);
documentedVariables('01-quickstart', ['PORT', 'DEPENDENCY_PORT', 'PHASE_SECONDS', 'NO_COLOR']);
documentedVariables('03-operations', ['PORT', 'DEPENDENCY_PORT', 'DASHBOARD_TOKEN', 'PHASE_SECONDS']);
documentedVariables('04-bulk', ['RECORDS', 'CONCURRENCY', 'SUCCESS_THRESHOLD', 'DEPENDENCY_PORT']);
const passed = [quickstart(), await operations(root), bulk()];
await bulkThatFails();
console.log(`samples: ${passed.length} passed, 0 failed (${passed.join(', ')})`);
