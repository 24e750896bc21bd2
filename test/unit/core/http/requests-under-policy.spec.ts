import axios, { AxiosError, type AxiosAdapter, type AxiosResponse } from 'axios';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { protectAxios } from '../../../../lib/core/http/protect-axios.js';
import { resilientFetch, type ResilientFetchOptions } from '../../../../lib/core/http/resilient-fetch.js';
import { ResilienceConfigError } from '../../../../lib/core/errors/config-error.js';
import { eventsOf, noBackoff, virtualPolicy } from '../../../support/virtual-policy.js';

const retry = { maxAttempts: 2, backoff: noBackoff };
const url = 'https://rates.example/eur';

/** A `fetch` under a policy that gets the given answers, the last one again and again. */
function fetching(
  answers: readonly Response[],
  options: NamedPolicyOptions,
  rules: ResilientFetchOptions = {},
) {
  const { policy } = virtualPolicy(options);
  const signals: (AbortSignal | null | undefined)[] = [];
  const fetch: typeof globalThis.fetch = async (_input, init) =>
    answers[Math.min(signals.push(init?.signal), answers.length) - 1] as Response;
  return { request: resilientFetch(policy, { ...rules, fetch }), signals, events: eventsOf(policy) };
}

/** An answer of a foreign `fetch`, as far as anybody looks at it. */
function foreignAnswer(body: unknown): Response {
  return { status: 503, statusText: '', url, headers: new Headers(), body } as Response;
}

function sending(answer: (sent: number) => Partial<AxiosResponse>) {
  const { policy } = virtualPolicy({ retry });
  let sent = 0;
  const adapter: AxiosAdapter = async (config) => {
    const response = { statusText: '', headers: {}, config, ...answer(++sent) } as AxiosResponse;
    if (response.status < 400) return response;
    throw new AxiosError(`status ${response.status}`, undefined, config, undefined, response);
  };
  const client = axios.create({ adapter });
  protectAxios(client, policy);
  return client;
}

describe('a request of fetch', () => {
  it.each([url, new URL(url), new Request(url)])(
    'tells its URL to the naming of operations',
    async (input) => {
      const { request, events } = fetching(
        [new Response()],
        {},
        {
          operation: (asked) => `${asked.method} ${asked.url}`,
        },
      );
      await request(input);

      expect(events.find(({ type }) => type === 'attemptStarted')).toMatchObject({ operation: `GET ${url}` });
    },
  );

  it('goes by the operation that the options name', async () => {
    const { request, events } = fetching([new Response()], {}, { operation: 'Rates.get' });
    await request(url);

    expect(events.find(({ type }) => type === 'attemptStarted')).toMatchObject({ operation: 'Rates.get' });
  });

  it('is retried though the body of the answer cannot be cancelled', async () => {
    const cancel = jest.fn(() => {
      throw new TypeError('no stream of ours');
    });
    const body = { locked: false, getReader: () => undefined, cancel };
    const { request } = fetching([foreignAnswer(body), new Response('fine')], { retry });

    expect(await (await request(url)).text()).toBe('fine');
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it("is handed the caller's abort where the policy is switched off, too", async () => {
    const { request, signals } = fetching([new Response()], { enabled: false });
    await request(url, { signal: AbortSignal.abort('enough') });

    expect(signals).toEqual([expect.objectContaining({ aborted: true, reason: 'enough' })]);
  });
});

describe('a request of axios', () => {
  it('leaves alone what an answer that is given up has for data', async () => {
    const data = { cancel: jest.fn(), destroy: jest.fn() };
    const client = sending((sent) => (sent === 1 ? { status: 503, data } : { status: 200, data: 'fine' }));

    expect((await client.get(url)).data).toBe('fine');
    expect(data.cancel).not.toHaveBeenCalled();
    expect(data.destroy).not.toHaveBeenCalled();
  });

  it('is a GET, and so retried, where an interceptor has taken its method away', async () => {
    const client = sending((sent) => ({ status: sent === 1 ? 503 : 200 }));
    client.interceptors.request.use((config) => {
      delete config.method;
      return config;
    });

    expect((await client.post(url, 'x')).status).toBe(200);
  });

  it('needs an instance of axios', () => {
    const { policy } = virtualPolicy({});
    for (const none of [undefined, null, {}])
      expect(() => protectAxios(none as never, policy)).toThrow(ResilienceConfigError);
  });
});
