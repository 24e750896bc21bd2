import { byNearness, nearest, suggestion } from '../../../../lib/core/options/nearest.js';

const keys = ['maxAttempts', 'backoff', 'retryOn', 'abortOn', 'budget'];

describe('nearest', () => {
  it.each([
    ['maxAttemps', 'maxAttempts'],
    ['MaxAttempts', 'maxAttempts'],
    ['attempts', 'maxAttempts'],
    ['retyrOn', 'retryOn'],
    ['back_off', 'backoff'],
    ['buget', 'budget'],
  ])('finds for %s the key %s', (name, key) => {
    expect(nearest(name, keys)).toBe(key);
  });

  it('is undefined where nothing is known', () => {
    expect(nearest('retry', [])).toBeUndefined();
  });

  it('prefers a difference in letter case to a different letter', () => {
    expect(byNearness('ABC', ['abd', 'abc', 'aBC'])).toEqual(['aBC', 'abc', 'abd']);
  });

  it('counts two swapped letters as one change', () => {
    expect(byNearness('ab', ['xb', 'ba', 'xy'])).toEqual(['xb', 'ba', 'xy']);
  });

  it('takes a name of a million characters', () => {
    expect(nearest('x'.repeat(1_000_000), keys)).toBeDefined();
  });
});

describe('suggestion', () => {
  it('asks for the key when one is close', () => {
    expect(suggestion('maxAttemps', keys)).toBe(", did you mean 'maxAttempts'?");
  });

  it('asks for a key that the name contains', () => {
    expect(suggestion('retryBudgetOptions', keys)).toBe(", did you mean 'budget'?");
  });

  it('lists what is known, the nearest first, when none is close', () => {
    expect(suggestion('colour', ['size', 'color2', 'x'])).toBe(", did you mean 'color2'?");
    expect(suggestion('zzzz', ['size', 'x'])).toBe(", known here: 'size', 'x'");
  });

  it('lists twelve at most', () => {
    const many = Array.from({ length: 13 }, (_, index) => `key${index}`);
    expect(suggestion('zzzzzzzz', many)).toMatch(/^, known here: ('key\d+', ){12}…$/);
  });

  it('says so where nothing is known', () => {
    expect(suggestion('a', [])).toBe(', none is known here');
  });
});
