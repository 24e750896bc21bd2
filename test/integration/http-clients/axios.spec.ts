import axios, {
  type AxiosError,
  type AxiosInstance,
  type AxiosRequestConfig,
  isAxiosError,
  isCancel,
} from 'axios';
import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { callReport } from '../../../lib/core/call-report.js';
import type { NamedPolicyOptions } from '../../../lib/core/create-policy.js';
import { isResilienceError } from '../../../lib/core/errors/is-resilience-error.js';
import type { HttpClientOptions } from '../../../lib/core/http/http-client-options.js';
import { protectAxios } from '../../../lib/core/http/protect-axios.js';
import { eventsOf, noBackoff, rejection, virtualPolicy } from '../../support/virtual-policy.js';
import { closedUrl } from '../classify/support.js';
import { ScriptedServer } from './support.js';

const retry = { maxAttempts: 3, backoff: noBackoff };
const json = { 'content-type': 'application/json' };
let server: ScriptedServer;

beforeEach(async () => {
  server = await new ScriptedServer().start();
});
afterEach(() => server.close());

function setUp(policyOptions: NamedPolicyOptions, options?: HttpClientOptions, config?: AxiosRequestConfig) {
  const { policy, clock } = virtualPolicy(policyOptions);
  const client = axios.create({ baseURL: server.url, ...config });
  const unprotect = protectAxios(client, policy, options);
  return { policy, clock, client, unprotect };
}

