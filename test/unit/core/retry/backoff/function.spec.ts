import { BackoffError } from '../../../../../lib/core/retry/backoff/backoff-error.js';
import { functionDelay } from '../../../../../lib/core/retry/backoff/function.js';

describe('a backoff function', () => {
  const context = { policy: 'payments', operation: 'PaymentsService.charge' };

  it('is asked with the attempt and its context', () => {
    const backoff = jest.fn((attempt: number) => attempt * 5);
    expect(functionDelay(backoff, 3, context)).toBe(15);
    expect(backoff).toHaveBeenCalledWith(3, context);
  });

  it.each([0, 0.25, 1e300])('may return %p', (ms) => {
    expect(functionDelay(() => ms, 1, context)).toBe(ms);
  });

  it.each([
    [NaN, 'NaN'],
    [-1, '-1'],
    [Infinity, 'Infinity'],
    ['5', 'a string'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [5n, 'a bigint'],
    [Symbol('soon'), 'a symbol'],
    [Promise.resolve(5), 'an object'],
    [() => 5, 'a function'],
  ])('that returns %p ends with a BackoffError', (returned, described) => {
    const ask = () => functionDelay((() => returned) as () => number, 2, context);
    expect(ask).toThrow(BackoffError);
    expect(ask).toThrow(
      `The backoff function returned ${described} after attempt 2 of PaymentsService.charge; ` +
        'expected finite milliseconds >= 0 (policy=payments).',
    );
  });

  it('ends with an error that has a name, the policy and the operation', () => {
    const error = new BackoffError({ returned: NaN, attempt: 1, ...context });
    expect(error).toMatchObject({ name: 'BackoffError', ...context });
    expect(error).toBeInstanceOf(TypeError);
  });

  it('need not belong to a policy', () => {
    expect(() => functionDelay(() => -0.5, 1, {})).toThrow(
      'The backoff function returned -0.5 after attempt 1; expected finite milliseconds >= 0.',
    );
  });

  it('may throw what it likes', () => {
    const failure = new Error('mine');
    const backoff = (): number => {
      throw failure;
    };
    expect(() => functionDelay(backoff, 1, context)).toThrow(failure);
  });
});
