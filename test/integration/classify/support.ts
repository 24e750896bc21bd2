import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';

/** A server that fails by script: the path says how. */
export interface FailingServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startFailingServer(): Promise<FailingServer> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '' } = request;
  const status = Number(url.slice(1));
  if (status > 0) response.writeHead(status, { location: url }).end('{}');
  else if (url === '/reset') request.socket.destroy();
  else if (url === '/garbage') request.socket.end('nonsense\r\n\r\n');
  else if (url === '/cut') cutBody(request, response);
  else if (url === '/html') response.end('<html>');
  // '/silent' never answers
}

function cutBody(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '100', 'content-type': 'application/json' });
  response.write('{"a":', () => setImmediate(() => request.socket.destroy()));
}

/** The URL of a port at which nobody listens: it was free a moment ago. */
export async function closedUrl(): Promise<string> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** A name that no resolver needs to be asked about: its first label is too long. */
export const NO_SUCH_HOST = `${'a'.repeat(70)}.invalid`;

/** What an operation throws; a test that expects a failure fails where there is none. */
export async function thrownBy(operation: () => unknown): Promise<unknown> {
  try {
    await operation();
  } catch (error) {
    return error;
  }
  throw new Error('the operation was expected to fail');
}

/** A port at which nobody listens. */
export async function closedPort(): Promise<number> {
  return Number(new URL(await closedUrl()).port);
}

/** A server that takes connections and never says a word. */
export async function startSilentServer(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Asks until the answer is yes; fails where what is waited for ends before, for then it would ask for ever. */
export async function untilTrue(ask: () => Promise<boolean>, running: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  running.then(end, end);
  while (!(await ask())) {
    if (ended) throw new Error('what was waited for ended before');
  }
}