describe.each(['http', 'fetch'])('axios under a policy, over its %s adapter,', (adapter) => {
  const over = (policy: NamedPolicyOptions, options?: HttpClientOptions) =>
    setUp(policy, options, { adapter });

  it('gives the answer that a retry brought, parsed and transformed once', async () => {
    server.script(503, { status: 200, headers: json, body: '{"n":1}' });
    const { client } = over({ retry });
    const transformResponse = jest.fn((data: string) => JSON.parse(data) as unknown);
    const response = await client.get('/rates', { params: { base: 'eur' }, transformResponse });

    expect(response).toMatchObject({ status: 200, data: { n: 1 } });
    expect(response.headers['content-type']).toBe('application/json');
    expect(transformResponse).toHaveBeenCalledTimes(1);
    expect(server.requests.map(({ url }) => url)).toEqual(Array(2).fill('/rates?base=eur'));
  });

  it('runs interceptors and transformations of the request once, and sends the same each time', async () => {
    server.script(503, 503, 200);
    const { client } = over({ retry });
    const transformRequest = jest.fn((data: object) => JSON.stringify(data));
    const intercept = jest.fn();
    client.interceptors.request.use((config) => {
      intercept();
      config.headers.set('x-request-id', `id ${intercept.mock.calls.length}`);
      config.headers.delete('accept');
      return config;
    });
    client.interceptors.response.use((response) => ({ ...response, data: 'intercepted' }));
    const { data } = await client.put('/', { a: 1 }, { transformRequest, headers: json });

    expect(data).toBe('intercepted');
    expect(intercept).toHaveBeenCalledTimes(1);
    expect(transformRequest).toHaveBeenCalledTimes(1);
    const { headers } = server.requests[0]!;
    expect(server.requests.map(({ body }) => body)).toEqual(Array(3).fill('{"a":1}'));
    expect(server.requests.map((one) => one.headers)).toEqual([headers, headers, headers]);
    expect(headers['x-request-id']).toBe('id 1');
  });

  it('rejects as axios does when attempts run out, with the last answer', async () => {
    server.script({ status: 503, headers: json, body: '{"why":"busy"}' });
    const error = await rejection(over({ retry }).client.get('/'));

    expect(isAxiosError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'ERR_BAD_RESPONSE',
      response: { status: 503, data: { why: 'busy' } },
    });
    expect(callReport(error)).toMatchObject({ attempts: 3, reason: 'exhausted' });
  });

  it('leaves it to validateStatus which answers are errors', async () => {
    server.script(503);
    const { client, policy } = over({ retry });

    expect((await client.get('/', { validateStatus: null })).status).toBe(503);
    expect(policy.stats()).toMatchObject({ attempts: 1, successes: 1 });
  });

  it('rejects a permanent error at once', async () => {
    server.script(404);

    expect(await rejection(over({ retry }).client.get('/'))).toMatchObject({ response: { status: 404 } });
    expect(server.requests).toHaveLength(1);
  });

  it('keeps the configuration as it was, so that whoever repeats it repeats the request', async () => {
    server.script(503, 401, { status: 200, headers: json, body: '{"n":1}' });
    const { client, policy } = over({ retry });
    client.interceptors.response.use(undefined, async (error: { config: AxiosRequestConfig }) => {
      return client.request({ ...error.config, headers: { authorization: 'fresh' } });
    });
    const response = await client.put('/', { a: 1 });

    expect(response.data).toEqual({ n: 1 });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      undefined,
      'fresh',
    ]);
    expect(server.requests.map(({ body }) => body)).toEqual(Array(3).fill('{"a":1}'));
    expect(policy.stats()).toMatchObject({ calls: 2, attempts: 3 });
  });

  it('waits as long as Retry-After says', async () => {
    server.script({ status: 429, headers: { 'retry-after': '7' } }, 200);
    const { client, clock, policy } = over({ retry });
    const retries = new Promise<number>((resolve) =>
      policy.events.on('retry', ({ delay }) => resolve(delay)),
    );
    const call = client.get('/');

    expect(await retries).toBe(7350);
    await clock.advance(7350);
    expect((await call).status).toBe(200);
  });

  it.each(['post', 'patch'])('does not make a %s twice', async (method) => {
    server.script({ status: 200, cut: true }, 200);

    await rejection(over({ retry }).client.request({ method, url: '/', data: 'x' }));
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, NamedPolicyOptions, HttpClientOptions, AxiosRequestConfig]>([
    ['the policy says idempotent: true', { idempotent: true }, {}, {}],
    ['the options say so', {}, { idempotent: ({ headers }) => headers.get('x-safe') === 'yes' }, {}],
    ['it has an Idempotency-Key', {}, {}, { headers: { 'Idempotency-Key': '17' } }],
  ])('makes a POST twice where %s', async (_, policyOptions, options, config) => {
    server.script(503, 200);
    const { client } = over({ retry, ...policyOptions }, options);
    const headers = { 'x-safe': 'yes', ...config.headers };

    expect((await client.post('/', { a: 1 }, { headers })).status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
  });

  it('makes a POST again when nothing was sent', async () => {
    const { client, policy } = over({ retry });

    await rejection(client.post(await closedUrl(), { a: 1 }));
    expect(policy.stats().attempts).toBe(3);
  });

  it('sends FormData again', async () => {
    server.script(503, 200);
    const form = new FormData();
    form.append('x', '1');

    expect((await over({ retry }).client.put('/', form)).status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(
      Array(2).fill(expect.stringMatching(/name="x"\r\n\r\n1/)),
    );
  });

  it('does not send a stream again', async () => {
    server.script(503, 200);
    const { client } = over({ retry, idempotent: true });
    const data = adapter === 'http' ? Readable.from(['x=1']) : Readable.toWeb(Readable.from(['x=1']));

    await rejection(client.put('/', data, { headers: { 'content-type': 'text/plain' } }));
    expect(server.requests.map(({ body }) => body)).toEqual(['x=1']);
  });

  it.each<
    [
      string,
      (cancelled: AbortController, token: ReturnType<typeof axios.CancelToken.source>) => AxiosRequestConfig,
    ]
  >([
    ['signal', ({ signal }) => ({ signal })],
    ['cancelToken', (_, { token }) => ({ cancelToken: token })],
  ])('ends the call at once by its %s, as a cancelled request of axios', async (_, configOf) => {
    server.script({ status: 200, silent: true });
    const [controller, source] = [new AbortController(), axios.CancelToken.source()];
    const { client, policy } = over({ retry });
    const call = client.get('/', configOf(controller, source));
    call.catch(() => undefined);
    await server.until(({ requests }) => requests.length === 1);
    controller.abort();
    source.cancel();

    expect(isCancel(await rejection(call))).toBe(true);
    await server.until(({ sockets }) => sockets.size === 0);
    expect(policy.stats()).toMatchObject({ attempts: 1, aborted: 1 });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('ends the reading of a streamed answer by its signal, after the call', async () => {
    server.script({ status: 200, endless: true });
    const controller = new AbortController();
    const { client } = over({ retry });
    const { data } = await client.get<Readable>('/', { responseType: 'stream', signal: controller.signal });
    const reading = text(data);
    reading.catch(() => undefined);
    controller.abort();

    await rejection(reading);
    await server.until(({ sockets }) => sockets.size === 0);
  });

  it("counts axios' own timeout as that of an attempt", async () => {
    server.script({ status: 200, silent: true }, 200);

    expect((await over({ retry }).client.get('/', { timeout: 50 })).status).toBe(200);
  });

  it('rejects with the timeout of the policy, and aborts the request', async () => {
    server.script({ status: 200, silent: true });
    const { client, clock } = over({ timeout: '2s' });
    const call = client.get('/');
    call.catch(() => undefined);
    await server.until(({ requests }) => requests.length === 1);
    await clock.advance('2s');

    expect(isResilienceError(await rejection(call), 'TIMEOUT_EXCEEDED')).toBe(true);
    await server.until(({ sockets }) => sockets.size === 0);
  });
});

describe('axios under a policy', () => {
  it('destroys the stream of an answer that is given up, and leaves that of the last one to the caller', async () => {
    server.script({ status: 503, endless: true });
    const { client } = setUp({ retry });
    const error = (await rejection(client.get('/', { responseType: 'stream' }))) as AxiosError<Readable>;
    await server.until(({ sockets }) => sockets.size === 1);

    expect(server.requests).toHaveLength(3);
    expect(error.response?.data.destroyed).toBe(false);
  });

  it('destroys the streams of answers that fallbacks take the place of', async () => {
    server.script({ status: 503, endless: true });
    const { client } = setUp({ fallback: { value: [] } });

    expect((await client.get('/', { responseType: 'stream' })).data).toEqual([]);
    await server.until(({ sockets }) => sockets.size === 0);
  });

  it('is refused by an open breaker without a request', async () => {
    server.script(503);
    const { client } = setUp({ circuitBreaker: { failureThreshold: 1 } });
    await rejection(client.get('/'));

    expect(isResilienceError(await rejection(client.get('/')), 'CIRCUIT_OPEN')).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, unknown, unknown]>([
    ['an answer', { status: 203, data: [1], headers: { 'x-from': 'cache' } }, { status: 203, data: [1] }],
    ['an answer of data alone', { data: [1] }, { status: 200, data: [1] }],
    ['data', [1], { status: 200, data: [1] }],
    ['null', null, { status: 200, data: null }],
    ['text, which is parsed as that of a server', '{"a":1}', { status: 200, data: { a: 1 } }],
  ])('gives what a fallback gives: %s', async (_, value, expected) => {
    server.script(503);
    const { client } = setUp({ fallback: { value: Object.freeze(value) } });

    expect(await client.get('/')).toMatchObject(expected as object);
    expect(await client.get('/')).toMatchObject(expected as object);
  });

  it('calls fallbacks and key functions with the configuration of the request', async () => {
    server.script(503);
    const fallback = jest.fn(() => 'last known');
    const key = jest.fn(({ url }: AxiosRequestConfig) => url);
    const { client, policy } = setUp({ fallback, circuitBreaker: {}, key });
    await client.get('/rates');

    expect(fallback).toHaveBeenCalledWith(
      expect.objectContaining({ isAxiosError: true }),
      expect.objectContaining({ url: '/rates', method: 'get' }),
    );
    expect(policy.breaker('/rates')?.snapshot().failures).toBe(1);
  });

  it('names its operation by the whole URL, if the user wishes', async () => {
    server.script(200);
    const { client, policy } = setUp(
      {},
      { operation: ({ url, method }) => `${method} ${new URL(url).port}` },
    );
    const events = eventsOf(policy);
    await client.get('/rates', { params: { base: 'eur' } });

    expect(events[0]?.operation).toBe(`GET ${new URL(server.url).port}`);
  });

  it('protects by an adapter that is a function, too', async () => {
    const adapter = jest
      .fn()
      .mockRejectedValueOnce(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
      .mockImplementation(async (config: unknown) => ({ status: 200, data: 'mocked', headers: {}, config }));
    const { client } = setUp({ retry }, {}, { adapter });

    expect((await client.get('/')).data).toBe('mocked');
    expect(adapter).toHaveBeenCalledTimes(2);
    const [[first], [second]] = adapter.mock.calls as [[AxiosRequestConfig], [AxiosRequestConfig]];
    expect(first).not.toBe(second);
    expect(first.headers).not.toBe(second.headers);
  });

  it('that is protected again is under the new policy alone', async () => {
    server.script(503);
    const { client, policy } = setUp({ retry });
    const second = virtualPolicy({ retry: { ...retry, maxAttempts: 2 } }).policy;
    protectAxios(client, second);
    await rejection(client.get('/'));

    expect(server.requests).toHaveLength(2);
    expect(policy.stats().calls).toBe(0);
  });

  it('is as it was once the protection is taken away', async () => {
    server.script(503);
    const before = axios.create().defaults.adapter;
    const { client, unprotect } = setUp({ retry });
    unprotect();
    await rejection(client.get('/'));

    expect(client.defaults.adapter).toEqual(before);
    expect(server.requests).toHaveLength(1);
  });

  it('keeps a newer protection when an older one is taken away', async () => {
    server.script(503);
    const { client, unprotect } = setUp({ retry });
    protectAxios(client, virtualPolicy({ retry: { ...retry, maxAttempts: 2 } }).policy);
    unprotect();
    await rejection(client.get('/'));

    expect(server.requests).toHaveLength(2);
  });

  it('protects the instances that are made from it', async () => {
    server.script(503, 200);
    const child: AxiosInstance = setUp({ retry }).client.create({ baseURL: server.url });

    expect((await child.get('/')).status).toBe(200);
  });

  it('runs as it is where the policy is switched off', async () => {
    server.script(503);
    const { client } = setUp({ retry, enabled: false });

    expect(await rejection(client.get('/'))).toMatchObject({ response: { status: 503 } });
    expect(server.requests).toHaveLength(1);
  });

  it('refuses what is no axios instance, and wrong options', () => {
    const { policy } = virtualPolicy({});
    const failure = expect.objectContaining({ code: 'CONFIG_INVALID' });

    expect(() => protectAxios({} as AxiosInstance, policy)).toThrow(failure);
    expect(() => protectAxios({ defaults: {} } as AxiosInstance, policy)).toThrow(failure);
    expect(() => protectAxios(axios.create(), policy, { operaton: 'x' } as HttpClientOptions)).toThrow(
      failure,
    );
  });

  it('does not retry in an outer policy what it gave up on', async () => {
    server.script(503);
    const { client } = setUp({ retry });
    const outer = virtualPolicy({ name: 'outer', retry }).policy;
    await rejection(outer.execute(() => client.get('/')));

    expect(server.requests).toHaveLength(3);
  });
});
