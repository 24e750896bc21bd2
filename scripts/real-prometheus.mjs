// A real Prometheus (Debian package `prometheus`) for tests, with the configuration of sample/03-operations.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Whether there is one; where it has to be, that there is none is an error. */
export function hasPrometheus() {
  if (spawnSync('prometheus', ['--version']).status === 0) return true;
  if (process.env.CI) throw new Error('there is no Prometheus (apt-get install prometheus)');
  console.error('skipped: queries against Prometheus, which is not installed (Debian package prometheus)');
  return false;
}

/** Starts one that scrapes `target` each second, under the configuration in `file` otherwise. */
export async function startPrometheus(file, target) {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-prometheus-'));
  const config = path.join(folder, 'prometheus.yml');
  writeFileSync(config, adapted(file, target));
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${new URL(url).host}`,
  ];
  const child = spawn('prometheus', args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  return {
    ask: (where) => ask(`${url}/api/v1/${where}`),
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same configuration from another folder, for another port and a test's patience. */
function adapted(file, target) {
  return readFileSync(file, 'utf8')
    .replaceAll(/_interval: \w+/g, '_interval: 1s')
    .replace(/targets: .*/, `targets: ['${target}']`)
    .replace(/- (\.\.\/.*alerts\.yml)/, (_, relative) => `- ${path.resolve(path.dirname(file), relative)}`);
}

/** What it answers; `undefined` while it does not listen yet. */
async function ask(url) {
  const response = await fetch(url).catch(() => undefined);
  if (response === undefined || response.status === 503) return undefined;
  const { status, data, error } = await response.json();
  if (status !== 'success') throw new Error(`Prometheus: ${error} (${url})`);
  return data;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
