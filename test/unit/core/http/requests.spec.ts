import { AxiosRequest } from '../../../../lib/core/http/axios-request.js';
import { FetchRequest } from '../../../../lib/core/http/fetch-request.js';
import { requestCallOptions } from '../../../../lib/core/http/request-call-options.js';

const url = 'https://bank.example/pay';
const axiosRequest = (config: object) =>
  new AxiosRequest(
    { getUri: () => url, defaults: {} } as never,
    { headers: new Headers(), ...config } as never,
  );

describe('a request of axios', () => {
  it('is a GET in capitals unless it says otherwise', () => {
    expect([axiosRequest({}), axiosRequest({ method: 'put' })].map(({ method }) => method)).toEqual([
      'GET',
      'PUT',
    ]);
    expect(axiosRequest({}).url).toBe(url);
  });
});

describe('a request of fetch', () => {
  const given = new Request(url, { method: 'PATCH', headers: { a: '1' }, body: 'x', signal: null });

  it('is what the Request says', () => {
    const { method, headers, signal } = new FetchRequest(given, undefined);
    expect([method, headers.get('a'), signal]).toEqual(['PATCH', '1', given.signal]);
  });

  it('is what the second argument says instead', () => {
    const request = new FetchRequest(given, { method: 'delete', headers: { a: '2' }, signal: null });
    expect([request.method, request.headers.get('a'), request.signal]).toEqual(['DELETE', '2', undefined]);
  });

  it.each([url, new URL(url)])('is a GET of an address: %s', (input) => {
    const request = new FetchRequest(input, undefined);
    expect([request.method, request.url, request.body, request.signal]).toEqual([
      'GET',
      url,
      undefined,
      undefined,
    ]);
  });
});

describe('a request as a call', () => {
  const request = axiosRequest({ method: 'post' });

  it('has the operation that the options name, or make of it', () => {
    const named = [undefined, 'bank', ({ method }: { method: string }) => method];
    const operations = named.map(
      (operation) => requestCallOptions(request, undefined, { operation } as never).operation,
    );
    expect(operations).toEqual([undefined, 'bank', 'POST']);
  });

  it('may be repeated as the options say, by its key, or by its method', () => {
    const keyed = axiosRequest({ headers: new Headers({ 'idempotency-key': '1' }) });
    expect(requestCallOptions(request, 'x', { idempotent: () => true } as never)).toEqual({
      idempotent: true,
    });
    expect(requestCallOptions(keyed, 'x', {} as never)).toEqual({ idempotent: true });
    expect(requestCallOptions(request, 'x', {} as never)).toEqual({ presumedIdempotent: false });
    expect(requestCallOptions(axiosRequest({}), 'x', {} as never)).toEqual({ presumedIdempotent: true });
  });
});
