// Runs every sample as its README says and asserts what it prints. Needs `npm run build` before.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { operations } from './test-operations-sample.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

async function run(command, args, env = {}) {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd: root,
    timeout: 600_000,
    env: { ...process.env, NO_COLOR: '1', ...env },
  }).catch((error) => assert.fail(`${error.message}\n${error.stdout}`));
  return stdout;
}

/** The number in a row of the closing table: [without the module, with it]. */
function row(output, name) {
  const line = output.split('\n').find((one) => one.trim().startsWith(name));
  assert.ok(line, `the table has a row "${name}"`);
  return [...line.matchAll(/(\d+) \(/g)].map(([, count]) => Number(count));
}

async function quickstart() {
  const output = await run(process.execPath, ['sample/01-quickstart/dist/main.js', '--once'], {
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
async function bulk() {
  const printed = (await run(process.execPath, [bulkMain])).trimEnd().split('\n');
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
  return 'sample/04-bulk where it fails';
}

/** A kind of line for each that the README shows; whatever depends on chance and machine left out. */
async function queue() {
  const output = await run(process.execPath, ['sample/05-queue/dist/main.js']);
  for (const line of [
    /slow@example\.org +sent, in turn 1$/m,
    /later@example\.org +turn 1: the connection was lost; again in \d+ ms$/m,
    /later@example\.org +sent, in turn 2$/m,
    /nobody@example\.org +turn 1: 550 no such mailbox; never again$/m,
    /^3 sent, 1 given up\.$/m,
  ])
    assert.match(output, line);
  const attempts = output.trim().split('\n').at(-1);
  for (const made of [
    'ada@example.org 1',
    'slow@example.org 2',
    'later@example.org 4',
    'nobody@example.org 1',
  ])
    assert.ok(attempts.includes(made), `${made} in "${attempts}"`);
  shownAlike('05-queue', output);
  return 'sample/05-queue';
}

async function cluster() {
  const output = await run(process.execPath, ['sample/02-cluster/dist/main.js']);
  const rows = output.split('\n').filter((line) => /^\s+\d+s {2}/.test(line));
  assert.equal(rows.length, 27, `a line each second\n${output}`);
  assert.ok(rows.filter((line) => /( open){1}( +open){3}/.test(line)).length >= 3, `all open\n${output}`);
  assert.match(rows.at(-1), /closed +closed +closed +closed/, 'and closed in the end');
  // Redis is away from second 10 to 17: the calls go on.
  assert.ok(Number(rows[10].trim().split(/\s+/)[1]) > 0, `calls are answered while Redis is away\n${output}`);
  const [, followed] = /, (\d+) times because others had opened/.exec(output);
  assert.ok(Number(followed) > 0, `instances follow one another\n${output}`);
  shownAlike('02-cluster', output);
  return 'sample/02-cluster';
}

/** The lines of a README that tell what happens are printed by a run. */
function shownAlike(sample, output) {
  const [, shown] = /```text\n(.*?)\n```/s.exec(readFileSync(`${root}/sample/${sample}/README.md`, 'utf8'));
  for (const line of shown.split('\n').filter((one) => /^(──|\d+ (mails|instances))/.test(one)))
    assert.ok(output.includes(line), `a run prints the README's "${line}"\n${output}`);
}

/** Without any Redis: how to get one, and the exit code 2. */
function withoutRedis(sample) {
  const { status, stderr } = spawnSync(process.execPath, [`sample/${sample}/dist/main.js`], {
    cwd: root,
    encoding: 'utf8',
    timeout: 600_000,
    env: { ...process.env, REDIS_URL: '', PATH: '/nonexistent' },
  });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /needs a Redis[^]*REDIS_URL[^]*apt-get install redis-server/);
}

/** The variables that a README names are those that the sample reads. */
function documentedVariables(sample, variables) {
  const readme = readFileSync(`${root}/sample/${sample}/README.md`, 'utf8');
  const named = [...readme.matchAll(/^\| `([A-Z_]+)`\s*\|/gm)].map(([, name]) => name);
  assert.deepEqual(named, variables);
}

const samples = ['01-quickstart', '02-cluster', '03-operations', '04-bulk', '05-queue'].map(
  (name) => `sample/${name}`,
);
await run('npx', ['tsc', '-b', '--force', ...samples]);
documentedVariables('01-quickstart', ['PORT', 'DEPENDENCY_PORT', 'PHASE_SECONDS', 'NO_COLOR']);
documentedVariables('03-operations', ['PORT', 'DEPENDENCY_PORT', 'DASHBOARD_TOKEN', 'PHASE_SECONDS']);
documentedVariables('04-bulk', ['RECORDS', 'CONCURRENCY', 'SUCCESS_THRESHOLD', 'DEPENDENCY_PORT']);
documentedVariables('02-cluster', ['REDIS_URL', 'REDIS_PORT', 'DEPENDENCY_PORT']);
documentedVariables('05-queue', ['REDIS_URL', 'REDIS_PORT']);
withoutRedis('02-cluster');
withoutRedis('05-queue');
/** One after another; a sample is a few small processes that wait most of the time, so two such lanes run at once. */
async function inTurn(...checks) {
  const passed = [];
  for (const check of checks) passed.push(await check());
  return passed;
}

const lanes = [inTurn(cluster, queue), inTurn(quickstart, () => operations(root), bulk, bulkThatFails)];
const passed = (await Promise.all(lanes)).flat();
console.log(`samples: ${passed.length} passed, 0 failed (${passed.join(', ')})`);
