import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { resilientFetch } from '../../../../lib/core/http/resilient-fetch.js';
import { settled } from '../../../support/held-operation.js';
import { eventsOf, noBackoff, virtualPolicy, watched } from '../../../support/virtual-policy.js';

/** One request that `fetch` was asked for, in the hands of the test. */
interface Request {
  readonly signal: AbortSignal;
  readonly answer: (status: number) => Answer;
  readonly fail: (error: unknown) => void;
}

/** An answer whose body is never read to its end, and whether somebody has cancelled it. */
interface Answer {
  readonly response: Response;
  readonly wasCancelled: boolean;
}

function answerOf(status: number): Answer {
  const answer = { response: null as unknown as Response, wasCancelled: false };
  const body = new ReadableStream({ cancel: () => void (answer.wasCancelled = true) });
  answer.response = new Response(body, { status });
  return answer;
}

function setUp(options: NamedPolicyOptions = {}) {
  const requests: Request[] = [];
  const { policy, clock } = virtualPolicy({ hedge: { delay: 100 }, idempotent: true, ...options });
  const fetch: typeof globalThis.fetch = (_input, init) =>
    new Promise((resolve, reject) => {
      const answer = (status: number): Answer => {
        const given = answerOf(status);
        resolve(given.response);
        return given;
      };
      requests.push({ signal: init?.signal as AbortSignal, answer, fail: reject });
    });
  const request = resilientFetch(policy, { fetch });
  const get = (init?: RequestInit) => watched(request('https://rates.example/eur', init));
  return { clock, requests, request, get, events: eventsOf(policy) };
}

describe('a hedged fetch', () => {
  it('makes the request again after the delay, and gives the answer that comes first', async () => {
    const { clock, requests, get } = setUp();
    const call = get();
    await clock.advance(99);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(requests).toHaveLength(2);
    const second = requests[1]?.answer(200);
    await settled();

    expect(call.value).toBe(second?.response);
    expect(second?.wasCancelled).toBe(false);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  it('cancels the body of an answer that comes too late', async () => {
    const { clock, requests, get } = setUp();
    const call = get();
    await clock.advance(100);
    const winner = requests[0]?.answer(200);
    await settled();
    const late = requests[1]?.answer(200);
    await settled();

    expect(call.value).toBe(winner?.response);
    expect([winner?.wasCancelled, late?.wasCancelled]).toEqual([false, true]);
  });

  it('makes the request again at once when the answer is a failure, and cancels its body', async () => {
    const { requests, get } = setUp();
    const call = get();
    const failure = requests[0]?.answer(503);
    await settled();
    expect(requests).toHaveLength(2);
    const answer = requests[1]?.answer(200);
    await settled();

    expect(call.value).toBe(answer?.response);
    expect([failure?.wasCancelled, answer?.wasCancelled]).toEqual([true, false]);
  });

  it('gives the last answer, unread, when all are failures, and cancels the others', async () => {
    const { requests, get } = setUp({ retry: { maxAttempts: 2, backoff: noBackoff } });
    const call = get();
    const failures: (Answer | undefined)[] = [];
    for (const _ of [1, 2, 3]) {
      failures.push(requests.at(-1)?.answer(503));
      await settled();
    }

    expect(requests).toHaveLength(3);
    expect(call.value).toBe(failures[2]?.response);
    expect(failures.map((failure) => failure?.wasCancelled)).toEqual([true, true, false]);
  });

  it("ends all requests with the caller's abort", async () => {
    const { clock, requests, get } = setUp();
    const controller = new AbortController();
    const call = get({ signal: controller.signal });
    await clock.advance(100);
    controller.abort('enough');
    await settled();

    expect(call.error).toBe('enough');
    expect(requests.map(({ signal }) => signal.reason as unknown)).toEqual(['enough', 'enough']);
    expect(clock.pending).toBe(0);
  });

  it.each<[string, RequestInit, number]>([
    ['a method that is idempotent', { method: 'PUT', body: 'again and again' }, 2],
    ['POST', { method: 'POST' }, 1],
    ['POST with Idempotency-Key', { method: 'POST', headers: { 'Idempotency-Key': '1' } }, 2],
  ])('of %s, where the policy does not say whether it may', async (_, init, times) => {
    const { clock, requests, get } = setUp({ idempotent: null as never });
    get(init);
    await clock.advance('1h');

    expect(requests).toHaveLength(times);
  });

  it.each<[string, () => RequestInit]>([
    ['a stream', () => ({ method: 'PUT', body: new ReadableStream(), duplex: 'half' }) as RequestInit],
    [
      'an iterable',
      () => ({ method: 'PUT', body: (async function* () {})(), duplex: 'half' }) as unknown as RequestInit,
    ],
  ])('is never one whose body is %s, whoever says that it may', async (_, init) => {
    const { clock, requests, get } = setUp();
    get(init());
    await clock.advance('1h');

    expect(requests).toHaveLength(1);
  });

  it('of a Request without a body is made with the same Request', async () => {
    const { clock, requests, request } = setUp();
    void request(new Request('https://rates.example/eur'));
    await clock.advance(100);

    expect(requests).toHaveLength(2);
  });
});
