/** What is used of an answer of Node's HTTP server. */
export interface RawResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(chunk: string): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: 'close' | 'error', listener: () => void): unknown;
  readonly writableLength: number;
  flushHeaders?(): void;
}

/**
 * What may wait for a client in bytes, beside the largest message that it was sent: all rows of a large application are
 * more than this. Who reads slower than that is cut off and comes back by itself.
 */
export const MAX_WAITING = 1024 * 1024;

/** A message of server-sent events. */
export interface SseMessage {
  readonly event?: string;
  readonly id?: string;
  readonly data: unknown;
}

/** Lines of the protocol; JSON has no line breaks, so one `data` line is enough. */
export function sseText({ event, id, data }: SseMessage): string {
  const head = (event === undefined ? '' : `event: ${event}\n`) + (id === undefined ? '' : `id: ${id}\n`);
  return `${head}data: ${JSON.stringify(data)}\n\n`;
}

/** Somebody who watches. */
export class SseClient {
  private isOver = false;
  private isEnding = false;
  private largest = 0;

  /** @param since the monotonic instant at which it came */
  constructor(
    private readonly response: RawResponse,
    readonly since: number,
    onGone: (client: SseClient) => void,
  ) {
    const gone = (): void => {
      if (this.isOver) return;
      this.isOver = true;
      onGone(this);
    };
    response.on('close', gone);
    response.on('error', gone);
  }

  write(text: string): void {
    if (this.isOver || this.isEnding) return;
    if (this.response.writableLength > MAX_WAITING + this.largest) {
      this.response.destroy();
      return;
    }
    this.response.write(text);
    this.largest = Math.max(this.largest, Buffer.byteLength(text));
  }

  /** Once more, who has not read the end yet is cut off. */
  end(): void {
    if (this.isEnding) this.response.destroy();
    else this.response.end();
    this.isEnding = true;
  }
}
