// Packs the package and runs it, installed, in small real apps: Nest 12 as ESM, Nest 12 as CommonJS, Nest 11 as
// CommonJS. The apps are compiled against the shipped declarations; their other packages are linked from this
// project's own installs, so nothing is downloaded. Needs a build in dist/.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = fileURLToPath(new URL('..', import.meta.url));
const templates = path.join(project, 'test/packed');
const nest12 = path.join(project, 'node_modules');
const nest11 = path.join(project, 'test/compat/nest11/node_modules');

const APPS = [
  { kind: 'nest12-esm', packages: [nest12] },
  { kind: 'nest12-cjs', packages: [nest12] },
  { kind: 'nest11-cjs', packages: [nest11, nest12] },
];

const PEERS = {
  'nestjs-holdfast/terminus': '@nestjs/terminus',
  'nestjs-holdfast/prometheus': '@willsoto/nestjs-prometheus',
  'nestjs-holdfast/redis': 'ioredis',
  'nestjs-holdfast/opentelemetry': '@opentelemetry/api',
};

// An app that does not end by itself within this time holds a timer, a socket or a listener.
const PATIENCE_MS = 600_000;

async function pack(folder) {
  const { stdout } = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], project);
  return path.join(folder, JSON.parse(stdout)[0].filename);
}

function npm(args, cwd) {
  return run('npm', args, { cwd, shell: process.platform === 'win32' });
}

/** An app folder of this kind with the tarball installed and its dependencies linked, but for those left out. */
async function install({ kind, packages }, { folder, tarball, without = [] }) {
  const app = path.join(folder, kind + (without.length > 0 ? '-without-peers' : ''));
  const modules = path.join(app, 'node_modules');
  const own = path.join(modules, 'nestjs-holdfast');
  fs.cpSync(path.join(templates, kind), app, { recursive: true });
  fs.cpSync(path.join(templates, 'shared'), path.join(app, 'src'), { recursive: true });
  fs.mkdirSync(own, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', own, '--strip-components=1']);

  const manifest = JSON.parse(fs.readFileSync(path.join(app, 'package.json'), 'utf8'));
  for (const name of Object.keys(manifest.dependencies))
    if (!without.includes(name)) link(name, packages, modules);
  return app;
}

function link(name, packages, modules) {
  const source = packages.map((folder) => path.join(folder, name)).find((folder) => fs.existsSync(folder));
  if (!source) throw new Error(`test/packed: ${name} is not installed in ${packages.join(' or ')}`);
  fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
  fs.symlinkSync(source, path.join(modules, name), 'junction');
}

async function node(cwd, ...args) {
  const { stdout, stderr } = await run(process.execPath, args, {
    cwd,
    timeout: PATIENCE_MS,
    env: { ...process.env, NO_COLOR: '1' },
  });
  return stdout + stderr;
}

async function compile(app) {
  await node(app, path.join(nest12, 'typescript/bin/tsc'), '-p', 'tsconfig.json');
}

async function testApp(app) {
  await compile(app);
  for (const script of ['out/main.js', 'src/identity.mjs']) {
    const output = await node(app, script);
    if (!/^\w+: passed/m.test(output)) throw new Error(`${script} said nothing of success:\n${output}`);
    if (/warning/i.test(output)) throw new Error(`${script} warned:\n${output}`);
  }
}

/** Without the optional peers the package loads, and what needs one says which package to install. */
async function testWithoutPeers(app) {
  await node(app, 'src/without-peers.mjs', JSON.stringify(PEERS));
}

async function testKind(kind, where) {
  const startedAt = Date.now();
  await testApp(await install(kind, where));
  await testWithoutPeers(
    await install(kind, { ...where, without: ['prom-client', ...Object.values(PEERS)] }),
  );
  console.log(`packed: ${kind.kind} passed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

// The message holds what a process wrote to stderr; compilers write to stdout.
function tell(error) {
  console.error(`packed: ${error.message}\n${error.stdout ?? ''}`);
  process.exitCode = 1;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-packed-'));
try {
  const tarball = await pack(folder);
  const results = await Promise.allSettled(APPS.map((kind) => testKind(kind, { folder, tarball })));
  for (const { reason } of results.filter(({ status }) => status === 'rejected')) tell(reason);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
