import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { portFrom } from './free-port.js';

const advice = `This sample needs a Redis, and there is none at hand. One of these helps:
  REDIS_URL=redis://host:6379    to use one that runs already
  apt-get install redis-server   (macOS: brew install redis): the sample then starts one of its own
  docker run --rm -p 6379:6379 redis, and REDIS_URL=redis://127.0.0.1:6379`;

/** A Redis for a sample: that of REDIS_URL, or a process of its own on a free port that keeps nothing. */
export class SampleRedis {
  private server: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    private readonly port: number,
  ) {}

  /** Ends the process with code 2, and says how to get one, where there is no Redis. */
  static async atHand(): Promise<SampleRedis> {
    const given = process.env['REDIS_URL'];
    if (given !== undefined && given !== '') {
      const { hostname, port } = new URL(given);
      if (await listens(Number(port || 6379), hostname)) return new SampleRedis(given, 0);
      return end(`Nothing listens at REDIS_URL (${hostname}:${port || 6379}).`);
    }
    if (spawnSync('redis-server', ['--version']).error !== undefined) return end(advice);
    const port = await portFrom('REDIS_PORT');
    const redis = new SampleRedis(`redis://127.0.0.1:${port}`, port);
    await redis.start();
    return redis;
  }

  /** Whether it is a process of the sample, which can be killed. */
  get isOwn(): boolean {
    return this.port > 0;
  }

  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()];
    this.server = spawn('redis-server', options, { stdio: 'ignore', detached: true });
    while (!(await listens(this.port, '127.0.0.1'))) await delay(20);
  }

  /** A process of the sample is gone at once; another one is left alone. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }
}

function end(why: string): never {
  console.error(why);
  process.exit(2);
}

function listens(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
