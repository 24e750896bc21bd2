import { lookup } from 'node:dns/promises';
import { mkdir, readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classify } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { closedUrl, NO_SUCH_HOST, startFailingServer, thrownBy, type FailingServer } from './support.js';

const missing = join(tmpdir(), 'nestjs-holdfast-missing');

describe('what Node really throws', () => {
  let server: FailingServer;

  beforeAll(async () => {
    server = await startFailingServer();
  });
  afterAll(() => server.close());

  const connecting = (options: { port: number; host: string } | { path: string }) =>
    new Promise((_, reject) => connect(options).on('error', reject));

  const requesting = (path: string, signal?: AbortSignal) =>
    new Promise((_, reject) => get(server.url + path, signal ? { signal } : {}).on('error', reject));

  it.each(['127.0.0.1', 'localhost'])('for a closed port of %s is network, nothing sent', async (host) => {
    const port = Number(new URL(await closedUrl()).port);
    const error = await thrownBy(() => connecting({ port, host }));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
  });

  it('for a host that does not exist is network, nothing sent', async () => {
    const error = await thrownBy(() => lookup(NO_SUCH_HOST));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
  });

  it('for a connection cut by the other side is network', async () => {
    const error = await thrownBy(() => requesting('/reset'));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(false);
  });

  it('for a signal that times out is timeout', async () => {
    expect(classify(await thrownBy(() => requesting('/silent', AbortSignal.timeout(20))))).toBe('timeout');
  });

  it.each([
    ['a file that is missing', () => readFile(missing), 'notFound'],
    ['a folder in place of a file', () => readFile(tmpdir()), 'client'],
    ['a folder that exists', () => mkdir(tmpdir()), 'conflict'],
    ['an argument of the wrong type', () => readFile({} as never), 'programming'],
  ])('for %s is classified by its code', async (_, operation, category) => {
    expect(classify(await thrownBy(operation))).toBe(category);
  });

  (process.platform === 'win32' ? it.skip : it)('for a socket file that is missing is network', async () => {
    expect(classify(await thrownBy(() => connecting({ path: missing })))).toBe('network');
  });

  it('for promises that all failed is what the first retryable one is', async () => {
    const failed = [400, 503].map(async (status) =>
      Promise.reject(Object.assign(new Error('x'), { status })),
    );

    expect(classify(await thrownBy(() => Promise.any(failed)))).toBe('server');
  });
});
