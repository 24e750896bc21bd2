import { sameOptions } from '../../../lib/config/same-options.js';

const listener = () => undefined;

describe('options', () => {
  it.each([
    [
      { retry: { maxAttempts: 3, retryOn: ['network', 503] } },
      { retry: { retryOn: ['network', 503], maxAttempts: 3 } },
    ],
    [{ on: { retry: listener } }, { on: { retry: listener } }],
    [NaN, NaN],
    [undefined, undefined],
    [[], []],
  ])('are the same: %p and %p', (one, other) => {
    expect(sameOptions(one, other)).toBe(true);
  });

  it.each([
    [{ timeout: '5s' }, { timeout: '6s' }],
    [{ timeout: '5s' }, {}],
    [{}, { timeout: '5s' }],
    [{ timeout: undefined }, { retry: undefined }],
    [{ retryOn: ['network'] }, { retryOn: ['network', 503] }],
    [{ on: { retry: listener } }, { on: { retry: () => undefined } }],
    [{ retry: {} }, { retry: false }],
    [[], {}],
    [undefined, {}],
    [null, {}],
  ])('are not the same: %p and %p', (one, other) => {
    expect(sameOptions(one, other)).toBe(false);
  });
});
