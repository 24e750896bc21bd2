import { classify } from '../../../../../lib/core/classify/classify.js';

function named(name: string, extra: object = {}): Error {
  return Object.assign(new Error('stopped'), { name, ...extra });
}

describe('a cancellation', () => {
  it.each([
    ['AbortError of the DOM', new DOMException('stopped', 'AbortError')],
    ['TimeoutError of the DOM', new DOMException('late', 'TimeoutError')],
    ['AbortError of Node', named('AbortError', { code: 'ABORT_ERR' })],
    ['CanceledError of axios', named('CanceledError', { code: 'ERR_CANCELED', isAxiosError: true })],
    ['TimeoutError of rxjs', named('TimeoutError', { info: null })],
    ['RequestAbortedError of undici', named('AbortError', { code: 'UND_ERR_ABORTED' })],
  ])('(%s) is a timeout: an error does not tell who aborted', (_, error) => {
    expect(classify(error)).toBe('timeout');
  });

  it('hides what it was caused by', () => {
    expect(classify(named('AbortError', { cause: { code: 'ECONNRESET' } }))).toBe('timeout');
  });
});
