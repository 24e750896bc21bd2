import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { freePort, listens } from './own-redis.js';
import { until } from './until.js';

/** Several servers of Redis that belong together, of one test alone. */
class OwnServers {
  private readonly processes: ChildProcess[] = [];
  protected readonly clients: { disconnect(): void }[] = [];

  protected constructor(private readonly folder: string) {}

  protected async run(port: number, configuration: readonly string[], ...options: string[]): Promise<void> {
    const file = join(this.folder, `${port}.conf`);
    const fixed = [`port ${port}`, 'bind 127.0.0.1', `dir ${this.folder}`];
    await writeFile(file, [...fixed, ...configuration].join('\n'));
    this.processes.push(spawn('redis-server', [file, ...options], { stdio: 'ignore' }));
    await until(() => listens(port));
  }

  protected kept<T extends { disconnect(): void; on(event: 'error', listener: () => void): unknown }>(
    client: T,
  ): T {
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  async kill(index: number): Promise<void> {
    const server = this.processes[index] as ChildProcess;
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    for (const index of this.processes.keys()) await this.kill(index);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Three nodes, each with a third of the slots. */
export class OwnCluster extends OwnServers {
  readonly ports: number[] = [];

  static async start(): Promise<OwnCluster> {
    const cluster = new OwnCluster(await mkdtemp(join(tmpdir(), 'holdfast-cluster-')));
    while (cluster.ports.length < 3) await cluster.startNode();
    await cluster.join();
    return cluster;
  }

  client(): Cluster {
    return this.kept(new Cluster([{ host: '127.0.0.1', port: this.ports[0] as number }]));
  }

  private async startNode(): Promise<void> {
    const [port, busPort] = [await freePort(), await freePort()];
    this.ports.push(port);
    await this.run(port, [
      'save ""',
      'cluster-enabled yes',
      `cluster-port ${busPort}`,
      `cluster-config-file nodes-${port}.conf`,
      'cluster-node-timeout 2000',
    ]);
  }

  private async join(): Promise<void> {
    const nodes = this.ports.map((port) => `127.0.0.1:${port}`);
    const { status, stdout } = spawnSync('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes']);
    if (status !== 0) throw new Error(`no cluster: ${String(stdout)}`);
    for (const port of this.ports) {
      const asked = this.kept(new Redis(port));
      await until(async () => String(await asked.cluster('INFO')).includes('cluster_state:ok'));
    }
  }
}

/** A master, its replica, and a Sentinel that puts one in the place of the other. */
export class OwnSentinel extends OwnServers {
  private sentinelPort = 0;

  static async start(): Promise<OwnSentinel> {
    const servers = new OwnSentinel(await mkdtemp(join(tmpdir(), 'holdfast-sentinel-')));
    const [master, replica, sentinel] = [await freePort(), await freePort(), await freePort()];
    servers.sentinelPort = sentinel;
    await servers.run(master, ['save ""']);
    await servers.run(replica, ['save ""', `replicaof 127.0.0.1 ${master}`]);
    await servers.run(
      sentinel,
      [
        `sentinel monitor main 127.0.0.1 ${master} 1`,
        'sentinel down-after-milliseconds main 500',
        'sentinel failover-timeout main 3000',
      ],
      '--sentinel',
    );
    await servers.knowsReplica();
    return servers;
  }

  client(): Redis {
    const sentinels = [{ host: '127.0.0.1', port: this.sentinelPort }];
    return this.kept(new Redis({ sentinels, name: 'main' }));
  }

  /** The Sentinel can put nobody in the master's place whom it has not heard of, or who has not caught up. */
  private async knowsReplica(): Promise<void> {
    const asked = this.kept(new Redis(this.sentinelPort));
    await until(async () => {
      const [replica] = (await asked.call('SENTINEL', 'REPLICAS', 'main')) as string[][];
      return replica !== undefined && replica[replica.indexOf('master-link-status') + 1] === 'ok';
    });
  }
}
