import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** Where a server of the tests listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

const servers = {
  PostgreSQL: ['TEST_POSTGRESQL', 5432],
  MariaDB: ['TEST_MARIADB', 3306],
  Redis: ['TEST_REDIS', 6379],
  RabbitMQ: ['TEST_RABBITMQ', 5672],
  NATS: ['TEST_NATS', 4222],
} as const;

export type ServerName = keyof typeof servers;

/** A server's address: `host:port` in its variable (`TEST_POSTGRESQL`, …), else 127.0.0.1 and its standard port. */
export function addressOf(name: ServerName): ServerAddress {
  const [variable, standardPort] = servers[name];
  const [host = '', port] = (process.env[variable] ?? '').split(':');
  return { host: host || '127.0.0.1', port: Number(port ?? standardPort) };
}

/**
 * A suite that needs a real server. Where nothing listens, it is skipped and says why; in CI it fails instead.
 */
export function describeWithServer(name: ServerName, body: (address: ServerAddress) => void): void {
  const address = addressOf(name);
  const title = `with ${name},`;
  if (listens(address)) {
    describe(title, () => body(address));
    return;
  }
  const [variable] = servers[name];
  const reason = `${name} does not listen on ${address.host}:${address.port} (${variable}=host:port names another address)`;
  if (process.env['CI']) {
    describe(title, () => {
      it('there is a server', () => {
        throw new Error(reason);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${reason}\n`);
  describe.skip(title, () => body(address));
}

/** Waited for, because jest takes no suite that is described later; in a process of its own, because only that can be. */
function listens({ host, port }: ServerAddress): boolean {
  const script = `require('node:net').connect(${port}, ${JSON.stringify(host)})
    .on('connect', () => process.exit(0)).on('error', () => process.exit(1)).setTimeout(5000, () => process.exit(1))`;
  return spawnSync(process.execPath, ['-e', script], { timeout: 30_000 }).status === 0;
}

/** A name that no other run uses, not even the same spec in the other jest project at the same time. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '_')}`;
}
