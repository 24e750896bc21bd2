import { classify } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { compileMatcher } from '../../../lib/core/predicate.js';
import { closedUrl, NO_SUCH_HOST, startFailingServer, thrownBy, type FailingServer } from './support.js';

describe('what fetch really throws', () => {
  let server: FailingServer;

  beforeAll(async () => {
    server = await startFailingServer();
  });
  afterAll(() => server.close());

  it('for a closed port is network, and proves that nothing was sent', async () => {
    const url = await closedUrl();
    const error = await thrownBy(() => fetch(url));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
    expect(compileMatcher(['ECONNREFUSED'], classify)(error)).toBe(true);
  });

  it('for a closed port under a name with several addresses is the same', async () => {
    const url = (await closedUrl()).replace('127.0.0.1', 'localhost');
    const error = await thrownBy(() => fetch(url));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
  });

  it('for a host that does not exist is network, and proves that nothing was sent', async () => {
    const error = await thrownBy(() => fetch(`http://${NO_SUCH_HOST}`));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
  });

  it.each(['/reset', '/garbage'])('for %s is network, and proves nothing', async (path) => {
    const error = await thrownBy(() => fetch(server.url + path));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(false);
  });

  it('for a body that breaks off is network', async () => {
    const response = await fetch(`${server.url}/cut`);

    expect(classify(await thrownBy(() => response.json()))).toBe('network');
  });

  it('for a port that speaks no TLS is network', async () => {
    expect(classify(await thrownBy(() => fetch(server.url.replace('http:', 'https:'))))).toBe('network');
  });

  it('for too many redirects is network', async () => {
    expect(classify(await thrownBy(() => fetch(`${server.url}/302`)))).toBe('network');
  });

  it.each([
    ['a signal that times out', () => AbortSignal.timeout(20)],
    ['a signal that is aborted', () => AbortSignal.abort()],
  ])('for %s is timeout', async (_, signal) => {
    expect(classify(await thrownBy(() => fetch(`${server.url}/silent`, { signal: signal() })))).toBe(
      'timeout',
    );
  });

  it('for a broken URL is programming', async () => {
    expect(classify(await thrownBy(() => fetch('nonsense')))).toBe('programming');
  });

  it('for a body that is no JSON is programming', async () => {
    const response = await fetch(`${server.url}/html`);

    expect(classify(await thrownBy(() => response.json()))).toBe('programming');
  });
});
