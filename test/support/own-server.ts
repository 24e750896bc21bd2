import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server of one test alone, to be put into states that would disturb others. */
export interface OwnServer {
  /** What it said up to when it was ready. */
  readonly said: string;
  stop(): Promise<void>;
}

/** A suite that starts servers itself. Where the program is missing, it is skipped and says why; in CI it fails. */
export function describeWithProgram(program: string, title: string, body: () => void): void {
  const missing = spawnSync(program, ['--version']).error !== undefined;
  if (missing && !process.env['CI']) {
    process.stderr.write(`skipped: there is no ${program} to start\n`);
    describe.skip(title, body);
  } else {
    describe(title, body);
  }
}

/** A Redis that listens on a socket file, with options as on its command line, for instance `['--maxmemory', '1']`. */
export async function startOwnRedis(...options: readonly string[]): Promise<OwnServer & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-redis-'));
  const path = join(folder, 'redis.sock');
  const fixed = ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = await start('redis-server', [...fixed, ...options], /ready to accept connections/i, folder);
  return { ...server, path };
}

/** A NATS with this configuration, on a port that it chose itself. */
export async function startOwnNats(configuration: string): Promise<OwnServer & { port: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-nats-'));
  const file = join(folder, 'nats.conf');
  await writeFile(file, `listen: "127.0.0.1:-1"\n${configuration}`);
  const server = await start('nats-server', ['-c', file], /Server is ready/, folder);
  const [, port] = /client connections on 127\.0\.0\.1:(\d+)/.exec(server.said) ?? [];
  return { ...server, port: Number(port) };
}

async function start(
  program: string,
  options: readonly string[],
  ready: RegExp,
  folder: string,
): Promise<OwnServer> {
  const server = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let ended = false;
  const exited = once(server, 'exit').finally(() => (ended = true));
  await new Promise<void>((resolve, reject) => {
    for (const output of [server.stdout, server.stderr]) {
      output.on('data', (chunk) => {
        said += String(chunk);
        if (ready.test(said)) resolve();
      });
    }
    exited.then(() => reject(new Error(`${program} ended: ${said}`)), reject);
  });
  return {
    said,
    stop: async () => {
      if (!ended) server.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
