import { AxiosError } from 'axios';
import { classify } from '../../../../../lib/core/classify/classify.js';

function axiosError(code: string, message = 'it failed', response?: object): AxiosError {
  return new AxiosError(message, code, undefined, {}, response as never);
}

describe('an error of axios', () => {
  it.each([
    ['ECONNABORTED', 'timeout of 30ms exceeded', 'timeout'],
    ['ECONNABORTED', 'my own timeoutErrorMessage', 'timeout'],
    ['ECONNABORTED', 'Request aborted', 'network'],
    ['ETIMEDOUT', 'timeout of 30ms exceeded', 'timeout'],
    ['ERR_NETWORK', 'Network Error', 'network'],
    ['ERR_CANCELED', 'canceled', 'timeout'],
    ['ERR_FR_TOO_MANY_REDIRECTS', 'Maximum number of redirects exceeded', 'server'],
    ['ERR_BAD_RESPONSE', 'stream has been aborted', 'network'],
    ['ERR_BAD_RESPONSE', 'maxContentLength size of 1 exceeded', 'client'],
    ['ERR_BAD_RESPONSE', 'Unexpected token', 'server'],
    ['ERR_BAD_REQUEST', 'Unsupported protocol foo:', 'programming'],
    ['ERR_BAD_OPTION_VALUE', 'option beforeRedirect must be a function', 'programming'],
    ['ERR_INVALID_URL', 'Invalid URL', 'programming'],
  ])('with %s (%s) is %s', (code, message, category) => {
    expect(classify(axiosError(code, message))).toBe(category);
  });

  it.each([
    [404, 'ERR_BAD_REQUEST', 'notFound'],
    [503, 'ERR_BAD_RESPONSE', 'server'],
    [302, 'ERR_BAD_RESPONSE', 'client'],
  ])('with an answer of %i is what the status says', (status, code, category) => {
    expect(classify(axiosError(code, 'Request failed', { status }))).toBe(category);
  });

  it('with ECONNABORTED of a socket underneath is network', () => {
    const socketError = Object.assign(new Error('write ECONNABORTED'), { code: 'ECONNABORTED' });

    expect(classify(AxiosError.from(socketError))).toBe('network');
  });

  it('with ERR_NETWORK gives way to a cause that says more', () => {
    const error = Object.assign(axiosError('ERR_NETWORK'), { cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } });

    expect(classify(error)).toBe('timeout');
  });
});
