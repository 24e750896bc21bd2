import { Body, Controller, Put, Req, UploadedFile, UseInterceptors } from '@nestjs/common';
import { ExpressAdapter, FileInterceptor } from '@nestjs/platform-express';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, listen, platforms, threeAttempts, unavailable } from './support.js';

let calls = 0;

@UsePolicy('edge', { idempotent: true })
@Controller()
class FilesController {
  @Put('upload')
  @UseInterceptors(FileInterceptor('file'))
  upload(@UploadedFile() _file: unknown): string {
    calls++;
    throw unavailable();
  }
}

@UsePolicy('edge')
@Controller()
class OrdersController {
  @Put('json')
  json(@Body() body: { readonly id: number }): string {
    if (++calls < 3) throw unavailable();
    return `order ${body.id}`;
  }

  @Put('raw')
  async raw(@Req() request: AsyncIterable<Buffer> & { raw?: AsyncIterable<Buffer> }): Promise<string> {
    calls++;
    for await (const chunk of request.raw ?? request) void chunk;
    throw unavailable();
  }

  @Put('unread')
  unread(): string {
    if (++calls < 3) throw unavailable();
    return 'unread';
  }
}

afterAll(closeAll);

describe.each(platforms)('the body of a request on %s', (_, Adapter) => {
  let url: string;

  beforeAll(async () => {
    const policies = { edge: threeAttempts };
    ({ url } = await listen(
      Adapter,
      { policies, logging: false },
      {
        controllers: [OrdersController],
        configure: (app) => {
          const { instance } = app.getHttpAdapter() as unknown as {
            instance: { addContentTypeParser?(type: string, parse: (...args: any[]) => void): void };
          };
          instance.addContentTypeParser?.('text/raw', (_request: unknown, _body: unknown, done: () => void) =>
            done(),
          );
        },
      },
    ));
  });
  beforeEach(() => {
    calls = 0;
  });

  const put = (path: string, body: string, type: string) =>
    fetch(`${url}/${path}`, {
      method: 'PUT',
      body,
      headers: { 'content-type': type },
    });

  it('that Nest has parsed lets the handler be called again', async () => {
    const response = await put('json', JSON.stringify({ id: 7 }), 'application/json');

    expect(await response.text()).toBe('order 7');
  });

  it('that the handler has read can be read only once: the error is the last word', async () => {
    const response = await put('raw', 'text', 'text/raw');

    expect(response.status).toBe(500);
    expect(calls).toBe(1);
  });

  it('that nobody has read lets the handler be called again', async () => {
    expect(await (await put('unread', 'text', 'text/raw')).text()).toBe('unread');
    expect(calls).toBe(3);
  });
});

describe('an upload that an inner interceptor has read', () => {
  it('is not retried, whatever the policy says of idempotence', async () => {
    const { url } = await listen(
      ExpressAdapter,
      { policies: { edge: threeAttempts }, logging: false },
      { controllers: [FilesController] },
    );
    const form = new FormData();
    form.append('file', new Blob(['hello']), 'a.txt');
    calls = 0;
    const response = await fetch(`${url}/upload`, { method: 'PUT', body: form });

    expect(response.status).toBe(500);
    expect(calls).toBe(1);
  });
});
