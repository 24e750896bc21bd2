import axios, { AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { Readable } from 'node:stream';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { protectAxios } from '../../../../lib/core/http/protect-axios.js';
import { settled } from '../../../support/held-operation.js';
import { virtualPolicy, watched } from '../../../support/virtual-policy.js';

/** One request that the adapter was asked for, in the hands of the test. */
interface Sent {
  readonly config: InternalAxiosRequestConfig;
  readonly answer: (status: number) => Readable;
}

/** A client whose answers are streams that never end by themselves. */
function setUp(options: NamedPolicyOptions = {}) {
  const sent: Sent[] = [];
  const { policy, clock } = virtualPolicy({ hedge: { delay: 100 }, ...options });
  const client = axios.create({
    adapter: (config) =>
      new Promise((resolve, reject) => {
        const answer = (status: number): Readable => {
          const data = new Readable({ read() {} });
          const response = { data, status, statusText: '', headers: {}, config } as AxiosResponse;
          if (status < 400) resolve(response);
          else reject(new AxiosError(`status ${status}`, undefined, config, undefined, response));
          return data;
        };
        sent.push({ config, answer });
      }),
  });
  protectAxios(client, policy);
  /** Waits until so many requests are under way: interceptors take some turns. */
  const under = async (count: number): Promise<void> => {
    for (let i = 0; i < 10 && sent.length < count; i++) await settled();
  };
  return { clock, client, sent, under };
}

describe('a hedged request of axios', () => {
  it('is sent again after the delay; the first answer is given, and late ones are destroyed', async () => {
    const { clock, client, sent, under } = setUp();
    const call = watched(client.get<Readable>('https://rates.example/eur'));
    await under(1);
    await clock.advance(99);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent).toHaveLength(2);
    const winner = sent[1]?.answer(200);
    await under(3);
    const late = sent[0]?.answer(200);
    await under(3);

    expect(call.value?.data).toBe(winner);
    expect([winner?.destroyed, late?.destroyed]).toEqual([false, true]);
    expect(sent.map(({ config }) => (config.signal as AbortSignal).aborted)).toEqual([true, false]);
  });

  it('is sent by a configuration of its own each time, and tells that of the caller', async () => {
    const { clock, client, sent, under } = setUp();
    const call = watched(client.get('https://rates.example/eur', { headers: { 'x-request-id': '1' } }));
    await under(1);
    await clock.advance(100);
    sent[0]?.config.headers.set('x-written-by', 'the adapter');
    sent[1]?.answer(200);
    await under(3);

    expect(sent[1]?.config.headers.has('x-written-by')).toBe(false);
    expect(call.value?.config.headers.get('x-request-id')).toBe('1');
    expect(sent.map(({ config }) => config)).not.toContain(call.value?.config);
  });

  it('is sent again at once after a failure, whose answer is destroyed', async () => {
    const { client, sent, under } = setUp();
    const call = watched(client.get<Readable>('https://rates.example/eur'));
    await under(1);
    const failure = sent[0]?.answer(503);
    await under(2);
    const answer = sent[1]?.answer(200);
    await under(3);

    expect(call.value?.data).toBe(answer);
    expect([failure?.destroyed, answer?.destroyed]).toEqual([true, false]);
  });

  it('fails with the last error, whose answer the caller gets', async () => {
    const { client, sent, under } = setUp();
    const call = watched(client.get('https://rates.example/eur'));
    await under(1);
    const first = sent[0]?.answer(503);
    await under(2);
    const last = sent[1]?.answer(500);
    await under(3);

    expect(call.error).toMatchObject({ response: { status: 500 } });
    expect([first?.destroyed, last?.destroyed]).toEqual([true, false]);
  });

  it.each<[string, object | string | Readable, NamedPolicyOptions]>([
    ['POST', 'text', {}],
    ['a body that is a stream', Readable.from(['once']), { idempotent: true }],
  ])('is not sent twice with %s', async (_, data, options) => {
    const { clock, client, sent, under } = setUp(options);
    watched(client.post('https://rates.example/eur', data));
    await under(1);
    await clock.advance('1h');

    expect(sent).toHaveLength(1);
  });
});
