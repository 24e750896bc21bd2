import { type FallbackOptions, resolveFallback } from '../../../../lib/core/fallback/fallback-options.js';
import { issuesOf } from '../../../support/issues-of.js';

const problems = (options: unknown) =>
  issuesOf(() => resolveFallback(options as FallbackOptions, 'fallback'));
const answer = () => 'answer';

describe('fallback options', () => {
  it.each([
    ['a function', answer, { handlers: [answer] }],
    ['a value', { value: 5 }, { handlers: [{ value: 5 }] }],
    ['the value undefined', { value: undefined }, { handlers: [{ value: undefined }] }],
    ['the value null', { value: null }, { handlers: [{ value: null }] }],
    ['the value false', { value: false }, { handlers: [{ value: false }] }],
    ['a value with conditions', { value: 5, on: [503] }, { handlers: [{ value: 5 }], on: [503] }],
    [
      'a chain',
      { handlers: [answer, { value: [] }], on: ['default'], timeout: '1s' },
      { handlers: [answer, { value: [] }], on: ['default'], timeoutMs: 1_000 },
    ],
    [
      'a chain ending in undefined',
      { handlers: [{ value: undefined }] },
      { handlers: [{ value: undefined }] },
    ],
    ['removed conditions', { value: 1, on: false, timeout: false }, { handlers: [{ value: 1 }] }],
  ] as const)('take %s', (_kind, options, settings) => {
    expect(resolveFallback(options)).toEqual(settings);
  });

  it('hand out a value as the very same one', () => {
    const value = { list: [] };
    expect(resolveFallback({ value }).handlers[0]).toHaveProperty('value', value);
    expect((resolveFallback({ value }).handlers[0] as { value: unknown }).value).toBe(value);
    expect(Object.isFrozen(value)).toBe(false);
  });

  it.each([
    [{}, 'fallback.handlers: expected a list of at least one function or { value } (not given)'],
    [
      { handlers: [] },
      'fallback.handlers: expected a list of at least one function or { value } (got an empty array)',
    ],
    [{ handlers: ['charge'] }, "fallback.handlers[0]: expected a function or { value } (got 'charge')"],
    [{ handlers: [{}] }, 'fallback.handlers[0].value: expected any value (not given)'],
    [
      { handlers: [{ value: 1, vaule: 2 }] },
      "fallback.handlers[0].vaule: unknown key, did you mean 'value'?",
    ],
    [{ handlers: [answer], value: 1 }, 'fallback.value: expected either value or handlers, not both'],
    ['charge', "fallback: expected a function or { value } or { handlers } (got 'charge')"],
    [
      { value: 1, timeout: 0 },
      "fallback.timeout: expected a duration such as 250 or '2s', greater than 0 (got 0)",
    ],
  ])('refuse %p', (options, issue) => {
    expect(problems(options)).toEqual([issue]);
  });

  it('report a value that throws when it is read', () => {
    const options = {
      get value(): never {
        throw new Error('secret');
      },
    };
    expect(problems(options)).toEqual(['fallback.value: could not be read, its getter threw']);
  });
});
