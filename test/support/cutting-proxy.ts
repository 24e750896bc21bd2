import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { ServerAddress } from './servers.js';

/** A TCP proxy in front of a server that can cut what goes through it. */
export interface CuttingProxy extends ServerAddress {
  /** Ends every connection that is open now: as the other side would (`destroy`), or by a reset. */
  cut(how?: 'destroy' | 'resetAndDestroy'): void;
  /** From now on what clients send does not arrive, so that no answer can come before the cut. */
  swallow(): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(target: ServerAddress): Promise<CuttingProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (how: 'destroy' | 'resetAndDestroy' = 'destroy') => {
    for (const [client] of pairs) client[how]();
  };
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    cut,
    swallow: () => {
      for (const [client, upstream] of pairs) client.unpipe(upstream).resume();
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
