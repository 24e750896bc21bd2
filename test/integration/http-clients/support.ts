import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** How the server answers one request; a number is a status, and the body says which answer it was, unless given: `answer 1`. */
export type Answer = number | AnswerParts;

interface AnswerParts {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Begins a body that never ends. */
  readonly endless?: true;
  /** Cuts the connection in place of an answer. */
  readonly cut?: true;
  /** Never answers. */
  readonly silent?: true;
}

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that answers by script, the last line of it for ever, and tells what it received and who is connected. */
export class ScriptedServer {
  readonly requests: ReceivedRequest[] = [];
  /** Connections that have asked something, each until it is closed. */
  readonly sockets = new Set<Socket>();
  url = '';
  private answers: readonly Answer[] = [200];
  private changed: () => void = () => undefined;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  /** From now on it answers so. */
  script(...answers: Answer[]): void {
    this.answers = answers;
    this.requests.length = 0;
  }

  /** Waits for what connections and requests bring about. */
  async until(condition: (server: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => (this.changed = resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Pools of clients open connections in advance, too; those say nothing. */
  private connected({ socket }: IncomingMessage): void {
    if (this.sockets.has(socket)) return;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.changed();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.connected(request);
    const { method, url, headers } = request;
    const body = await text(request).catch(() => 'cut');
    this.requests.push({ method, url, headers, body });
    this.changed();
    const line = this.answers[Math.min(this.requests.length, this.answers.length) - 1] ?? 200;
    const parts: AnswerParts = typeof line === 'number' ? { status: line } : line;
    if (parts.silent) return;
    if (parts.cut) return void request.socket.destroy();
    response.writeHead(parts.status, { 'content-type': 'text/plain', ...parts.headers });
    const said = parts.body ?? `answer ${this.requests.length}`;
    if (parts.endless) response.write(said);
    else response.end(said);
  }
}
