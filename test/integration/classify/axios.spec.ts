import axios from 'axios';
import { classify } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { compileMatcher } from '../../../lib/core/predicate.js';
import { closedUrl, NO_SUCH_HOST, startFailingServer, thrownBy, type FailingServer } from './support.js';

describe.each(['http', 'fetch'])('what axios really throws, over its %s adapter,', (adapter) => {
  const client = axios.create({ adapter });
  let server: FailingServer;

  beforeAll(async () => {
    server = await startFailingServer();
  });
  afterAll(() => server.close());

  it('for a closed port is network, and proves that nothing was sent', async () => {
    const url = await closedUrl();
    const error = await thrownBy(() => client.get(url));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
  });

  it('for a host that does not exist is network, and proves that nothing was sent', async () => {
    const error = await thrownBy(() => client.get(`http://${NO_SUCH_HOST}`));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
  });

  it.each(['/reset', '/garbage', '/cut'])('for %s is network, and proves nothing', async (path) => {
    const error = await thrownBy(() => client.get(server.url + path));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(false);
  });

  it.each([
    [400, 'validation'],
    [401, 'authentication'],
    [403, 'authorization'],
    [404, 'notFound'],
    [409, 'conflict'],
    [429, 'rateLimit'],
    [500, 'server'],
    [503, 'server'],
    [504, 'timeout'],
  ])('for an answer of %i is %s, and is named by its status', async (status, category) => {
    const error = await thrownBy(() => client.get(`${server.url}/${status}`));

    expect(classify(error)).toBe(category);
    expect(compileMatcher([status], classify)(error)).toBe(true);
    expect(provesNothingSent(error)).toBe(false);
  });

  it.each([true, false])(
    'for its timeout is timeout (clarifyTimeoutError: %p)',
    async (clarifyTimeoutError) => {
      const transitional = { clarifyTimeoutError };
      const error = await thrownBy(() => client.get(`${server.url}/silent`, { timeout: 20, transitional }));

      expect(classify(error)).toBe('timeout');
    },
  );

  it.each([
    ['a signal that times out', () => AbortSignal.timeout(20)],
    ['a signal that is aborted', () => AbortSignal.abort()],
  ])('for %s is timeout', async (_, signal) => {
    const error = await thrownBy(() => client.get(`${server.url}/silent`, { signal: signal() }));

    expect(classify(error)).toBe('timeout');
  });
});

describe('what axios really throws', () => {
  let server: FailingServer;

  beforeAll(async () => {
    server = await startFailingServer();
  });
  afterAll(() => server.close());

  it.each([
    ['a redirect that is not followed', { url: '/302', maxRedirects: 0 }, 'client'],
    ['too many redirects', { url: '/302' }, 'server'],
    ['an answer over maxContentLength', { url: '/html', maxContentLength: 1 }, 'client'],
    [
      'a body over maxBodyLength',
      { url: '/200', method: 'post', data: 'xx', maxBodyLength: 1 },
      'programming',
    ],
    [
      'an answer that is no JSON',
      { url: '/html', responseType: 'json', transitional: { silentJSONParsing: false } },
      'server',
    ],
    ['a protocol it does not know', { url: 'foo://x' }, 'programming'],
    ['a broken URL', { url: 'http://[' }, 'programming'],
  ] as const)('for %s is classified by what went wrong', async (_, { url, ...config }, category) => {
    const error = await thrownBy(() =>
      axios.request({ baseURL: url.startsWith('/') ? server.url : undefined, url, ...config } as object),
    );

    expect(classify(error)).toBe(category);
  });
});
