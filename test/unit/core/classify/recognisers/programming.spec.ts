import { AssertionError } from 'node:assert';
import { runInNewContext } from 'node:vm';
import { classify } from '../../../../../lib/core/classify/classify.js';

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('a mistake in the code', () => {
  it.each([
    ['a TypeError of JavaScript', thrownBy(() => (undefined as never as { x: number }).x)],
    ['a ReferenceError', thrownBy(() => runInNewContext('missing'))],
    ['a SyntaxError', thrownBy(() => JSON.parse('<'))],
    ['a RangeError', thrownBy(() => new Array(-1))],
    ['a URIError', thrownBy(() => decodeURIComponent('%'))],
    ['an AssertionError', new AssertionError({ message: 'no' })],
    ['a TypeError of Node', thrownBy(() => Buffer.from(5 as never))],
    ['a TypeError of another realm', runInNewContext('new TypeError("x")')],
  ])('(%s) is programming', (_, error) => {
    expect(classify(error)).toBe('programming');
  });

  it('is none where a subclass has a name of its own', () => {
    class TooLong extends RangeError {
      override name = 'TooLong';
    }

    expect(classify(new TooLong('x'))).toBe('unknown');
  });
});

describe('a TypeError of fetch', () => {
  it.each(['fetch failed', 'terminated', 'Failed to fetch'])('(%s) is network', (message) => {
    expect(classify(new TypeError(message))).toBe('network');
    expect(classify(new TypeError(message, { cause: new Error('unknown scheme') }))).toBe('network');
  });

  it.each([
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['ECONNREFUSED', 'network'],
    ['UND_ERR_INVALID_ARG', 'programming'],
  ])('is what its cause %s says', (code, category) => {
    expect(classify(new TypeError('fetch failed', { cause: { code } }))).toBe(category);
  });
});
