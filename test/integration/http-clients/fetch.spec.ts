import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { callReport } from '../../../lib/core/call-report.js';
import type { NamedPolicyOptions } from '../../../lib/core/create-policy.js';
import { isResilienceError } from '../../../lib/core/errors/is-resilience-error.js';
import { resilientFetch, type ResilientFetchOptions } from '../../../lib/core/http/resilient-fetch.js';
import { ResponseError } from '../../../lib/core/http/response-error.js';
import { eventsOf, noBackoff, rejection, virtualPolicy } from '../../support/virtual-policy.js';
import { closedUrl } from '../classify/support.js';
import { ScriptedServer } from './support.js';

const retry = { maxAttempts: 3, backoff: noBackoff };
const server = new ScriptedServer();

beforeAll(() => server.start());
afterAll(() => server.close());

function setUp(policyOptions: NamedPolicyOptions, options?: ResilientFetchOptions) {
  const { policy, clock } = virtualPolicy(policyOptions);
  return { policy, clock, request: resilientFetch(policy, options) };
}

describe('a fetch under a policy', () => {
  it('gives the answer that a retry brought, with its body', async () => {
    server.script(503, 500, 200);
    const response = await setUp({ retry }).request(`${server.url}/rates?base=eur`);

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('answer 3');
    expect(server.requests.map(({ url }) => url)).toEqual(Array(3).fill('/rates?base=eur'));
  });

  it.each([408, 425, 429, 500, 502, 503, 504])(
    'gives the last answer, unread, when attempts run out on %i',
    async (status) => {
      server.script(status);
      const response = await setUp({ retry }).request(server.url);

      expect(response).toMatchObject({ status, bodyUsed: false });
      expect(await response.text()).toBe('answer 3');
      expect(callReport(response)).toMatchObject({ attempts: 3, reason: 'exhausted' });
    },
  );

  it.each([301, 304, 400, 401, 404, 409, 422])('gives an answer of %i as it is, once', async (status) => {
    server.script(status);
    const { policy, request } = setUp({ retry, fallback: () => new Response('fallback') });
    const response = await request(server.url, { redirect: 'manual' });

    expect(response.status).toBe(status);
    expect(server.requests).toHaveLength(1);
    expect(policy.stats()).toMatchObject({ attempts: 1, successes: 1 });
  });

  it('retries what failOn and retryOn name', async () => {
    server.script(404, 200);
    const retryOn = ['default', 404];
    const { request } = setUp({ retry: { ...retry, retryOn } }, { failOn: ['default', 404] });

    expect(await (await request(server.url)).text()).toBe('answer 2');
  });

  it('takes for a success whatever failOn does not name', async () => {
    server.script(503);
    const { request } = setUp({ retry }, { failOn: [(error) => error.response.headers.has('x-broken')] });

    expect((await request(server.url)).status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });

  it('waits as long as Retry-After says', async () => {
    server.script({ status: 429, headers: { 'retry-after': '7' } }, 200);
    const { request, clock, policy } = setUp({ retry });
    const retries = new Promise<number>((resolve) =>
      policy.events.on('retry', ({ delay }) => resolve(delay)),
    );
    const call = request(server.url);

    expect(await retries).toBe(7350); // the hint, and half of a tenth of it
    await clock.advance(7349);
    expect(server.requests).toHaveLength(1);
    await clock.advance(1);
    expect((await call).status).toBe(200);
  });

  it('gives the answer whose Retry-After is longer than the call may wait', async () => {
    server.script({ status: 503, headers: { 'retry-after': '3600' } });
    const response = await setUp({ retry }).request(server.url);

    expect(await response.text()).toBe('answer 1');
    expect(callReport(response)).toMatchObject({ attempts: 1, reason: 'hint' });
  });

  it('opens the circuit breaker, which then refuses without a request', async () => {
    server.script(503);
    const { request } = setUp({ circuitBreaker: { failureThreshold: 2 } });
    await request(server.url);
    await request(server.url);

    const error = await rejection(request(server.url));
    expect(isResilienceError(error, 'CIRCUIT_OPEN')).toBe(true);
    expect((error as Error).cause).toMatchObject({ name: 'ResponseError', status: 503 });
    expect(server.requests).toHaveLength(2);
  });

  it('shows listeners a ResponseError that tells the status and no header in its JSON', async () => {
    server.script({ status: 503, headers: { 'x-secret': 'hush' } });
    const { request, policy } = setUp({});
    const events = eventsOf(policy);
    const response = await request(server.url);

    const failure = events.find(({ type }) => type === 'failure') as unknown as { error: ResponseError };
    expect(failure.error).toBeInstanceOf(ResponseError);
    expect(failure.error).toMatchObject({ message: 'HTTP 503 Service Unavailable', response });
    expect(JSON.stringify(failure.error)).toBe('{"status":503}');
  });

  it('gives what a fallback gives, which gets the error and what fetch was called with', async () => {
    server.script(503);
    const fallback = jest.fn(() => new Response('last known'));
    const { request } = setUp({ fallback });

    expect(await (await request(server.url, { method: 'PUT' })).text()).toBe('last known');
    expect(fallback).toHaveBeenCalledWith(expect.any(ResponseError), server.url, { method: 'PUT' });
  });

  it('lets a fallback give the failed response itself', async () => {
    server.script(503);
    const { request } = setUp({ fallback: (error: ResponseError) => error.response });

    expect(await (await request(server.url)).text()).toBe('answer 1');
  });

  it.each([
    ['retry.wrapExhausted is set', { retry: { ...retry, wrapExhausted: true } }],
    ['the fallback fails', { retry, fallback: () => Promise.reject(new Error('no cache')) }],
  ])('rejects for no status, also where %s', async (_, options) => {
    server.script(503);
    const response = await setUp(options).request(server.url);

    expect(await response.text()).toBe('answer 3');
  });

  it('rejects as fetch does when no answer comes', async () => {
    const error = await rejection(setUp({ retry }).request(await closedUrl()));

    expect(error).toMatchObject({ name: 'TypeError', cause: { code: 'ECONNREFUSED' } });
    expect(callReport(error)?.attempts).toBe(3);
  });

  it('rejects with the timeout of the policy, and aborts the request', async () => {
    server.script({ status: 200, silent: true });
    const { request, clock } = setUp({ timeout: '2s' });
    const call = request(server.url);
    call.catch(() => undefined);
    await server.until(({ requests }) => requests.length === 1);
    const [socket] = server.sockets;
    await clock.advance('2s');

    expect(isResilienceError(await rejection(call), 'TIMEOUT_EXCEEDED')).toBe(true);
    await server.until(({ sockets }) => !sockets.has(socket!));
  });

  it('runs as it is where the policy is switched off', async () => {
    server.script(503);
    const { request } = setUp({ retry, enabled: false });

    expect(await (await request(server.url)).text()).toBe('answer 1');
  });

  it('makes its requests by the fetch it was given', async () => {
    const fetch = jest.fn(async () => new Response('fake'));
    const { request } = setUp({}, { fetch });

    expect(await (await request('http://nowhere.invalid', { method: 'POST' })).text()).toBe('fake');
    expect(fetch).toHaveBeenCalledWith('http://nowhere.invalid', {
      method: 'POST',
      signal: expect.any(AbortSignal),
    });
  });

  it('does not write to frozen arguments', async () => {
    server.script(503, 200);
    const init = Object.freeze({ method: 'PUT', headers: Object.freeze({ 'x-a': '1' }), body: 'x' });

    expect((await setUp({ retry }).request(server.url, init)).status).toBe(200);
    expect(server.requests.map(({ body, headers }) => [body, headers['x-a']])).toEqual([
      ['x', '1'],
      ['x', '1'],
    ]);
  });

  it('names its operation by the request', async () => {
    server.script(200);
    const { request, policy } = setUp(
      {},
      { operation: ({ method, url }) => `${method} ${new URL(url).host}` },
    );
    const events = eventsOf(policy);
    await request(new URL(`${server.url}/customers/17`));

    expect(events.map(({ operation }) => operation)).toContain(`GET ${new URL(server.url).host}`);
    expect(JSON.stringify(events)).not.toContain('/customers');
  });

  it('gives the key function of the policy what fetch was called with', async () => {
    server.script(503);
    const key = (input: string): string => new URL(input).host;
    const { request, policy } = setUp({ circuitBreaker: {}, key });
    await request(server.url);

    expect(policy.breaker(new URL(server.url).host)?.snapshot().failures).toBe(1);
  });

  it('refuses wrong options at once, all in one error', () => {
    const { policy } = virtualPolicy({});
    const options = { fetch: 'undici', failon: [], idempotent: 'yes' } as unknown as ResilientFetchOptions;

    expect(() => resilientFetch(policy, options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', issues: Array(3).fill(expect.any(String)) }),
    );
  });
});

describe('a request that must not be made twice', () => {
  const methods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

  it.each(methods)('is none with %s', async (method) => {
    server.script({ status: 200, cut: true }, 200);

    expect((await setUp({ retry }).request(server.url, { method })).status).toBe(200);
  });

  it.each(['POST', 'PATCH', 'post', 'PROPPATCH'])(
    'is one with %s: made once when the connection breaks',
    async (method) => {
      server.script({ status: 200, cut: true }, 200);

      await rejection(setUp({ retry }).request(server.url, { method, body: 'x' }));
      expect(server.requests).toHaveLength(1);
    },
  );

  it('gets the first answer, whatever its status', async () => {
    server.script(503, 200);
    const response = await setUp({ retry }).request(server.url, { method: 'POST', body: 'x' });

    expect(await response.text()).toBe('answer 1');
  });

  it('is tried again when nothing was sent', async () => {
    const { request, policy } = setUp({ retry });

    await rejection(request(await closedUrl(), { method: 'POST', body: 'x' }));
    expect(policy.stats().attempts).toBe(3);
  });

  it.each<[string, NamedPolicyOptions, ResilientFetchOptions, RequestInit]>([
    ['the policy says idempotent: true', { idempotent: true }, {}, {}],
    ['the options say so', {}, { idempotent: true }, {}],
    ['the options say so of this request', {}, { idempotent: ({ url }) => url.endsWith('/safe') }, {}],
    ['it has an Idempotency-Key', {}, {}, { headers: { 'idempotency-key': '17' } }],
  ])('is tried again when %s', async (_, policyOptions, options, init) => {
    server.script(503, 200);
    const { request } = setUp({ retry, ...policyOptions }, options);
    const response = await request(`${server.url}/safe`, { method: 'POST', body: 'x', ...init });

    expect(response.status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(['x', 'x']);
  });

  it.each<[string, NamedPolicyOptions, ResilientFetchOptions]>([
    ['the policy', { idempotent: false }, {}],
    ['the options', { idempotent: true }, { idempotent: false }],
  ])('is a GET, too, where %s say so', async (_, policyOptions, options) => {
    server.script(503, 200);

    expect((await setUp({ retry, ...policyOptions }, options).request(server.url)).status).toBe(503);
  });
});

describe('the body of a request', () => {
  it.each<[string, () => RequestInit['body'], RegExp]>([
    ['text', () => 'x=1', /^x=1$/],
    ['bytes', () => new TextEncoder().encode('x=1'), /^x=1$/],
    ['a Blob', () => new Blob(['x=1']), /^x=1$/],
    ['URLSearchParams', () => new URLSearchParams({ x: '1' }), /^x=1$/],
    ['FormData', () => formOf({ x: '1' }), /name="x"\r\n\r\n1/],
  ])('of %s is sent again', async (_, bodyOf, expected) => {
    server.script(503, 200);
    const response = await setUp({ retry }).request(server.url, { method: 'PUT', body: bodyOf() as string });

    expect(response.status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual([
      expect.stringMatching(expected),
      expect.stringMatching(expected),
    ]);
  });

  const streams: [string, () => unknown][] = [
    ['a web stream', () => Readable.toWeb(Readable.from(['x=1']))],
    ['a Node stream', () => Readable.from(['x=1'])],
    [
      'an async iterable',
      () =>
        (async function* () {
          yield Buffer.from('x=1');
        })(),
    ],
  ];

  it.each(streams)('of %s is sent once, whatever says that it may be sent again', async (_, bodyOf) => {
    server.script(503, 200);
    const { request, policy } = setUp({ retry, idempotent: true }, { idempotent: true });
    const response = await request(server.url, {
      method: 'PUT',
      body: bodyOf(),
      duplex: 'half',
    } as RequestInit);

    expect(await response.text()).toBe('answer 1');
    expect(server.requests.map(({ body }) => body)).toEqual(['x=1']);
    expect(policy.stats().attempts).toBe(1);
  });

  it('of a Request is sent once', async () => {
    server.script(503, 200);
    const request = new Request(server.url, { method: 'PUT', body: 'x=1' });
    const response = await setUp({ retry }).request(request);

    expect(await response.text()).toBe('answer 1');
  });

  it('that a Request does not have lets it be made again', async () => {
    server.script(503, 200);
    const request = new Request(server.url, { headers: { 'x-a': '1' } });

    expect((await setUp({ retry }).request(request)).status).toBe(200);
    expect(server.requests.map(({ headers }) => headers['x-a'])).toEqual(['1', '1']);
  });

  it('of a stream that nobody has read is sent when nothing was sent before', async () => {
    server.script(200);
    const refused = await closedUrl();
    const urls = [refused, server.url];
    const { request } = setUp({ retry }, { fetch: (_, init) => fetch(urls.shift()!, init) });
    const body = Readable.from(['x=1']);
    const response = await request('http://two.addresses', {
      method: 'PUT',
      body,
      duplex: 'half',
    } as RequestInit);

    expect(response.status).toBe(200);
    expect(server.requests.map(({ body: sent }) => sent)).toEqual(['x=1']);
  });

  it.each(streams.filter(([name]) => name !== 'a Node stream'))(
    'of %s is not sent again even then, for it cannot tell that it was not read',
    async (_, bodyOf) => {
      const { request, policy } = setUp({ retry });
      const init = { method: 'PUT', body: bodyOf(), duplex: 'half' } as RequestInit;

      const error = await rejection(request(await closedUrl(), init));
      expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
      expect(policy.stats().attempts).toBe(1);
    },
  );
});

describe('the connection of an answer', () => {
  const endless = { status: 503, endless: true } as const;
  // Of its own for each test: what earlier requests left open in the pool of fetch does not count.
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await new ScriptedServer().start();
  });
  afterEach(() => server.close());

  it('that is given up is free before the backoff has passed', async () => {
    server.script(endless, 200);
    const { request, clock, policy } = setUp({ retry: { backoff: { initialDelay: '1h', maxDelay: '1h' } } });
    const retrying = new Promise((resolve) => policy.events.on('retry', resolve));
    const call = request(server.url);
    await server.until(({ requests }) => requests.length === 1);
    const [socket] = server.sockets;
    await retrying;
    await server.until(({ sockets }) => !sockets.has(socket!));

    await clock.advance('1h');
    expect((await call).status).toBe(200);
  });

  it('is held by the caller alone after twenty calls that gave up four answers each', async () => {
    server.script(endless);
    const { request } = setUp({ retry: { ...retry, maxAttempts: 5 } });
    const responses = await Promise.all(Array.from({ length: 20 }, () => request(server.url)));
    await server.until(({ sockets }) => sockets.size === 20);

    for (const response of responses) await response.body?.cancel();
    await server.until(({ sockets }) => sockets.size === 0);
    expect(server.requests).toHaveLength(100);
  });

  it('is free when a fallback answers', async () => {
    server.script(endless);
    await setUp({ fallback: () => new Response('last known') }).request(server.url);

    expect(server.requests).toHaveLength(1);
    await server.until(({ sockets }) => sockets.size === 0);
  });

  it('is free when retryResult refuses it', async () => {
    server.script({ status: 200, endless: true });
    const { request } = setUp({ retry: { ...retry, retryResult: () => true } });
    const response = await request(server.url);
    await server.until(({ sockets }) => sockets.size === 1);

    expect(server.requests).toHaveLength(3);
    await response.body?.cancel();
  });

  it('is free when it comes after the call has ended', async () => {
    const late = new Response(new ReadableStream(), { status: 503 });
    const cancelled = jest.spyOn(late.body!, 'cancel');
    let answer: (response: Response) => void = () => undefined;
    const { request, clock } = setUp(
      { timeout: '1s' },
      { fetch: () => new Promise((resolve) => (answer = resolve)) },
    );
    const call = request('http://nowhere.invalid');
    call.catch(() => undefined);
    await clock.advance('1s');
    await rejection(call);
    answer(late);
    await clock.advance('1s');

    expect(cancelled).toHaveBeenCalledTimes(1);
  });
});

describe("the caller's signal", () => {
  it('ends the call at once with its reason, and the request with it', async () => {
    server.script({ status: 200, silent: true });
    const controller = new AbortController();
    const call = setUp({ retry }).request(server.url, { signal: controller.signal });
    call.catch(() => undefined);
    await server.until(({ requests }) => requests.length === 1);
    const [socket] = server.sockets;
    const reason = new Error('the user left');
    controller.abort(reason);

    expect(await rejection(call)).toBe(reason);
    await server.until(({ sockets }) => !sockets.has(socket!));
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, (signal: AbortSignal) => Parameters<typeof fetch>]>([
    ['in the options', (signal) => [server.url, { signal }]],
    ['of the Request', (signal) => [new Request(server.url, { signal })]],
  ])('%s ends the reading of the body after the call', async (_, argumentsOf) => {
    server.script({ status: 200, endless: true });
    const controller = new AbortController();
    const response = await setUp({ retry }).request(...argumentsOf(controller.signal));
    const [socket] = server.sockets;
    const reading = response.text();
    reading.catch(() => undefined);
    controller.abort();

    expect(await rejection(reading)).toMatchObject({ name: 'AbortError' });
    await server.until(({ sockets }) => !sockets.has(socket!));
  });

  it('that is null in the options takes the place of that of the Request', async () => {
    server.script(200);
    const request = new Request(server.url, { signal: AbortSignal.abort() });

    expect((await setUp({}).request(request, { signal: null })).status).toBe(200);
  });

  it('ends the request also where the policy is switched off', async () => {
    server.script({ status: 200, silent: true });
    const controller = new AbortController();
    const call = setUp({ enabled: false }).request(server.url, { signal: controller.signal });
    call.catch(() => undefined);
    await server.until(({ requests }) => requests.length === 1);
    controller.abort();

    expect(await rejection(call)).toMatchObject({ name: 'AbortError' });
  });

  it('keeps no listener of a thousand calls that failed or had no body, and one of those whose bodies may be open', async () => {
    const { signal } = new AbortController();
    const answers = [new TypeError('fetch failed'), new Response(null, { status: 204 })];
    const { request } = setUp({}, { fetch: async () => give(answers[0]!) });
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    for (let i = 0; i < 1000; i += 1)
      await request('http://nowhere.invalid', { signal }).catch(() => undefined);
    answers.shift();
    for (let i = 0; i < 1000; i += 1) await request('http://nowhere.invalid', { signal });
    expect(listeners()).toBe(0);

    const open = setUp({}, { fetch: async () => new Response('x') });
    for (let i = 0; i < 1000; i += 1) await open.request('http://nowhere.invalid', { signal });
    expect(listeners()).toBe(1);
  });
});

describe("the caller's signal, once nobody can read the body any more,", () => {
  it('has no listener left', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { signal } = new AbortController();
    const { request } = setUp({}, { fetch: async () => new Response('x') });
    for (let i = 0; i < 10; i += 1) await request('http://nowhere.invalid', { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);

    while (getEventListeners(signal, 'abort').length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
  });
});

describe('a policy around a fetch under a policy', () => {
  it('does not retry what the inner one gave up on', async () => {
    server.script(503);
    const { request } = setUp({ retry: { ...retry, maxAttempts: 4 } });
    const outer = virtualPolicy({ name: 'outer', retry: { ...retry, maxAttempts: 4 } }).policy;
    const operation = async (): Promise<void> => {
      const response = await request(server.url);
      if (!response.ok) throw new Error('no rates', { cause: response });
    };

    await rejection(outer.execute(operation));
    expect(server.requests).toHaveLength(4);
  });
});

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

function give(answer: Response | Error): Response {
  if (answer instanceof Error) throw answer;
  return answer;
}
