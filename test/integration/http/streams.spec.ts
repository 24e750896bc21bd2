import { Readable } from 'node:stream';
import { Controller, Get, Sse, StreamableFile, type MessageEvent } from '@nestjs/common';
import { concat, defer, NEVER, Observable, of, throwError } from 'rxjs';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, threeAttempts, unavailable, until, type TestApp } from './support.js';

let calls = 0;
let released = 0;

/** Fails twice, then streams. */
function eventually<T>(source: Observable<T>): Observable<T> {
  return defer(() => (++calls < 3 ? throwError(unavailable) : source));
}

const event = (data: string): MessageEvent => ({ data });

class Tracked extends Readable {
  override _read(): void {
    // gives nothing until it is destroyed
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    released++;
    done(error);
  }
}

@UsePolicy('edge')
@Controller()
class StreamsController {
  @Sse('events')
  events(): Observable<MessageEvent> {
    return eventually(of(event('one'), event('two')));
  }

  @Sse('events/broken')
  broken(): Observable<MessageEvent> {
    calls++;
    return concat(of(event('one')), throwError(unavailable));
  }

  @Sse('events/silent')
  @UsePolicy('edge', { timeout: { stream: { idle: '10ms' } } })
  silent(): Observable<MessageEvent> {
    calls++;
    return concat(of(event('one')), NEVER);
  }

  @Sse('events/endless')
  endless(): Observable<MessageEvent> {
    calls++;
    const teardown = new Observable<never>(() => () => released++);
    return concat(of(event('one')), teardown);
  }

  @Get('values')
  values(): Observable<string> {
    return eventually(of('first', 'last'));
  }

  @Get('values/broken')
  brokenValues(): Observable<string> {
    calls++;
    return concat(of('first'), throwError(unavailable));
  }

  @Get('file')
  file(): StreamableFile {
    if (++calls < 3) throw unavailable();
    return new StreamableFile(Readable.from(['first ', 'last']));
  }

  @Get('file/broken')
  brokenFile(): StreamableFile {
    calls++;
    async function* broken(): AsyncGenerator<string> {
      yield 'first ';
      throw unavailable();
    }
    return new StreamableFile(Readable.from(broken())).setErrorLogger(() => undefined);
  }

  @Get('file/late')
  @UsePolicy('edge', { timeout: { attempt: '10ms' }, retry: { maxAttempts: 2 } })
  async lateFile(): Promise<StreamableFile | string> {
    if (++calls > 1) return 'in time';
    await new Promise((resolve) => setTimeout(resolve, 30));
    return new StreamableFile(new Tracked());
  }
}

afterAll(closeAll);

describe.each(platforms)('streams on %s', (_, Adapter) => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await listen(
      Adapter,
      { policies: { edge: threeAttempts }, logging: false },
      { controllers: [StreamsController] },
    );
  });
  beforeEach(() => {
    calls = 0;
    released = 0;
  });

  async function read(path: string): Promise<string> {
    const response = await fetch(`${testApp.url}/${path}`);
    let text = '';
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
        text += Buffer.from(chunk).toString();
    } catch {
      text += ' (broken off)';
    }
    return text;
  }

  it('server-sent events are retried until the first one has come', async () => {
    expect(await read('events')).toMatch(/data: one[^]*data: two/);
    expect(calls).toBe(3);
  });

  it('server-sent events are not retried after the first one', async () => {
    expect(await read('events/broken')).toMatch(/data: one/);
    expect(calls).toBe(1);
  });

  it('timeout.stream ends server-sent events that fall silent', async () => {
    expect(await read('events/silent')).toMatch(/data: one[^]*stream timeout of 10 ms/);
    expect(calls).toBe(1);
  });

  it('a client that leaves ends the stream', async () => {
    const leave = new AbortController();
    const response = await fetch(`${testApp.url}/events/endless`, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
    await until(() => released === 1);

    expect(calls).toBe(1);
  });

  it('Observables are retried until the first item has come, and give their last', async () => {
    expect(await read('values')).toBe('last');
    expect(calls).toBe(3);
  });

  it('Observables are not retried after their first item', async () => {
    const response = await fetch(`${testApp.url}/values/broken`);

    expect(response.status).toBe(500);
    expect(calls).toBe(1);
  });

  it('a StreamableFile is retried until the handler has given it', async () => {
    expect(await read('file')).toBe('first last');
    expect(calls).toBe(3);
  });

  it('a StreamableFile is not retried once it is sent', async () => {
    expect(await read('file/broken')).toContain('first ');
    expect(calls).toBe(1);
  });

  it('a StreamableFile that comes too late is released', async () => {
    expect(await read('file/late')).toBe('in time');
    await until(() => released > 0);

    expect(released).toBe(1);
  });
});
