import { MAX_WAITING, SseClient, sseText, type RawResponse } from '../../../lib/dashboard/live/sse-client.js';

/** An answer whose reader does not read. */
class Stuck implements RawResponse {
  writableLength = 0;
  calls: string[] = [];
  private readonly listeners: (() => void)[] = [];

  writeHead(): void {}

  write(chunk: string): boolean {
    this.calls.push('write');
    this.writableLength += Buffer.byteLength(chunk);
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
  function stuckClient() {
    const response = new Stuck();
    const gone: SseClient[] = [];
    const client = new SseClient(response, 0, (one) => gone.push(one));
    return { response, gone, client };
  }

  it('is cut off, once, when more waits for it than a mebibyte, and gets nothing more', () => {
    const { response, gone, client } = stuckClient();
    const kibibyte = 'x'.repeat(1024);
    for (let sent = 0; sent <= MAX_WAITING + 1024; sent += 1024) client.write(kibibyte);
    expect(gone).toEqual([]);
    for (let more = 0; more < 10; more++) client.write(kibibyte);
    expect(response.calls.filter((call) => call === 'destroy')).toHaveLength(1);
    expect(response.calls.at(-1)).toBe('destroy');
    expect(gone).toEqual([client]);
  });

  it('is not cut off for a message that is larger than that, such as all rows at first', () => {
    const { response, gone, client } = stuckClient();
    const rows = 'é'.repeat(2 * MAX_WAITING);
    client.write(rows);
    client.write('an event right after it');
    expect(gone).toEqual([]);
    client.write(rows);
    client.write('who has read nothing of either');
    expect(gone).toEqual([client]);
    expect(response.writableLength).toBeLessThan(10 * MAX_WAITING);
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
