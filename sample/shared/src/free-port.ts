import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** The port that a variable gives, else a free one. */
export async function portFrom(variable: string): Promise<number> {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return portNumber(variable, given);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function portNumber(variable: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Error(`${variable}: expected a port from 1 to 65535 (got ${JSON.stringify(text)})`);
}
