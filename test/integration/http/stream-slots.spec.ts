import { PassThrough, type Readable } from 'node:stream';
import { Controller, Get, Res, Sse, StreamableFile, type MessageEvent } from '@nestjs/common';
import { concat, NEVER, of, type Observable } from 'rxjs';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { RESILIENCE_HANDLE } from '../../../lib/nest/resilience.constants.js';
import type { ResilienceHandle } from '../../../lib/nest/runtime/resilience.handle.js';
import { closeAll, listen, platforms, until, type TestApp } from './support.js';

let streams: PassThrough[] = [];

function opened(): PassThrough {
  const stream = new PassThrough();
  stream.write('first ');
  streams.push(stream);
  return stream;
}

const bulkhead = { name: 'pool', maxConcurrent: 1 };

@UsePolicy('edge')
@Controller()
class FilesController {
  @Sse('events')
  events(): Observable<MessageEvent> {
    return concat(of({ data: 'one' }), NEVER);
  }

  @Get('file')
  async file(): Promise<StreamableFile> {
    return new StreamableFile(opened()).setErrorLogger(() => undefined);
  }

  @Get('stream')
  async stream(): Promise<Readable> {
    return opened();
  }

  @Get('slow')
  @UsePolicy('edge', { timeout: { stream: { total: '20ms' } } })
  async slow(): Promise<StreamableFile> {
    return new StreamableFile(opened()).setErrorLogger(() => undefined);
  }

  @Get('raw')
  @UsePolicy('edge', { timeout: { stream: { total: '1m' } }, fallback: { value: 'cached' } })
  raw(@Res() _response: unknown): void {
    throw new Error('down');
  }

  @Get('plain')
  plain(): string {
    return 'plain';
  }
}

afterAll(closeAll);

describe.each(platforms)('the slot of a stream on %s', (_, Adapter) => {
  let testApp: TestApp;
  let inFlight: () => number | undefined;

  beforeAll(async () => {
    testApp = await listen(
      Adapter,
      { policies: { edge: { bulkhead } }, logging: false },
      { controllers: [FilesController] },
    );
    const { engine } = testApp.app.get<ResilienceHandle>(RESILIENCE_HANDLE, { strict: false }).runtime;
    inFlight = () => engine.bulkheads.get('pool')?.of(undefined).inFlight;
  });
  beforeEach(() => {
    streams = [];
  });
  afterEach(async () => {
    await until(() => inFlight() === 0);
  });

  const get = (path: string, signal?: AbortSignal) =>
    fetch(`${testApp.url}/${path}`, signal === undefined ? {} : { signal });

  it.each(['events', 'file'])('of %s is held until the client leaves', async (path) => {
    const leave = new AbortController();
    const response = await get(path, leave.signal);
    await response.body?.getReader().read();
    expect(inFlight()).toBe(1);
    expect((await get('plain')).status).toBe(503);
    leave.abort();
    await until(() => inFlight() === 0);

    expect(await (await get('plain')).text()).toBe('plain');
  });

  // Express sends no bare streams.
  it.each(Adapter.name === 'ExpressAdapter' ? ['file'] : ['file', 'stream'])(
    'of a %s is held until it has been sent',
    async (path) => {
      const response = await get(path);
      await until(() => streams.length === 1);
      expect(inFlight()).toBe(1);
      streams[0]?.end('last');
      expect(await response.text()).toBe('first last');
      await until(() => inFlight() === 0);

      expect((await get('plain')).status).toBe(200);
    },
  );

  it('is free when timeout.stream.total has ended the file', async () => {
    const response = await get('slow');

    await expect(response.text()).rejects.toThrow('terminated');
    expect(streams[0]?.destroyed).toBe(true);
  });

  it('is free, and the client is told, when nobody would send what a fallback gave', async () => {
    expect((await get('raw')).status).toBe(500);
  });
});
