import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';

describe.each([
  ['RetryableError', RetryableError, 'The operation failed; trying again may help'],
  ['PermanentError', PermanentError, 'The operation failed; trying again cannot help'],
])('%s', (_, Type, defaultMessage) => {
  it('has a message of its own, which says nothing of the cause', () => {
    expect(new Type(undefined, { cause: new Error('secret') }).message).toBe(defaultMessage);
    expect(new Type().message).toBe(defaultMessage);
  });

  it.each([
    [1500, 1500, '2'],
    ['2s', 2000, '2'],
    ['1m', 60_000, '60'],
  ])('takes a retryAfter of %p as %i ms', (given, retryAfter, header) => {
    const error = new Type('m', { retryAfter: given });

    expect(error).toMatchObject({ retryAfter, headers: { 'retry-after': header } });
  });

  it.each(['5', 'soon', -1, NaN, Infinity, undefined])(
    'takes a retryAfter of %p as unknown',
    (retryAfter) => {
      const error = new Type('m', { retryAfter });

      expect(error).not.toHaveProperty('retryAfter');
      expect(error.headers).toEqual({});
    },
  );

  it('keeps its stack', () => {
    expect(new Type('m').stack).toContain('user-error.spec');
  });
});

it('RetryableError may be subclassed under a name of its own', () => {
  class StillPending extends RetryableError {
    override name = 'StillPending';
  }

  expect(String(new StillPending('order 7'))).toBe('StillPending: order 7');
});
