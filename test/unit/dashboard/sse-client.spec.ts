import { MAX_WAITING, SseClient, sseText, type RawResponse } from '../../../lib/dashboard/live/sse-client.js';

/** An answer whose reader does not read. */
class Stuck implements RawResponse {
  writableLength = 0;
  calls: string[] = [];
  private readonly listeners: (() => void)[] = [];

  writeHead(): void {}

  write(chunk: string): boolean {
    this.calls.push('write');
    this.writableLength += chunk.length;
    return false;
  }

  end(): void {
    this.calls.push('end');
  }

  destroy(): void {
    this.calls.push('destroy');
    for (const listener of this.listeners) listener();
  }

  on(_event: 'close' | 'error', listener: () => void): void {
    this.listeners.push(listener);
  }
}

describe('a client of server-sent events', () => {
  it('is cut off, once, when more waits for it than a mebibyte, and gets nothing more', () => {
    const response = new Stuck();
    const gone: SseClient[] = [];
    const client = new SseClient(response, (one) => gone.push(one));
    client.write('x'.repeat(MAX_WAITING));
    expect(gone).toEqual([]);
    client.write('x');
    client.write('x');
    expect(response.calls).toEqual(['write', 'write', 'destroy']);
    expect(gone).toEqual([client]);
  });
});

describe('a message', () => {
  it('is one block, whatever is in it', () => {
    const data = { name: 'a\r\n\ndata: b\u2028' };
    expect(sseText({ event: 'state', id: 'run.7', data })).toBe(
      `event: state\nid: run.7\ndata: ${JSON.stringify(data)}\n\n`,
    );
    expect(sseText({ data }).match(/[\r\n]/g)).toHaveLength(2);
  });
});
